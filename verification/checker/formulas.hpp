#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "filippov/inclusion/filippov_map.hpp"
#include "series.hpp"

namespace checker {

using filippov::Face;
using filippov::NodeId;
using filippov::Signature;
using Nodes = std::vector<NodeId>;

/// `signature` with other sides of some surfaces.
Signature with(Signature signature, const std::vector<int>& surfaces, int side);

/// The velocity on a face, as formulas to be read with its signature.
struct Motion {
  Nodes field;
  /// Nonnegative where the velocity is in F: 1 - u and 1 + u for the multipliers u of sliding, or
  /// positive weights of a convex combination.
  Nodes inside;
  bool weights = false;
  /// Coordinates that plane surfaces slid on determine, with the surface.
  std::vector<std::pair<int, int>> solved;
};

/// Formulas for the motions of an inclusion and for what decides about them. Time is elapsed time:
/// `direction` -1 negates the field.
class Formulas {
 public:
  Formulas(const filippov::FilippovMap& map, int direction);

  const Nodes& field() const { return field_; }
  NodeId surface(int j) const { return graph_.switches()[j].node; }
  /// The derivative of a node with respect to a coordinate, or to time (`coordinate` = dimension).
  NodeId derivative(NodeId node, int coordinate);
  /// <grad h, v>, and the time derivative of h along a field v.
  NodeId along(NodeId h, const Nodes& v);
  NodeId rate(NodeId h, const Nodes& v);
  NodeId product(NodeId a, NodeId b) { return graph_.multiply(a, b); }
  NodeId number(double value) { return graph_.constant(value); }
  /// Half the jump of the field across surface j.
  Nodes half_jump(int j);
  /// The node depends on numbers alone, in a mode.
  bool constant(NodeId node, const Signature& signature) const;
  /// The motion on a face; pivots are chosen at (t, x). Throws Refusal if there are no formulas.
  const Motion& motion(const Face& face, const Range& t, const Box& x);
  /// Enclosures of nodes over t x box. Signs that are 0 are found, or open.
  Box over(const Nodes& nodes, const Signature& signature, const Range& t, const Box& box);
  Range over(NodeId node, const Signature& signature, const Range& t, const Box& box) {
    return over(Nodes{node}, signature, t, box).front();
  }

 private:
  std::vector<Nodes> fields_around(const Face& face);
  Nodes solve(std::vector<Nodes> matrix, Nodes right, const Signature& signature, const Range& t,
              const Box& x);

  const filippov::FilippovMap& map_;
  filippov::Graph& graph_;
  int n_;
  int direction_;
  Nodes field_;
  std::map<NodeId, Nodes> gradients_;
  std::map<Face, Motion> motions_;
  std::map<std::pair<Nodes, Signature>, Series> readings_;
};

}  // namespace checker
