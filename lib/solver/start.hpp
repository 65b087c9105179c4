#pragma once

#include "local_geometry.hpp"

namespace filippov::detail {

/// Throws Error unless x has an entry for every coordinate, all of them finite.
void check_start(const Inclusion& inclusion, std::span<const double> x);
/// Throws Error unless the right-hand side is finite at (t, x) in the mode of the signature.
void check_domain(const Inclusion& inclusion, double t, std::span<const double> x,
                  const Signature& signature);

/// Throws Error if the value of switching function j at the start is not finite.
void check_height(const Inclusion& inclusion, int j, double height, double t,
                  std::span<const double> x);

/// The point (t, x) with the signs of its switching functions, in triangular order, and the
/// surfaces that pass through it (to a few roundings of the terms of h). Throws Error where x has
/// the wrong number of entries, or an entry, the right-hand side or a switching function that
/// matters is not finite there.
LocalPoint start_point(const Inclusion& inclusion, double t, std::span<const double> x);

}  // namespace filippov::detail
