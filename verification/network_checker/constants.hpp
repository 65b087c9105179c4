#pragma once

#include "problem.hpp"

namespace network_checker {

/// Proves the constants of Theorem 5.1 in "claims" and "proof"; returns 4 beta beta_tilde.
Range check_constants(const Value& all, const Problem& problem);

}  // namespace network_checker
