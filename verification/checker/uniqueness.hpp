#pragma once

#include "inclusion.hpp"

namespace checker {

/// At most one solution goes on from each state of the box, where some signs are not known.
inline void require_unique(Inclusion& f, const Signature& sides, const Range& t, const Box& box,
                           bool strictly) {
  f.over(f.jacobian, sides, t, box);  // exists
  const auto sign_of_speed = [&](int j, const Signature& mode) {
    return f.over(f.rate(f.surface(j), f.field), mode, t, box).sign();
  };
  Surfaces kept = f.open(sides);
  for (const int j : kept) require(!f.jumps(j, sides), f.map.surface_name(j), " jumps with others");
  // What every element of F crosses with one sign is passed at an isolated time.
  std::erase_if(kept,
                [&](int j) { return !f.map.jumps_across(j) || sign_of_speed(j, sides) != 0; });
  // Filippov 1988, section 10, theorem 2: one of the sides leads to the surface throughout.
  if (kept.empty() || (kept.size() == 1 && (sign_of_speed(kept[0], with(sides, kept[0], -1)) > 0 ||
                                            sign_of_speed(kept[0], with(sides, kept[0], 1)) < 0)))
    return;
  // A gradient flow is one-sided Lipschitz if its potential is concave across each surface (convex
  // in a descent). Others, in the norm of P with P g_j = -grad h_j, if [<grad h_i, g_j>] is
  // constant, symmetric and negative definite; or where the surfaces are planes and this matrix has
  // a negative diagonal that dominates its columns with some weights, in the sum of the weighted
  // distances along the normals: so if that of -|m_ii| and |m_ij| has negative pivots.
  const bool is_gradient = f.map.is_gradient_flow();
  const bool is_affine = f.map.is_affine(kept);
  bool is_metric = is_affine, is_flat = is_affine;
  std::vector<Box> m(kept.size());
  for (std::size_t i = 0; i < m.size(); ++i) {
    const NodeId h = f.surface(kept[i]);
    is_flat = is_flat && f.are_constant(f.slopes(h), sides);
    is_metric = is_metric && is_flat && f.are_constant(f.half_jump(kept[i]), sides);
    for (std::size_t j = 0; j < m.size(); ++j) {
      m[i].push_back(f.over(f.along(h, f.half_jump(kept[j])), sides, t, box));
      is_metric = is_metric && (j >= i || (m[i][j] - m[j][i]).is_zero());
    }
  }
  for (std::size_t i = 0; i < m.size() && !is_metric && !is_gradient; ++i)
    for (std::size_t j = 0; j < m.size(); ++j)
      if (i != j) m[i][j] = magnitude(m[i][j]);
  for (std::size_t k = 0; k < m.size(); ++k) {
    require((is_gradient ? f.map.is_affine(Surfaces{kept[k]}) : is_flat) &&
                (is_gradient && !strictly ? m[k][k].nonpositive() : m[k][k].sign() < 0),
            "uniqueness is not proved at ", f.map.surface_name(kept[k]));
    for (std::size_t i = k + 1; i < m.size() && !is_gradient; ++i) {
      const Range factor = m[i][k] / m[k][k];
      for (std::size_t j = k + 1; j < m.size(); ++j) m[i][j] -= factor * m[k][j];
    }
  }
}

}  // namespace checker
