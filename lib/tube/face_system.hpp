#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "filippov/inclusion/filippov_map.hpp"

namespace filippov::detail {

/// The motion on one face as smooth formulas, without selects: on and near the face the solutions
/// that stay on it follow x' = field.
struct FaceSystem {
  Face face;
  std::vector<NodeId> field;        ///< dx/dtau, one node per coordinate
  std::vector<NodeId> multipliers;  ///< u_j in [-1, 1], one per surface slid on
  /// For each of them what has the signs of 1 - u_j and 1 + u_j, without the denominator of u_j.
  std::vector<std::array<NodeId, 2>> room;
  /// Where f is not affine in the signs: the coefficients of the velocity as a convex combination
  /// of the fields around, in [0, 1]. There are no multipliers then.
  std::vector<NodeId> weights;
};

/// Makes the smooth formulas of faces, all in one graph.
///
/// Sliding on the surfaces B: f = f(s) + sum_j (u_j - s_j) g_j with <grad h_i, f> + dh_i/dt = 0 for
/// i in B, solved for u symbolically (Filippov 1988, ch. 2 section 4). Where f is not affine in
/// the signs of two or more surfaces, the velocity is sum_i w_i f_i with sum w_i = 1 over the
/// distinct fields f_i around, if these are one more than the surfaces (as where k + 1 pieces of a
/// maximum meet); otherwise there is no FaceSystem.
class FaceSystems {
 public:
  /// `direction` -1: time runs backward, fields are negated.
  /// With a `disturbance`, fields are f + xi, where xi_i is the variable n + i (0 where |xi_i| <=
  /// 0): formulas hold at every time for the xi of that time, and are not to be differentiated in
  /// time.
  FaceSystems(const FilippovMap& map, double direction, std::vector<double> disturbance = {});

  /// The formulas of a face; (t, x) is a point near it at which pivots are chosen. Null, with the
  /// reason in `why_not()`, when there are none.
  const FaceSystem* find(const Face& face, double t, const std::vector<double>& x);
  const std::string& why_not() const { return why_not_; }

  const FilippovMap& map() const { return map_; }
  const std::shared_ptr<Graph>& graph() const { return graph_; }
  double direction() const { return direction_; }
  int dimension() const { return map_.dimension(); }
  const std::vector<double>& disturbance() const { return disturbance_; }
  /// Coordinates and, with a disturbance, its components.
  int variables() const { return dimension() + static_cast<int>(disturbance_.size()); }
  /// h_j with the signs of `signature`.
  NodeId switching(int j, const Signature& signature);
  /// dh_j/dtau along the motion on a face.
  NodeId rate(int j, const FaceSystem& system);
  /// d g/dtau along `field` for any node g of the graph.
  NodeId derivative_along(NodeId g, const std::vector<NodeId>& field);
  /// The nodes, which hold no selects, with 0 for all coordinates.
  std::vector<NodeId> at_origin(const std::vector<NodeId>& nodes);
  /// Surfaces whose sign matters in one of the modes around the face, increasing.
  std::vector<int> live(const Face& face) const;

 private:
  std::vector<NodeId> resolve(const std::vector<NodeId>& nodes, const Signature& signature);
  std::optional<std::vector<NodeId>> solve(std::vector<std::vector<NodeId>> matrix,
                                           std::vector<NodeId> right, double t,
                                           const std::vector<double>& x);
  /// (f+ - f-) / 2 across surface j.
  std::vector<NodeId> half_jump(const Face& face, int j);
  double value_at(NodeId node, double t, const std::vector<double>& x) const;
  std::optional<FaceSystem> combination(const Face& face, double t, const std::vector<double>& x);
  std::vector<NodeId> field_with(const Signature& signature);
  void stay_on(int surface, FaceSystem& system);
  std::optional<FaceSystem> make(const Face& face, double t, const std::vector<double>& x);

  const FilippovMap& map_;
  double direction_;
  std::vector<double> disturbance_;
  std::shared_ptr<Graph> graph_;
  std::map<Face, std::unique_ptr<FaceSystem>> systems_;
  std::string why_not_;
};

}  // namespace filippov::detail
