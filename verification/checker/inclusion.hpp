#pragma once

#include <algorithm>

#include "filippov/function/common_factor.hpp"
#include "filippov/function/directional_derivative.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "reading.hpp"

namespace checker {

using Surfaces = std::vector<int>;  ///< increasing

/// Where a motion is: on a side of every surface, or 0 where it slides on it.
using Face = Signature;

inline Signature with(Signature signature, int j, int side) {
  signature[j] = static_cast<signed char>(side);
  return signature;
}

/// The mode on the positive sides of the surfaces whose sign is 0.
inline Signature above(Signature signature) {
  std::ranges::replace(signature, 0, 1);
  return signature;
}

/// An inclusion and the formulas that decide about its solutions. Time is elapsed time: `direction`
/// -1 negates the field.
struct Inclusion {
  Inclusion(const filippov::FilippovMap& map, int direction)
      : map(map), graph(*map.field().graph()), n(map.dimension()), direction(direction) {
    for (int i = 0; i < n; ++i) coordinates.push_back(graph.variable(i));
    for (const NodeId node : map.field().nodes()) field.push_back(scaled(direction, node));
    for (const NodeId node : field)
      for (const NodeId slope : slopes(node)) jacobian.push_back(slope);
  }

  /// Those that matter and have sign 0.
  Surfaces open(const Signature& signature) const {
    Surfaces live = map.live_switches(signature);
    std::erase_if(live, [&](int j) { return signature[j] != 0; });
    return live;
  }
  NodeId surface(int j) const { return graph.switches()[j].node; }
  NodeId scaled(double factor, NodeId node) { return graph.multiply(graph.constant(factor), node); }
  Nodes dense(const std::vector<std::pair<int, NodeId>>& entries, double factor = 1) {
    Nodes result(n, graph.constant(0));
    for (const auto& [i, node] : entries) result[i] = scaled(factor, node);
    return result;
  }
  Nodes slopes(NodeId node) { return dense(graph.gradient(node).entries); }
  /// From the positive side of surface j to the other, where F is affine in its sign.
  Nodes jump(int j) { return dense(map.sign_column(j), -2 * direction); }
  /// v - c u
  Nodes minus(Nodes v, NodeId c, const Nodes& u) {
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = graph.subtract(v[i], graph.multiply(c, u[i]));
    return v;
  }
  /// <grad h, v>, and the time derivative of h along a field v.
  NodeId along(NodeId h, const Nodes& v, double time = 0) {
    return filippov::directional_derivative(graph, h, v, graph.constant(time));
  }
  NodeId rate(NodeId h, const Nodes& v) { return along(h, v, direction); }
  /// Nodes in a mode, without selects.
  Nodes in_mode(const Nodes& nodes, const Signature& mode) {
    return filippov::record(graph, filippov::Program(graph, n, nodes, mode), coordinates);
  }
  /// Nodes depend neither on x and t nor on signs that are 0.
  bool are_constant(const Nodes& nodes, const Signature& signature) const {
    const filippov::Program program(graph, n, nodes, signature);
    const auto moves = [&](int slot) { return slot < program.first_constant_slot(); };
    return program.constant_instructions() == static_cast<int>(program.instructions().size()) &&
           std::ranges::none_of(program.outputs(), moves);
  }
  /// h_j jumps with signs that are 0.
  bool jumps(int j, const Signature& signature) const {
    const filippov::Program program(graph, n, Nodes{surface(j)}, signature);
    return std::ranges::any_of(program.instructions(), [](const auto& code) {
      return code.operation == Operation::select && !code.continuous;
    });
  }
  /// Enclosures of nodes over a place. Signs that are 0 are open.
  Box over(const Nodes& nodes, const Signature& signature, const Place& place) {
    Box values;
    for (const Box& series : Reading(graph, signature).follow(nodes, place, 0))
      values.push_back(series[0]);
    return values;
  }
  Range over(NodeId node, const Signature& signature, const Place& place) {
    return over(Nodes{node}, signature, place).front();
  }
  /// Of a node for every choice of open signs that matter, up to `most`: each holds throughout.
  Range over_modes(NodeId node, const Signature& signature, const Place& place, int most = 6) {
    const filippov::Program program(graph, n, Nodes{node}, signature);
    for (const int j : program.live_switches())
      if (signature[j] == 0 && most > 0)
        return hull(over_modes(node, with(signature, j, 1), place, most - 1),
                    over_modes(node, with(signature, j, -1), place, most - 1));
    return over(node, signature, place);
  }
  /// The sides of a place, as far as every h has one sign there.
  Signature sides_over(const Place& place) {
    Signature sides(map.switch_count(), 0);
    for (std::size_t j = 0; j < sides.size(); ++j)
      sides = with(sides, j, over(surface(j), sides, place).sign());
    return sides;
  }

