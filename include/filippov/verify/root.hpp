#pragma once

#include "filippov/arithmetic/box.hpp"
#include "filippov/function/function.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov {

/// What is proved about the roots of a map in a box.
struct RootEnclosure {
  /// certified: there is exactly one root in the box given, and it is in `box`. refuted: there is
  /// none. undecided: neither is proved; all roots there may be are in `box`.
  Statement unique_root;
  Box box;
};

/// Roots of f(t, .), f: R^n -> R^n, in `box`, by Krawczyk's operator
///
///     K(X) = m - Y f(m) + (I - Y J(X)) (X - m),    m the centre of X, Y near J(m)^-1,
///
/// J(X) an enclosure of the Jacobian: every root in X is in K(X); if K(X) and X have no point in
/// common there is none; if K(X) lies in the interior of X there is exactly one. f may have kinks
/// (abs, max, relu): J(X) then encloses Clarke's generalized Jacobian, for which the mean value
/// theorem holds. Where f may jump on the box, or is not defined or differentiable on all of it,
/// nothing is decided. Source: R. Krawczyk (1969); Neumaier, Interval Methods for Systems of
/// Equations, ch. 5.
///
/// Throws Error unless f has as many components as coordinates and the box as many, bounded,
/// entries.
RootEnclosure enclose_root(const VectorField& f, const Box& box, double t = 0);

}  // namespace filippov
