#pragma once

#include <string>

#include "problem.hpp"

namespace network_checker {

/// Proves a list of KKT points: see FORMAT.md.
std::string check_kkt(const Value& all, const Problem& problem);

}  // namespace network_checker
