#pragma once

#include <span>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/function/function.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/recorded_network.hpp"
#include "filippov/tube/tube.hpp"
#include "filippov/verify/box_maximum.hpp"
#include "filippov/verify/constants.hpp"

namespace filippov {

/// Whether f(c w) = c^degree f(w) for all c > 0 and all w.
///
/// certified: by the formula, operation by operation: products add degrees, sums and the branches
/// of selects have equal ones, the sign of a homogeneous switching function does not depend on c;
/// exp and the like take degree 0 alone. Each smooth piece is homogeneous then, too, so that
/// Euler's identity w.g = degree f(w) holds for the gradient g of each, and with them for all of
/// Clarke's subdifferential (Lemma B.1). refuted: a point was found at which f(2 w) certainly is
/// not 2^degree f(w); the reason says which.
Statement homogeneous(const Function& f, double degree);

/// Contains w.g - degree f(w) for all w in the box and the gradients g of all pieces that meet it.
Interval euler_defect(const Function& f, double degree, std::span<const Interval> box);

/// Whether a network of one's own is two-homogeneous in its weights, for every example.
Statement two_homogeneous(const RecordedNetwork& network, const DataSet& data);

/// The constants of Theorem 5.1 for these: beta by branch and bound over the sphere of all weights
/// (`maximize_on_sphere`), beta_hat = sup |l''(z, y_i)| over |z| <= beta. Throws Error unless the
/// network is certified to be two-homogeneous, where l or its derivatives are not defined, and if
/// l' jumps.
TheoremConstants theorem_constants(const RecordedNetwork& network, const DataSet& data,
                                   const RecordedLoss& loss, const BoxMaximumOptions& options = {});

}  // namespace filippov
