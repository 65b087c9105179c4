#pragma once

#include <span>
#include <string>
#include <vector>

#include "filippov/solution/solution.hpp"
#include "filippov/solver/classify.hpp"

namespace filippov::apps {

/// What `filippov flow` prints: the status and what it means, start, events, ambiguity, final
/// state, cost, branches.
std::string flow_summary(const Solution& solution, const std::vector<std::string>& variables);

/// What `filippov classify` prints.
std::string classification_summary(const Classification& classification, std::span<const double> x,
                                   double t, const std::vector<std::string>& variables,
                                   const std::vector<std::string>& surfaces);

}  // namespace filippov::apps
