#pragma once

#include <algorithm>

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

/// The modes with these signs: all of them for those that are 0, at first +1.
inline std::vector<Signature> modes_around(const Signature& signature, bool all = true) {
  std::vector<Signature> modes{signature};
  for (std::size_t j = 0; j < signature.size(); ++j) {
    for (std::size_t k = 0, known = modes.size(); signature[j] == 0 && k < known; ++k) {
      if (all) modes.push_back(with(modes[k], j, -1));
      modes[k][j] = 1;
    }
    require(modes.size() < 100, "it slides on too many surfaces");
  }
  return modes;
}

/// An inclusion and the formulas that decide about its solutions. Time is elapsed time: `direction`
/// -1 negates the field.
struct Inclusion {
  Inclusion(const filippov::FilippovMap& map, int direction)
      : map(map), graph(*map.field().graph()), n(map.dimension()), direction(direction) {
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
  Nodes slopes(NodeId node) {
    Nodes result(n, graph.constant(0));
    for (const auto& [i, slope] : graph.gradient(node).entries) result[i] = slope;
    return result;
  }
  /// <grad h, v>, and the time derivative of h along a field v.
  NodeId along(NodeId h, const Nodes& v) {
    return filippov::directional_derivative(graph, h, v, graph.constant(0));
  }
  NodeId rate(NodeId h, const Nodes& v) {
    return filippov::directional_derivative(graph, h, v, graph.constant(direction));
  }
  /// A multiple of half the jump of the field across surface j, where F is affine in its sign.
  Nodes half_jump(int j, double factor = 1) {
    Nodes column(n, graph.constant(0));
    for (const auto& [i, node] : map.sign_column(j)) column[i] = scaled(factor * direction, node);
    return column;
  }
  /// The field in a mode, without selects.
  Nodes field_in(const Signature& mode) {
    Nodes coordinates;
    for (int i = 0; i < n; ++i) coordinates.push_back(graph.variable(i));
    return filippov::record(graph, filippov::Program(graph, n, field, mode), coordinates);
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
  /// Enclosures of nodes over t x box. Signs that are 0 are open.
  Box over(const Nodes& nodes, const Signature& signature, const Range& t, const Box& box) {
    Box values;
    for (const Box& series : Reading(graph, signature).follow(nodes, t, box, 0))
      values.push_back(series[0]);
    return values;
  }
  Range over(NodeId node, const Signature& signature, const Range& t, const Box& box) {
    return over(Nodes{node}, signature, t, box).front();
  }

  const filippov::FilippovMap& map;
  Graph& graph;
  int n;
  int direction;
  Nodes field;
  Nodes jacobian;
};

/// The velocity on a face as formulas: f_0 + sum_k w_k D_k, tangent to the surfaces slid on
/// (Filippov 1988, ch. 2 section 4), where f_0 is the field on their positive sides.
///
/// Where f is affine in the signs, D_k leads to the other side of the k-th surface, and every w_k
/// is to be in [0, 1]. Otherwise the D_k lead to the distinct fields around, which are one more
/// than the surfaces, and w_k >= 0, sum_k w_k <= 1.
struct Motion {
  Nodes field;
  Nodes weights;  ///< nonnegative where the velocity is in F: all w_k, then 1 - w_k or the last
  bool is_affine = false;
  std::vector<std::pair<int, int>> planes;  ///< surfaces slid on, with a coordinate each determines
};

/// The motion on a face, defined at (t, x). Throws Refusal if there are no formulas. That what is
/// divided by vanishes nowhere else is seen whenever they are read.
inline Motion motion_on(Inclusion& f, const Face& face, const Range& t, const Box& x) {
  Graph& graph = f.graph;
  const std::size_t n = f.n;
  const Surfaces sliding = f.open(face);
  const std::size_t size = sliding.size();
  const bool is_affine = f.map.is_affine(sliding);
  const std::vector<Signature> modes = modes_around(face, !is_affine);
  Motion motion{f.field_in(modes[0]), {}, is_affine || size == 1, {}};
  std::vector<Nodes> columns;
  for (std::size_t k = 0; k < size && is_affine; ++k)
    columns.push_back(f.half_jump(sliding[k], -2));
  for (std::size_t k = 1; k < modes.size(); ++k) {
    Nodes column = f.field_in(modes[k]);
    for (std::size_t i = 0; i < n; ++i) column[i] = graph.subtract(column[i], motion.field[i]);
    const bool is_new = std::ranges::find(columns, column) == columns.end();
    if (is_new && column != Nodes(n, graph.constant(0))) columns.push_back(column);
  }
  require(columns.size() == size, "F is not affine in the signs of the surfaces slid on");
  // Behind the components of f and D_k follow the weights of the D_k in them.
  motion.field.resize(n + size, graph.constant(0));
  for (std::size_t k = 0; k < size; ++k) {
    columns[k].resize(n + size, graph.constant(0));
    columns[k][n + k] = graph.constant(1);
  }
  Nodes towards;  // where it is one: the velocities beside the surface lead to it
  for (const int j : sliding) {
    const NodeId h = f.surface(j);
    const NodeId here = f.rate(h, motion.field);
    towards = {graph.negate(here), graph.add(here, f.along(h, columns[0]))};
    const auto away = std::ranges::find_if(columns, [&](const Nodes& column) {
      return f.over(f.along(h, column), face, t, x).sign() != 0;
    });
    require(away != columns.end(), "the sliding velocity is not determined");
    const Nodes pivot = *away;
    columns.erase(away);
    const auto make_tangent = [&](Nodes& v, NodeId speed) {
      const NodeId part = graph.divide(speed, f.along(h, pivot));
      for (std::size_t i = 0; i < v.size(); ++i)
        v[i] = graph.subtract(v[i], graph.multiply(part, pivot[i]));
    };
    for (Nodes& column : columns) make_tangent(column, f.along(h, column));
    make_tangent(motion.field, here);
  }
  Nodes others(is_affine ? size : 1, graph.constant(1));
  for (std::size_t k = 0; k < size; ++k) {
    NodeId& other = others[is_affine ? k : 0];
    motion.weights.push_back(motion.field[n + k]);
    other = graph.subtract(other, motion.field[n + k]);
  }
  motion.weights.insert(motion.weights.end(), others.begin(), others.end());
  if (size == 1) motion.weights = towards;
  motion.field.resize(n);
  // A plane determines one component of the velocity from the others.
  for (const int j : sliding) {
    const Nodes slopes = f.slopes(f.surface(j));
    if (!f.are_constant(slopes, modes[0])) continue;
    int row = f.n - 1;
    while (graph.is_constant(slopes[row], 0)) --row;
    motion.field[row] = graph.constant(0);
    const NodeId others = f.rate(f.surface(j), motion.field);
    motion.field[row] = graph.negate(graph.divide(others, slopes[row]));
    motion.planes.emplace_back(j, row);
  }
  return motion;
}

/// The velocity on a face is in F over the box; of one weight, `except`, it is known otherwise.
inline void require_motion(Inclusion& f, const Motion& motion, const Face& face, const Range& t,
                           const Box& box, std::size_t except = -1) {
  const Box weights = f.over(motion.weights, face, t, box);
  for (std::size_t k = 0; k < weights.size(); ++k)
    require(k == except || weights[k].positive() || (motion.is_affine && weights[k].nonnegative()),
            "the sliding velocity is not proved to be in F: ", weights[k]);
  require(except + 1 == 0 || motion.is_affine, "one of several weights vanishes");
}

}  // namespace checker