  const filippov::FilippovMap& map;
  Graph& graph;
  int n, direction;
  Nodes coordinates, field, jacobian;
};

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
  // in a descent); so are jumps along the normals (FilippovMap::jumps_along_normal). Others, in the
  // norm of P with P D_j = grad h_j, if [<grad h_i, D_j>] is constant, symmetric and positive
  // definite; or where the surfaces are planes and this matrix has a positive diagonal that
  // dominates its columns with some weights, in the sum of the weighted distances along the
  // normals: so if that of |m_ii| and -|m_ij| has positive pivots.
  bool is_flat = f.map.is_affine(kept), is_metric = is_flat;
  const auto is_normal = [&](int j) { return f.map.jumps_along_normal(j); };
  const bool is_gradient =
      f.map.is_gradient_flow() || (is_flat && std::ranges::all_of(kept, is_normal));
  std::vector<Box> m(kept.size());
  for (std::size_t i = 0; i < m.size(); ++i) {
    const NodeId h = f.surface(kept[i]);
    is_flat = is_flat && f.are_constant(f.slopes(h), sides);
    is_metric = is_metric && is_flat && f.are_constant(f.jump(kept[i]), sides);
    for (std::size_t j = 0; j < m.size(); ++j) {
      m[i].push_back(f.over_modes(f.along(h, f.jump(kept[j])), sides, place));
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

/// The velocity on a face as formulas: f_0 + sum_k w_k D_k, tangent to the surfaces slid on
/// (Filippov 1988, ch. 2 section 4), where f_0 is the field on their positive sides.
///
/// Where f is affine in the signs, D_k leads to the other side of the k-th surface, and every w_k
/// is to be in [0, 1]. Otherwise the D_k lead to the distinct fields around, which are one more
/// than the surfaces, and w_k > 0, sum_k w_k < 1.
struct Motion {
  Nodes field;
  /// The velocity is in F where these are positive, if affine also where they are 0: multiples of
  /// w_1, 1 - w_1, w_2 ..., for one surface the velocities towards it; or all w_k, 1 - sum_k w_k.
  Nodes weights = {};
  bool is_affine = true;
  std::vector<std::pair<NodeId, int>> planes = {};  ///< slid on; a coordinate each determines
};

/// The motion on a face, defined at a place. Throws Refusal if there are no formulas. That what is
/// divided by vanishes nowhere else is seen whenever they are read.
inline Motion motion_on(Inclusion& f, const Face& face, const Place& place) {
  Graph& graph = f.graph;
  const Surfaces sliding = f.open(face);
  const std::size_t size = sliding.size();
  const bool is_affine = f.map.is_affine(sliding);
  Motion motion{.field = f.in_mode(f.field, above(face)), .is_affine = is_affine || size == 1};
  std::vector<Nodes> columns;
  if (is_affine) {
    for (const int j : sliding) columns.push_back(f.jump(j));
  } else {
    require(size < 7, "it slides on too many surfaces");
    for (unsigned below = 0; below < 1U << size; ++below) {
      Signature mode = above(face);
      for (std::size_t k = 0; k < size; ++k)
        if ((below >> k & 1U) != 0) mode[sliding[k]] = -1;
      const Nodes column = f.minus(f.in_mode(f.field, mode), graph.constant(1), motion.field);
      const bool is_new = std::ranges::find(columns, column) == columns.end();
      if (is_new && column != Nodes(f.n, graph.constant(0))) columns.push_back(column);
    }
  }
  require(columns.size() == size, "F is not affine in the signs of the surfaces slid on");
  // Along the normals of planes constants may be left, so that nothing is divided by what varies.
  Nodes factors(size, graph.constant(1));
  for (std::size_t k = 0; k < size && motion.is_affine; ++k)
    factors[k] = filippov::take_common_factor(graph, columns[k]);
  // sum_k <grad h_j, D_k> w_k = -<grad h_j, f_0>, by elimination.
  Nodes heights;
  for (const int j : sliding) heights.push_back(f.surface(j));
  heights = f.in_mode(heights, above(face));
  std::vector<Nodes> rows;
  for (const NodeId h : heights) {
    Nodes& row = rows.emplace_back();
    for (const Nodes& column : columns) row.push_back(f.along(h, column));
    row.push_back(graph.negate(f.rate(h, motion.field)));
  }
  for (std::size_t k = 0; k < size; ++k) {
    const auto pivot = std::find_if(rows.begin() + k, rows.end(), [&](const Nodes& row) {
      return f.over(row[k], face, place).sign() != 0;
    });
    require(pivot != rows.end(), "the sliding velocity is not determined");
    rows[k].swap(*pivot);
    for (Nodes& row : rows) {
      if (&row == &rows[k]) continue;
      row = f.minus(row, graph.divide(row[k], rows[k][k]), rows[k]);
      row[k] = graph.constant(0);
    }
  }
  NodeId last = graph.constant(1);
  for (std::size_t k = 0; k < size; ++k) {
    const NodeId pivot = rows[k][k], share = rows[k].back(), weight = graph.divide(share, pivot);
    motion.field = f.minus(motion.field, graph.negate(weight), columns[k]);
    motion.weights.push_back(motion.is_affine ? share : weight);
    if (motion.is_affine)
      motion.weights.push_back(graph.subtract(graph.multiply(pivot, factors[k]), share));
    last = graph.subtract(last, weight);
  }
  if (!motion.is_affine) motion.weights.push_back(last);
  // A plane determines the component of the velocity along which it is steepest from the others.
  for (std::size_t k = 0; k < size; ++k) {
    const Nodes slopes = f.slopes(heights[k]);
    if (!f.are_constant(slopes, above(face))) continue;
    const auto steepness = [&](NodeId h) { return std::abs(f.over(h, face, place).middle()); };
    const auto row =
        slopes.rend() - 1 - std::ranges::max_element(slopes.rbegin(), slopes.rend(), {}, steepness);
    motion.field[row] = graph.constant(0);
    const NodeId others = f.rate(heights[k], motion.field);
    motion.field[row] = graph.negate(graph.divide(others, slopes[row]));
    motion.planes.emplace_back(heights[k], static_cast<int>(row));
  }
  return motion;
}

}  // namespace checker
