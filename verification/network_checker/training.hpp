#pragma once

#include <string>

#include "problem.hpp"

namespace network_checker {

/// Proves what the gradient flow of the loss does from an initialization: see FORMAT.md.
std::string check_training(const Value& all, const Problem& problem);

}  // namespace network_checker
