#pragma once

#include <vector>

#include "problem.hpp"

namespace network_checker {

/// What Theorems 5.1 and 5.5 conclude of the neurons w at the time T_bar, delta = |w| at the start:
/// each is |w_k| >= eta delta and aligned with a KKT point of N, or |w_k| <= 2 eps delta.
class Conclusion {
 public:
  /// Of `problem.neurons`, `problem.epsilon` and `claims` of a certificate; the last `negative` of
  /// the neurons have p = -1. N is that of `network`, whose KKT points are proved; all of dN
  /// vanishes at the neurons `resting`, two layers: in their cells. Throws Refusal.
  Conclusion(const Value& all, const Problem& network, int negative,
             const std::vector<Box>& resting = {});

  /// Throws Refusal unless it holds for every s = |rows| w / delta in the box, from neuron `first`
  /// on.
  void check(const Box& s, int first = 0) const;

  /// The row of neuron k.
  Box start_of(int k) const;

  Box start;    ///< the rows of all neurons
  int neurons;  ///< how many
  double time;  ///< T_bar
  Range norm;   ///< |rows|
  Range ln_delta;

 private:
  struct Neuron {
    bool vanishes;
    Box limit;
  };

  const Problem& network_;
  Range epsilon_;
  Range eta_;
  std::vector<Neuron> claims_;
};

}  // namespace network_checker
