#pragma once

#include "local_geometry.hpp"

namespace filippov::detail {

/// The point (t, x) with the signs of its switching functions, in triangular order, and the
/// surfaces that pass through it (to a few roundings of the terms of h). Throws Error where x has
/// the wrong number of entries, an entry is not finite, or the right-hand side is not finite there.
LocalPoint start_point(const Inclusion& inclusion, double t, std::span<const double> x);

}  // namespace filippov::detail
