#pragma once

#include <span>
#include <string>
#include <vector>

#include "neuron_model.hpp"

namespace filippov::detail {

/// One hyperplane x.u = 0 that input weights are on, x the first of its rows.
struct HyperplaneKink {
  std::vector<int> rows;     ///< parallel to each other
  Interval jump = {};        ///< kappa: the drive at x.u > 0 less that at x.u < 0 is kappa x
  Interval multiplier = {};  ///< m: the sliding drive has the share m of kappa x
};

/// Where the input weights of a two-layer neuron are: the side of each row's hyperplane (-1, 0, 1;
/// 0: on it), and the field they are driven by.
struct ActivationCell {
  std::vector<int> sides;
  std::vector<HyperplaneKink>
      kinks;  ///< of hyperplanes that are independent, if there is no problem
  /// a = sum_i sigma'_i z_i x_i, u' = v a; on kinks the sliding one, orthogonal to their rows.
  Box drive;
  std::string problem;  ///< why there is none
};

/// The cell of a two-layer neuron whose input weights are in the box u. Rows in `on` are those
/// whose hyperplane u is on; no other may meet the box.
ActivationCell cell_of(const NeuronModel& model, const Box& u, const std::vector<int>& on);

/// Every multiplier is proved to be in [0, 1].
bool is_sliding(const ActivationCell& cell);

/// The share of the side x_i.u > 0 of a row i on a kink.
Interval multiplier_of(const DataSet& data, const ActivationCell& cell, int i);

/// With v of this sign the drive jumps towards each hyperplane: N = v (b.u + sum_j kappa_j max(0,
/// x_j.u)) is concave in u, so that where all rows but the kinks keep their side no two solutions
/// part (their distance grows by Gronwall's inequality).
bool holds_all_kinks(const ActivationCell& cell, int sign);

/// Contains the gradients of sum_i c_i H(x_i; w) along the hyperplanes of the rows `on`: their
/// orthogonal projections onto these, which the terms of those rows do not change.
Box gradient_along(const NeuronModel& model, std::span<const Interval> w,
                   std::span<const Interval> c, const std::vector<int>& on);

/// The side of every row's hyperplane on which all states with u' in v sum_i c_i sigma'_i x_i stay
/// during `elapsed`, from `first`, in `during` all that time: 1, -1, or 0 for the rows `on` slid
/// on. Empty if that is not proved.
///
/// Until one of them changes its side, all rows have the slopes of the sides they are on in
/// `first`: none changes if with these slopes none reaches 0.
std::vector<int> sides_kept(const NeuronModel& model, std::span<const Interval> c,
                            const Box& during, const Box& first, const std::vector<int>& on,
                            Interval elapsed);

/// Rows that are recorded with the same hyperplane as row i: their enclosures agree up to the sign.
std::vector<int> rows_parallel_to(const DataSet& data, int i);

}  // namespace filippov::detail
