#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "filippov/inclusion/filippov_map.hpp"

namespace filippov::detail {

/// Who acts on whom in a recorded right-hand side of many components: what a solver needs to
/// advance the parts that do not meet on their own.
///
/// A component is *passive* when no right-hand side and no switching function reads it (a record:
/// x' = sum_i c_i sign h_i). It must not tie together what it records, so its right-hand side is
/// taken as a sum of terms, each at home at a coordinate it reads or whose surface it names; a
/// cluster of coordinates integrates the terms at home in it.
class Separable {
 public:
  /// A term of a passive component: factor times the value of the node.
  struct Term {
    int component = 0;
    double factor = 1;
    NodeId node = -1;
  };
  /// A switching surface. Flat: h is affine in x and t, f jumps across it by a constant column.
  struct Surface {
    std::vector<int> reads;  ///< coordinates in h, increasing
    std::vector<int> acts;   ///< coordinates where f, or a term at home, depends on the sign of h
    bool jumps = true;
    bool is_affine = false;  ///< h itself; then:
    std::vector<std::pair<int, double>> gradient;
    double time_rate = 0;
    double offset = 0;
    bool has_constant_column = false;  ///< f is affine in the sign, with:
    std::vector<std::pair<int, double>> column;
    bool flat() const { return is_affine && has_constant_column; }
  };

  /// Nothing where a switch matters only in some modes.
  static std::shared_ptr<const Separable> of(const FilippovMap& map);

  const FilippovMap& map() const { return *map_; }
  const Graph& graph() const { return *map_->field().graph(); }
  int dimension() const { return map_->dimension(); }
  int surface_count() const { return static_cast<int>(surfaces_.size()); }
  const Surface& surface(int j) const { return surfaces_[static_cast<std::size_t>(j)]; }
  /// The sign of h_j matters to f at all.
  bool is_live(int j) const { return live_[static_cast<std::size_t>(j)]; }
  bool is_passive(int i) const { return passive_[static_cast<std::size_t>(i)]; }
  /// Surfaces whose switching function reads coordinate i.
  const std::vector<int>& surfaces_at(int i) const {
    return surfaces_at_[static_cast<std::size_t>(i)];
  }
  /// Terms of passive components at home at coordinate i.
  const std::vector<Term>& terms_at(int i) const { return terms_at_[static_cast<std::size_t>(i)]; }
  /// Switches in f_i and in the terms at home at i.
  const std::vector<int>& switches_at(int i) const {
    return switches_at_[static_cast<std::size_t>(i)];
  }
  /// What f_i and those terms read depends on signs.
  bool is_conditional(int i) const { return conditional_[static_cast<std::size_t>(i)]; }
  /// Node of f_i; of a passive component what is left without the terms that have a home.
  NodeId right_hand_side(int i) const { return field_[static_cast<std::size_t>(i)]; }

  /// Calls visit(k) for the coordinates that f_i and the terms at home at i read when the signs are
  /// those of `signature`; 0 stands for both.
  template <class Visit>
  void for_each_read(int i, const Signature& signature, const Visit& visit) const {
    if (!conditional_[static_cast<std::size_t>(i)]) {
      for (const int k : reads_[static_cast<std::size_t>(i)]) visit(k);
      return;
    }
    for (const int k : coordinates_in(nodes_at(i), &signature)) visit(k);
  }

  /// Values of all switching functions at (t, x), and the sizes sum |dh/dx_i| |x_i| + |dh/dt| |t|
  /// of their terms.
  void switching_values(double t, std::span<const double> x, std::vector<double>& values,
                        std::vector<double>& sizes) const;

 private:
  explicit Separable(const FilippovMap& map) : map_(&map) {}
  void find_passive();
  void split_passive(int i);
  void describe_surfaces();
  void describe_columns();
  std::vector<NodeId> nodes_at(int i) const;
  /// Coordinates that the nodes read, increasing; without a signature, in any mode.
  template <class Visit>
  void walk(std::vector<NodeId> open, const Visit& visit) const;
  std::vector<int> coordinates_in(const std::vector<NodeId>& nodes,
                                  const Signature* signature) const;
  std::vector<int> switches_in(const std::vector<NodeId>& nodes) const;
  bool has_conditional_reads(const std::vector<NodeId>& nodes) const;

  const FilippovMap* map_;
  std::vector<NodeId> field_;
  std::vector<bool> live_;
  std::vector<bool> passive_;
  std::vector<std::vector<Term>> terms_at_;
  std::vector<std::vector<int>> surfaces_at_;
  std::vector<std::vector<int>> reads_;
  std::vector<bool> conditional_;
  std::vector<std::vector<int>> switches_at_;
  std::vector<Surface> surfaces_;
  std::vector<NodeGradient> gradients_;
  mutable std::vector<int> seen_;  ///< visit stamps of the graph's nodes
  mutable int stamp_ = 0;
};

}  // namespace filippov::detail
