#pragma once

#include "inclusion.hpp"

namespace checker {

/// At most one solution goes on from each state of a place, where some signs are not known.
inline void require_unique(Inclusion& f, const Signature& sides, const Place& place, bool strictly,
                           bool is_attracted = false) {
  f.over(f.jacobian, sides, place);  // exists
  const auto sign_of_speed = [&](int j, const Signature& mode) {
    return f.over(f.rate(f.surface(j), f.field), mode, place).sign();
  };
  for (const int j : f.map.live_switches(sides))
    require(!f.jumps(j, sides) ||
                (sides[j] != 0 && f.over(f.surface(j), sides, place).sign() == sides[j]),
            f.map.surface_name(j), " jumps with the sides of others");
  Surfaces kept = f.open(sides);
  // What every element of F crosses with one sign is passed at an isolated time.
  std::erase_if(kept,
                [&](int j) { return !f.map.jumps_across(j) || sign_of_speed(j, sides) != 0; });
  // Filippov 1988, section 10, theorem 2: one of the sides leads to the surface throughout.
  if (kept.empty() ||
      (kept.size() == 1 && (is_attracted || sign_of_speed(kept[0], with(sides, kept[0], -1)) > 0 ||
                            sign_of_speed(kept[0], with(sides, kept[0], 1)) < 0)))
    return;
  // A gradient flow is one-sided Lipschitz if its potential is concave across each surface (convex
  // in a descent). Others, in the norm of P with P D_j = grad h_j, if [<grad h_i, D_j>] is
  // constant, symmetric and positive definite; or where the surfaces are planes and this matrix has
  // a positive diagonal that dominates its columns with some weights, in the sum of the weighted
  // distances along the normals: so if that of |m_ii| and -|m_ij| has positive pivots.
  const bool is_gradient = f.map.is_gradient_flow();
  bool is_flat = f.map.is_affine(kept), is_metric = is_flat;
  std::vector<Box> m(kept.size());
  for (std::size_t i = 0; i < m.size(); ++i) {
    const NodeId h = f.surface(kept[i]);
    is_flat = is_flat && f.are_constant(f.slopes(h), sides);
    is_metric = is_metric && is_flat && f.are_constant(f.jump(kept[i]), sides);
    for (std::size_t j = 0; j < m.size(); ++j) {
      m[i].push_back(f.over(f.along(h, f.jump(kept[j])), sides, place));
      is_metric = is_metric && (j >= i || (m[i][j] - m[j][i]).is_zero());
    }
  }
  for (std::size_t i = 0; i < m.size() && !is_metric; ++i)
    for (std::size_t j = 0; j < m.size(); ++j)
      if (i != j) m[i][j] = -magnitude(m[i][j]);
  for (std::size_t k = 0; k < m.size(); ++k) {
    require((is_gradient ? f.map.is_affine(Surfaces{kept[k]}) : is_flat) &&
                (is_gradient && !strictly ? m[k][k].nonnegative() : m[k][k].positive()),
            "uniqueness is not proved at ", f.map.surface_name(kept[k]));
    for (std::size_t i = k + 1; i < m.size() && !is_gradient; ++i) {
      const Range factor = m[i][k] / m[k][k];
      for (std::size_t j = k + 1; j < m.size(); ++j) m[i][j] -= factor * m[k][j];
    }
  }
}

}  // namespace checker
