#pragma once

#include <optional>

#include "filippov/inclusion/inclusion.hpp"
#include "filippov/solution/solution.hpp"

namespace filippov::detail {

/// Whether the velocity of sliding on `face` at (t, x) is a set, and of which dimension; nullopt
/// when it is one vector. The times are left to the caller.
std::optional<Ambiguity> sliding_ambiguity(const Inclusion& inclusion, const Face& face, double t,
                                           std::span<const double> x);

}  // namespace filippov::detail
