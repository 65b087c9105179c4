#pragma once

#include <vector>

#include "activation_cell.hpp"
#include "filippov/verify/alignment.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

/// The direction about u in which dN is known to be 0, see KnownZeros: a KKT point with N = 0.
LimitDirection known_limit(const NeuronModel& model, const std::vector<double>& u);

/// The KKT point about u (of nearly unit norm); `kinks`: rows on whose
/// hyperplane it lies, two layers only. Two layers: v^2 = |u|^2 = 1/2 and u is parallel to the
/// drive of its cell. Otherwise `known_limit`, or Krawczyk's operator on dN(u) - s u = 0, |u|^2
/// = 1.
LimitDirection enclose_limit(const NeuronModel& model, const std::vector<double>& u,
                             const std::vector<int>& kinks);

/// |w / |w| - limit|^2, |w| > 0.
Interval squared_distance(const LimitDirection& limit, const Box& w);

/// Whether the directions of all states w, carried by the flow, tend to the limit, for a Lipschitz
/// gradient.
///
/// Along a great circle through the limit n(phi) = N(cos phi limit + sin phi tangent) has n'(0) = 0
/// and, almost everywhere, n'' = tangent.H tangent - 2 N, and phi' = n'(phi) along the flow. Where
/// n'' < 0 as far away as w is, the angle from the limit decreases to 0. With H - kappa e e^T for
/// H, which is the same on the tangents at e, that is a bound of its largest eigenvalue.
bool attracts(const NeuronModel& model, const LimitDirection& limit, const Box& w);

}  // namespace filippov::detail
