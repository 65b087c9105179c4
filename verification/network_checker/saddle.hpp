#pragma once

#include <string>

#include "problem.hpp"

namespace network_checker {

/// Proves Theorem 5.5 on an instance, with the corrected constants: see FORMAT.md.
std::string check_saddle(const Value& all, const Problem& problem);

}  // namespace network_checker
