#pragma once

#include <optional>

#include "filippov/arithmetic/box.hpp"

namespace filippov::detail {

/// Encloses the solutions x of A x = b, A square with its entries row after row; nothing if A may
/// be singular. With Y near A^-1 and q = |I - Y A| < 1 in the maximum norm,
/// |x - x0| <= |Y (b - A x0)| / (1 - q).
std::optional<Box> solve_linear(const Box& a, const Box& b);

}  // namespace filippov::detail
