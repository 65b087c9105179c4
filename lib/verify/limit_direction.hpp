#pragma once

#include <vector>

#include "filippov/verify/alignment.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

/// Where the input weights of a two-layer neuron are: the side of each row's hyperplane (-1, 0, 1;
/// 0: on it), and the field they are driven by.
struct ActivationCell {
  std::vector<int> sides;
  std::vector<int> kinks;    ///< the rows on whose hyperplane it is: parallel to each other
  Box drive;                 ///< a = sum_i sigma'_i z_i x_i, u' = v a; on a kink the sliding one
  Interval multiplier = {};  ///< on a kink: a = a_- + multiplier (a_+ - a_-)
  /// On a kink: x.a_- and x.a_+, x the first of its rows.
  Interval below = {};
  Interval above = {};
  std::string problem;  ///< why there is none
};

/// The cell of a two-layer neuron whose input weights are in the box u. Rows in `kinks` (all
/// parallel to the first of them) are those whose hyperplane u is on; no other may meet the box.
ActivationCell cell_of(const NeuronModel& model, const Box& u, std::vector<int> kinks);

/// Rows that are recorded with the same hyperplane as row i: their enclosures agree up to the sign.
std::vector<int> rows_parallel_to(const DataSet& data, int i);

/// The direction about u in which dN is known to be 0, see KnownZeros: a KKT point with N = 0.
LimitDirection known_limit(const NeuronModel& model, const std::vector<double>& u);

/// The KKT point about u (of nearly unit norm); `kinks`: rows on whose
/// hyperplane it lies, two layers only. Two layers: v^2 = |u|^2 = 1/2 and u is parallel to the
/// drive of its cell. Otherwise `known_limit`, or Krawczyk's operator on dN(u) - s u = 0, |u|^2
/// = 1.
LimitDirection enclose_limit(const NeuronModel& model, const std::vector<double>& u,
                             const std::vector<int>& kinks);

/// Whether the directions of all states w, carried by the flow, tend to the limit, for a Lipschitz
/// gradient.
///
/// Along a great circle through the limit n(phi) = N(cos phi limit + sin phi tangent) has n'(0) = 0
/// and, almost everywhere, n'' = tangent.H tangent - 2 N, and phi' = n'(phi) along the flow. Where
/// n'' < 0 as far away as w is, the angle from the limit decreases to 0. With H - kappa e e^T for
/// H, which is the same on the tangents at e, that is a bound of its largest eigenvalue.
bool attracts(const NeuronModel& model, const LimitDirection& limit, const Box& w);

/// The whole gradient vanishes identically near the box: whatever direction is in it is a KKT
/// point with N = 0.
bool is_flat(const NeuronModel& model, const Box& w);

}  // namespace filippov::detail
