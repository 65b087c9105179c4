#pragma once

#include "inclusion.hpp"

namespace checker {

/// The velocity on a face as formulas: f_0 + sum_k w_k D_k, tangent to the surfaces slid on
/// (Filippov 1988, ch. 2 section 4), where f_0 is the field of the mode `signature`.
///
/// Where f is affine in the signs, D_k leads to the other side of the k-th surface, and every w_k
/// is to be in [0, 1]. Otherwise the D_k lead to the distinct fields around, which are one more
/// than the surfaces, and w_k >= 0, sum_k w_k <= 1.
struct Motion {
  Nodes field;
  Nodes weights;  ///< nonnegative where the velocity is in F: of each surface w_k and 1 - w_k
  bool is_affine = false;
  std::vector<std::pair<int, int>> planes;  ///< surfaces slid on, with a coordinate each determines
};

/// The motion on a face, defined at (t, x). Throws Refusal if there are no formulas. That what is
/// divided by vanishes nowhere else is seen whenever they are read.
inline Motion motion_on(Inclusion& inclusion, const Face& face, const Range& t, const Box& x) {
  Graph& graph = inclusion.graph;
  const std::size_t n = inclusion.n;
  const std::size_t size = face.sliding.size();
  Motion motion{inclusion.field_in(face.signature), {}, inclusion.map.is_affine(face.sliding), {}};
  std::vector<Nodes> columns;
  for (const int j : face.sliding)
    if (motion.is_affine) columns.push_back(inclusion.half_jump(j, -2 * face.signature[j]));
  for (const Signature& mode : motion.is_affine ? std::vector<Signature>{} : modes_around(face)) {
    Nodes difference = inclusion.field_in(mode);
    for (std::size_t i = 0; i < n; ++i)
      difference[i] = graph.subtract(difference[i], motion.field[i]);
    const bool is_new = std::find(columns.begin(), columns.end(), difference) == columns.end();
    if (is_new && difference != Nodes(n, graph.constant(0))) columns.push_back(difference);
  }
  require(columns.size() == size, "F is not affine in the signs of the surfaces slid on");
  // Behind the components of f and D_k follow the weights of the D_k in them.
  motion.field.resize(n + size, graph.constant(0));
  for (std::size_t k = 0; k < size; ++k) {
    columns[k].resize(n + size, graph.constant(0));
    columns[k][n + k] = graph.constant(1);
  }
  Nodes towards;  // where it is one: the velocities beside the surface lead to it
  for (const int j : face.sliding) {
    const NodeId h = inclusion.surface(j);
    const NodeId here = inclusion.rate(h, motion.field);
    const NodeId there = graph.add(here, inclusion.along(h, columns[0]));
    towards = {inclusion.scaled(-face.signature[j], here),
               inclusion.scaled(face.signature[j], there)};
    const auto away = std::find_if(columns.begin(), columns.end(), [&](const Nodes& column) {
      return inclusion.over(inclusion.along(h, column), face.signature, t, x).sign() != 0;
    });
    require(away != columns.end(), "the sliding velocity is not determined");
    const Nodes pivot = *away;
    columns.erase(away);
    const auto make_tangent = [&](Nodes& v, NodeId speed) {
      const NodeId part = graph.divide(speed, inclusion.along(h, pivot));
      for (std::size_t i = 0; i < v.size(); ++i)
        v[i] = graph.subtract(v[i], graph.multiply(part, pivot[i]));
    };
    for (Nodes& column : columns) make_tangent(column, inclusion.along(h, column));
    make_tangent(motion.field, inclusion.rate(h, motion.field));
  }
  NodeId last = graph.constant(1);
  for (std::size_t k = n; k < n + size; ++k) {
    const NodeId w = motion.field[k];
    motion.weights.push_back(w);
    if (motion.is_affine) motion.weights.push_back(graph.subtract(graph.constant(1), w));
    last = graph.subtract(last, w);
  }
  if (!motion.is_affine) motion.weights.push_back(last);
  if (size == 1) motion.weights = towards;
  motion.field.resize(n);
  // A surface with a constant slope determines one component of the velocity from the others.
  for (const int j : face.sliding) {
    const Nodes slopes = inclusion.slopes(inclusion.surface(j));
    const auto is_constant = [&](const Nodes& nodes) {
      return inclusion.reading(nodes, face.signature).is_constant();
    };
    for (int row = inclusion.n - 1; row >= 0; --row) {
      if (!is_constant({slopes[row]}) ||
          inclusion.over(slopes[row], face.signature, t, x).sign() == 0)
        continue;
      motion.field[row] = graph.constant(0);
      motion.field[row] = graph.negate(
          graph.divide(inclusion.rate(inclusion.surface(j), motion.field), slopes[row]));
      if (is_constant(slopes)) motion.planes.emplace_back(j, row);
      break;
    }
  }
  return motion;
}

}  // namespace checker
