#pragma once

#include <algorithm>
#include <map>

#include "filippov/inclusion/filippov_map.hpp"
#include "series.hpp"

namespace checker {

using filippov::Face;
using filippov::NodeId;
using filippov::Signature;
using Nodes = std::vector<NodeId>;
using Surfaces = std::vector<int>;  ///< increasing

inline bool has(const Surfaces& surfaces, int j) {
  return std::binary_search(surfaces.begin(), surfaces.end(), j);
}

/// `signature` with other sides of some surfaces.
inline Signature with(Signature signature, const Surfaces& surfaces, int side) {
  for (const int j : surfaces) signature[j] = static_cast<signed char>(side);
  return signature;
}

/// The velocity on a face as formulas: f_0 + sum_k w_k D_k, tangent to the surfaces slid on
/// (Filippov 1988, ch. 2 section 4), where f_0 is the field of the mode `signature`.
struct Motion {
  Nodes field;
  Nodes inside;         ///< nonnegative where the velocity is in F
  bool affine = false;  ///< the D_k lead to the other sides of the surfaces, else to other fields
  std::vector<std::pair<int, int>> planes;  ///< surfaces slid on, with a coordinate each determines
};

/// Formulas for the motions of an inclusion and for what decides about them. Time is elapsed time:
/// `direction` -1 negates the field.
class Formulas {
 public:
  Formulas(const filippov::FilippovMap& map, int direction)
      : map_(map), graph_(*map.field().graph()), n_(map.dimension()), direction_(direction) {
    for (const NodeId node : map.field().nodes()) field_.push_back(product(direction, node));
  }

  const Nodes& field() const { return field_; }
  NodeId surface(int j) const { return graph_.switches()[j].node; }
  NodeId product(double factor, NodeId node) { return multiply(graph_.constant(factor), node); }
  NodeId multiply(NodeId a, NodeId b) { return graph_.multiply(a, b); }
  NodeId number(double value) { return graph_.constant(value); }
  /// The derivatives of a node with respect to the coordinates and, in the end, to time.
  const Nodes& derivatives(NodeId node) {
    const auto [place, inserted] = derivatives_.try_emplace(node, n_ + 1, graph_.constant(0));
    if (inserted) {
      const filippov::NodeGradient gradient = graph_.gradient(node);
      for (const auto& [i, slope] : gradient.entries) place->second[i] = slope;
      if (gradient.time >= 0) place->second[n_] = gradient.time;
    }
    return place->second;
  }
  Nodes gradient(NodeId node) { return {derivatives(node).begin(), derivatives(node).end() - 1}; }
  /// <grad h, v>, and the time derivative of h along a field v.
  NodeId along(NodeId h, const Nodes& v) {
    NodeId sum = graph_.constant(0);
    for (int i = 0; i < n_; ++i) sum = graph_.add(sum, graph_.multiply(derivatives(h)[i], v[i]));
    return sum;
  }
  NodeId rate(NodeId h, const Nodes& v) {
    return graph_.add(product(direction_, derivatives(h)[n_]), along(h, v));
  }
  /// Half the jump of the field across surface j.
  Nodes half_jump(int j) {
    Nodes column(n_, graph_.constant(0));
    for (const auto& [i, node] : map_.sign_column(j)) column[i] = product(direction_, node);
    return column;
  }
  /// The nodes depend on numbers alone, in a mode.
  bool constant(const Nodes& nodes, const Signature& signature) const {
    const filippov::Program program(graph_, n_, nodes, signature);
    const int moving = program.first_instruction_slot() + program.constant_instructions();
    return std::all_of(program.outputs().begin(), program.outputs().end(),
                       [&](int slot) { return slot > n_ && slot < moving; });
  }
  /// The node jumps where a side that is open changes.
  bool jumps(NodeId node, const Signature& signature) const {
    const filippov::Program program(graph_, n_, Nodes{node}, signature);
    return std::any_of(program.instructions().begin(), program.instructions().end(),
                       [](const filippov::Instruction& code) {
                         return code.operation == filippov::Operation::select && !code.continuous;
                       });
  }
  /// Enclosures of nodes over t x box. Signs that are 0 are found, or open.
  Box over(const Nodes& nodes, const Signature& signature, const Range& t, const Box& box) {
    Series& reading = readings_[{nodes, signature}];
    if (reading.empty())
      reading = Series(filippov::Program(graph_, n_, nodes, signature), 0, false);
    reading.evaluate(t, box);
    Box values;
    for (std::size_t i = 0; i < nodes.size(); ++i) values.push_back(reading.output(i, 0));
    return values;
  }
  Range over(NodeId node, const Signature& signature, const Range& t, const Box& box) {
    return over(Nodes{node}, signature, t, box).front();
  }

  /// The field in a mode, without selects.
  Nodes field_in(const Signature& signature) {
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
    return field;
  }

