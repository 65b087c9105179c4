#pragma once

#include <algorithm>

#include "filippov/function/directional_derivative.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "reading.hpp"

namespace checker {

using filippov::Face;
using Surfaces = std::vector<int>;  ///< increasing

inline bool has(const Surfaces& surfaces, int j) {
  return std::binary_search(surfaces.begin(), surfaces.end(), j);
}

/// `signature` with other sides of some surfaces.
inline Signature with(Signature signature, const Surfaces& surfaces, int side) {
  for (const int j : surfaces) signature[j] = static_cast<signed char>(side);
  return signature;
}

/// All modes around a face, its own first.
inline std::vector<Signature> modes_around(const Face& face) {
  require(face.sliding.size() < 7, "it slides on too many surfaces");
  std::vector<Signature> modes{face.signature};
  for (const int j : face.sliding) {
    for (std::size_t k = 0, known = modes.size(); k < known; ++k)
      modes.push_back(with(modes[k], {j}, -face.signature[j]));
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
  Nodes field_in(const Signature& signature) {
    Nodes as;  // what every node is in the mode
    for (NodeId id = 0; id <= *std::max_element(field.begin(), field.end()); ++id) {
      const filippov::Node node = graph.node(id);
      const NodeId a = node.first < 0 ? -1 : as[node.first];
      const NodeId b = node.second < 0 ? -1 : as[node.second];
      as.push_back(node.operation == Operation::select ? (signature[node.index] > 0 ? a : b)
                   : a < 0                             ? id
                           : graph.record(node.operation, a, b, node.index));
    }
    Nodes result;
    for (const NodeId node : field) result.push_back(as[node]);
    return result;
  }

  Reading& reading(const Nodes& nodes, const Signature& signature) {
    return readings.try_emplace({nodes, signature}, graph, signature, nodes).first->second;
  }
  /// Enclosures of nodes over t x box. Signs that are 0 are found, or open.
  Box over(const Nodes& nodes, const Signature& signature, const Range& t, const Box& box) {
    Box values;
    for (const Box& series : reading(nodes, signature).follow(t, box, 0))
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
  std::map<std::pair<Nodes, Signature>, Reading> readings;
};

}  // namespace checker
