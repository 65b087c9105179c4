#pragma once

#include <span>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/alignment.hpp"
#include "filippov/verify/kkt.hpp"

namespace filippov {

/// Lemma 5.4 on an instance: starts of a two-layer neuron near a KKT point (v*, u*), N > 0, on no
/// kink, from which the neural correlation flow never meets a hyperplane x_i.u = 0, and which are
/// non-branching for all t >= 0 therefore:
///
///     S = {(v, u): sign(v*) v > |u|, |u - u*| <= gamma},  gamma = eta_1 / (2 eta_2),
///
/// eta_1 = min |x_i.u*|, eta_2 = max |x_i|. That v has the sign of v*, or is 0, would do in place
/// of sign(v*) v > |u|: `contains` with `wide`.
struct StayingSet {
  /// certified: so it is for every start in the set, the wide one too.
  Statement holds;
  LimitDirection limit = {};
  Interval eta_1 = {};
  Interval eta_2 = {};
  Interval gamma = {};

  /// Every point of the box is certainly in the set.
  bool contains(std::span<const Interval> w, bool wide = false) const;
};

/// `point`: a KKT point, about. Throws Error for other networks than those of two layers, and if
/// `point` is not of their dimension.
StayingSet staying_set(const Network& network, const DataSet& data, const Loss& loss,
                       std::span<const double> point);

/// Whether from the start w of a two-layer neuron no hyperplane x_i.u = 0 is ever met, and why, or
/// why not: all x_i.u move away from 0, u' = v a, a constant in a cell, and v keeps its sign, as
/// v^2 - |u|^2 is conserved, or as v' = a.u grows away from 0 with v.
Statement meets_no_hyperplane(const Network& network, const DataSet& data, const Loss& loss,
                              std::span<const Interval> w);

}  // namespace filippov