  /// The motion on a face, defined at (t, x). Throws Refusal if there are no formulas.
  ///
  /// Where f is affine in the signs, D_k = -2 s_k g_k leads to the other side of the k-th surface,
  /// and every w_k is to be in [0, 1]. Otherwise the D_k lead to the distinct fields around, which
  /// are one more than the surfaces, and w_k >= 0, sum_k w_k <= 1.
  const Motion& motion(const Face& face, const Range& t, const Box& x) {
    const auto known = motions_.find(face);
    if (known != motions_.end()) return known->second;
    Motion motion{field_, {}, map_.is_affine(face.sliding), {}};
    std::vector<Nodes> columns = motion.affine ? std::vector<Nodes>{} : fields_around(face);
    if (!motion.affine) {
      motion.field = columns.front();
      columns.erase(columns.begin());
    }
    for (std::size_t k = 0; k < face.sliding.size(); ++k) {
      const int j = face.sliding[k];
      if (motion.affine) columns.push_back(half_jump(j));
      for (int i = 0; i < n_; ++i) {
        NodeId& node = columns[k][i];
        node = motion.affine ? product(-2 * face.signature[j], node)
                             : graph_.subtract(node, motion.field[i]);
      }
    }
    std::vector<Nodes> rows;
    for (const int j : face.sliding) {
      Nodes& row = rows.emplace_back();
      for (const Nodes& column : columns) row.push_back(along(surface(j), column));
      row.push_back(graph_.negate(rate(surface(j), motion.field)));
    }
    if (rows.size() == 1) {  // the velocities beside the surface lead to it
      const int side = face.signature[face.sliding[0]];
      const NodeId here = graph_.negate(rows[0][1]);
      motion.inside = {product(-side, here), product(side, graph_.add(rows[0][0], here))};
    }
    NodeId rest = graph_.constant(1);
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (k == 0) solve(rows, face.signature, t, x);
      const NodeId w = rows[k].back();
      for (int i = 0; i < n_; ++i) {
        motion.field[i] = graph_.add(motion.field[i], graph_.multiply(w, columns[k][i]));
      }
      if (columns.size() == 1) break;
      motion.inside.push_back(w);
      if (motion.affine) motion.inside.push_back(graph_.subtract(graph_.constant(1), w));
      rest = graph_.subtract(rest, w);
    }
    if (!motion.affine) motion.inside.push_back(rest);
    // A surface with a constant slope determines one component of the velocity from the others.
    for (const int j : face.sliding) {
      const Nodes slopes = gradient(surface(j));
      int row = n_ - 1;
      while (row >= 0 && (!constant({slopes[row]}, face.signature) ||
                          over(slopes[row], face.signature, t, x).sign() == 0)) {
        --row;
      }
      if (row < 0) continue;
      motion.field[row] = graph_.constant(0);
      const NodeId others = rate(surface(j), motion.field);
      motion.field[row] = graph_.negate(graph_.divide(others, slopes[row]));
      if (constant(slopes, face.signature)) motion.planes.emplace_back(j, row);
    }
    return motions_.emplace(face, std::move(motion)).first->second;
  }

 private:
  /// The distinct fields of the modes around a face, that of the face first.
  std::vector<Nodes> fields_around(const Face& face) {
    std::vector<Nodes> fields;
    const std::size_t size = face.sliding.size();
    for (unsigned corner = 0; size < 7 && corner < 1U << size; ++corner) {
      Signature signature = face.signature;
      for (std::size_t k = 0; k < size; ++k) {
        if ((corner >> k & 1U) != 0) signature[face.sliding[k]] *= -1;
      }
      const Nodes field = field_in(signature);
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    }
    require(fields.size() == size + 1, "F is not affine in the signs of the surfaces slid on");
    return fields;
  }

  /// Gaussian elimination on formulas: the last column becomes the solution. The pivots do not
  /// vanish at (t, x); that they vanish nowhere else is seen whenever the result is read.
  void solve(std::vector<Nodes>& rows, const Signature& signature, const Range& t, const Box& x) {
    const std::size_t size = rows.size();
    for (std::size_t k = 0; k < size; ++k) {
      std::size_t pivot = k;
      while (pivot < size && over(rows[pivot][k], signature, t, x).sign() == 0) ++pivot;
      require(pivot < size, "the sliding velocity is not determined");
      std::swap(rows[k], rows[pivot]);
      for (std::size_t j = k + 1; j <= size; ++j) {
        rows[k][j] = graph_.divide(rows[k][j], rows[k][k]);
        for (std::size_t i = 0; i < size; ++i) {
          if (i == k) continue;
          const NodeId change = graph_.multiply(rows[i][k], rows[k][j]);
          rows[i][j] = graph_.subtract(rows[i][j], change);
        }
      }
    }
  }

  const filippov::FilippovMap& map_;
  filippov::Graph& graph_;
  int n_;
  int direction_;
  Nodes field_;
  std::map<NodeId, Nodes> derivatives_;
  std::map<Face, Motion> motions_;
  std::map<std::pair<Nodes, Signature>, Series> readings_;
};

}  // namespace checker
