#pragma once

#include <string>

#include "problem.hpp"

namespace network_checker {

/// The flow s' = sum_i -l'(p H(x_i; s), y_i) dH(x_i; s), p' = 0: gradient flow of the loss in s = w
/// / delta, p = delta^2, as formulas in w1, w2, ... (the neurons one after another, of which the
/// last `negative` have p_k = -1) and p. With p = 0, of the neural correlation function.
class TrainingFlow {
 public:
  TrainingFlow(const Problem& problem, int neurons, int negative);

  /// The box of weights s that a tube (verification/checker) claims at `time`. Throws Refusal
  /// unless it is a tube of this flow from `start` over [0, time], p in a given range, and claims
  /// uniqueness.
  Box claimed_end(const Value& tube, const Box& start, const Range& p, double time) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> formulas_;
};

}  // namespace network_checker
