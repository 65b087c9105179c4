#pragma once

#include <string>

#include "problem.hpp"

namespace network_checker {

/// Proves Theorem 5.1, or Corollary 5.4.1, on an instance: see FORMAT.md.
std::string check_alignment(const Value& all, const Problem& problem);

}  // namespace network_checker
