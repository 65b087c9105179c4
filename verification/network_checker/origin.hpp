#pragma once

#include <gmpxx.h>

#include <array>
#include <vector>

namespace network_checker {

/// A vector of space, exactly.
using Vector = std::array<mpz_class, 3>;

mpz_class scalar_product(const Vector& a, const Vector& b);
Vector vector_product(const Vector& a, const Vector& b);
bool is_zero(const Vector& a);

/// Whether 0 is in the hull of the points: proved by four of them around it, or by a plane with all
/// on one side, which are looked for in double precision. Throws Refusal if none are found.
bool hull_has_origin(const std::vector<Vector>& points);

}  // namespace network_checker
