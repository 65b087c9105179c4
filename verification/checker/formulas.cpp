#include "formulas.hpp"

#include <algorithm>
#include <cmath>

namespace checker {

using filippov::Program;

Signature with(Signature signature, const std::vector<int>& surfaces, int side) {
  for (const int j : surfaces) signature[j] = static_cast<signed char>(side);
  return signature;
}

Formulas::Formulas(const filippov::FilippovMap& map, int direction)
    : map_(map), graph_(*map.field().graph()), n_(map.dimension()), direction_(direction) {
  for (const NodeId node : map.field().nodes()) {
    field_.push_back(direction > 0 ? node : graph_.negate(node));
  }
}

NodeId Formulas::derivative(NodeId node, int coordinate) {
  const auto [place, inserted] = gradients_.try_emplace(node, n_ + 1, number(0));
  if (inserted) {
    const filippov::NodeGradient gradient = graph_.gradient(node);
    for (const auto& [i, slope] : gradient.entries) place->second[i] = slope;
    if (gradient.time >= 0) place->second[n_] = gradient.time;
  }
  return place->second[coordinate];
}

NodeId Formulas::along(NodeId h, const Nodes& v) {
  NodeId sum = number(0);
  for (int i = 0; i < n_; ++i) sum = graph_.add(sum, product(derivative(h, i), v[i]));
  return sum;
}

NodeId Formulas::rate(NodeId h, const Nodes& v) {
  return graph_.add(product(number(direction_), derivative(h, n_)), along(h, v));
}

Nodes Formulas::half_jump(int j) {
  Nodes column(n_, number(0));
  for (const auto& [i, node] : map_.sign_column(j)) column[i] = product(number(direction_), node);
  return column;
}

bool Formulas::constant(NodeId node, const Signature& signature) const {
  const Program program(graph_, n_, Nodes{node}, signature);
  return program.outputs()[0] > n_ &&
         program.outputs()[0] < program.first_instruction_slot() + program.constant_instructions();
}

Box Formulas::over(const Nodes& nodes, const Signature& signature, const Range& t, const Box& box) {
  Series& reading = readings_[{nodes, signature}];
  if (reading.empty()) reading = Series(Program(graph_, n_, nodes, signature), 0, false);
  reading.evaluate(t, box);
  Box values;
  for (int i = 0; i < static_cast<int>(nodes.size()); ++i) values.push_back(reading.output(i, 0));
  return values;
}

/// f = base + sum_k c_k columns_k, tangent to the surfaces (Filippov 1988, ch. 2 section 4): with
/// base = f(s) and half the jumps for columns where f is affine in the signs; otherwise with base 0
/// and the distinct fields around, one more than the surfaces, and sum_k c_k = 1.
const Motion& Formulas::motion(const Face& face, const Range& t, const Box& x) {
  const auto known = motions_.find(face);
  if (known != motions_.end()) return known->second;
  Motion motion{field_, {}, face.sliding.size() > 1 && !map_.is_affine(face.sliding), {}};
  std::vector<Nodes> columns;
  std::vector<Nodes> matrix;
  Nodes right;
  for (const int j : face.sliding) columns.push_back(half_jump(j));
  if (motion.weights) {
    columns = fields_around(face);
    motion.field.assign(n_, number(0));
    matrix.emplace_back(columns.size(), number(1));
    right.push_back(number(1));
  }
  for (const int i : face.sliding) {
    right.push_back(graph_.negate(rate(surface(i), motion.field)));
    Nodes& row = matrix.emplace_back();
    for (const Nodes& column : columns) row.push_back(along(surface(i), column));
  }
  const Nodes solution = solve(std::move(matrix), std::move(right), face.signature, t, x);
  for (std::size_t k = 0; k < solution.size(); ++k) {
    for (int i = 0; i < n_; ++i) {
      motion.field[i] = graph_.add(motion.field[i], product(solution[k], columns[k][i]));
    }
    if (motion.weights) {
      motion.inside.push_back(solution[k]);
    } else {
      const NodeId u = graph_.add(solution[k], number(face.signature[face.sliding[k]]));
      motion.inside.push_back(graph_.subtract(number(1), u));
      motion.inside.push_back(graph_.add(number(1), u));
    }
  }
  // A surface with a constant slope determines one component of the velocity from the others.
  for (const int j : face.sliding) {
    int row = -1;
    bool plane = true;
    for (int i = 0; i < n_; ++i) {
      const NodeId slope = derivative(surface(j), i);
      const bool is_constant = constant(slope, face.signature);
      plane = plane && is_constant;
      if (is_constant && over(slope, face.signature, t, x).sign() != 0) row = i;
    }
    if (row < 0) continue;
    motion.field[row] = number(0);
    motion.field[row] =
        graph_.negate(graph_.divide(rate(surface(j), motion.field), derivative(surface(j), row)));
    if (plane) motion.solved.emplace_back(row, j);
  }
  return motions_.emplace(face, std::move(motion)).first->second;
}

/// The fields of the modes around a face. The gradients of the surfaces are shown to be independent
/// in each of them, so that all these modes are there.
std::vector<Nodes> Formulas::fields_around(const Face& face) {
  std::vector<Nodes> fields;
  for (unsigned corner = 0; corner < 1U << std::min<std::size_t>(face.sliding.size(), 6);
       ++corner) {
    Signature signature = face.signature;
    for (std::size_t k = 0; k < face.sliding.size(); ++k) {
      signature[face.sliding[k]] = (corner >> k & 1U) != 0 ? 1 : -1;
    }
    Nodes as;  // what every node is in the mode
    for (NodeId id = 0; id <= *std::max_element(field_.begin(), field_.end()); ++id) {
      const filippov::Node n = graph_.node(id);
      const NodeId a = n.first < 0 ? -1 : as[n.first];
      const NodeId b = n.second < 0 ? -1 : as[n.second];
      as.push_back(n.operation == filippov::Operation::select ? (signature[n.index] > 0 ? a : b)
                   : a < 0                                    ? id
                           : graph_.record(n.operation, a, b, n.index));
    }
    Nodes field;
    for (const NodeId node : field_) field.push_back(as[node]);
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  }
  if (fields.size() == face.sliding.size() + 1) return fields;
  throw Refusal("the velocity is not affine in the signs of the surfaces slid on");
}

/// Gaussian elimination on formulas, with the pivots that are largest at (t, x). That they vanish
/// nowhere else is seen whenever the result is read.
Nodes Formulas::solve(std::vector<Nodes> matrix, Nodes right, const Signature& signature,
                      const Range& t, const Box& x) {
  const std::size_t size = right.size();
  for (std::size_t k = 0; k < size; ++k) {
    std::size_t best = k;
    double largest = 0;
    for (std::size_t i = k; i < size; ++i) {
      const double value = std::abs(over(matrix[i][k], signature, t, x).middle());
      if (value > largest) best = i;
      largest = std::max(largest, value);
    }
    if (largest == 0) throw Refusal("the sliding velocity is not determined");
    std::swap(matrix[k], matrix[best]);
    std::swap(right[k], right[best]);
    for (std::size_t i = k + 1; i < size; ++i) {
      if (graph_.is_constant(matrix[i][k], 0)) continue;
      const NodeId factor = graph_.divide(matrix[i][k], matrix[k][k]);
      for (std::size_t j = k + 1; j < size; ++j) {
        matrix[i][j] = graph_.subtract(matrix[i][j], product(factor, matrix[k][j]));
      }
      right[i] = graph_.subtract(right[i], product(factor, right[k]));
    }
  }
  for (std::size_t k = size; k-- > 0;) {
    for (std::size_t j = k + 1; j < size; ++j) {
      right[k] = graph_.subtract(right[k], product(matrix[k][j], right[j]));
    }
    right[k] = graph_.divide(right[k], matrix[k][k]);
  }
  return right;
}

}  // namespace checker
