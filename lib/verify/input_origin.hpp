#pragma once

#include <vector>

#include "filippov/verify/box_maximum.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

/// The input weights u = 0 of a two-layer neuron with v^2 - |u|^2 = c > 0, where v is +-sqrt(c) and
/// N = v F(u), F(u) = sum_i z_i sigma(x_i.u): u leaves them in every direction e with v F(e) > 0
/// that is a KKT point, as that of the maximum, and it may stay if 0 is in dF(0).

/// Encloses the maximum of s F over the unit sphere, s = 1 or -1, roughly: the sign counts.
BoxMaximum largest_drive(const NeuronModel& model, int sign);

/// Proves s F <= 0 everywhere: F is linear on the cells of the hyperplanes x_i.u = 0, and these are
/// spanned by rays on which d - 1 of the hyperplanes meet. For few rows, if they span the space.
bool leads_nowhere(const NeuronModel& model, int sign);

/// d + 1 directions whose cells have gradients of F around 0, or one where it is 0, in floating
/// point; none if the hull of those sampled is found not to have 0 inside.
std::vector<std::vector<double>> directions_around(const NeuronModel& model);

/// Proves that 0 is a mean of the gradients of F in the cells of these directions, and so in dF(0).
bool has_mean_zero(const NeuronModel& model, const std::vector<std::vector<double>>& directions);

/// All u in w are in a cell or slide on kinks that leave one dimension, attracted to them, and N <
/// 0: u tends to 0 along a ray on which no other hyperplane is met, and is there in finite time.
bool slides_to_origin(const NeuronModel& model, const Box& w, const std::vector<int>& on);

}  // namespace filippov::detail
