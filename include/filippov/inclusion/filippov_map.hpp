#pragma once

#include <map>
#include <memory>

#include "filippov/function/double_reading.hpp"
#include "filippov/function/function.hpp"
#include "filippov/inclusion/inclusion.hpp"

namespace filippov {

/// The inclusion of a recorded vector field whose formulas use sign, abs, max, step, select ...
///
///     const FilippovMap friction(VectorField(2, [](auto t, const auto& x) {
///         return vector(x[1], cos(1.1 * t) - x[0] - 0.4 * sign(x[1])); }));
class FilippovMap : public Inclusion {
 public:
  /// `is_gradient_flow`: the field is the gradient of a continuous function, or its negative.
  explicit FilippovMap(VectorField field, bool is_gradient_flow = false);
  FilippovMap(FilippovMap&&) noexcept;
  FilippovMap& operator=(FilippovMap&&) noexcept;
  ~FilippovMap() override;

  int dimension() const override { return field_.dimension(); }
  int switch_count() const override;
  std::string surface_name(int j) const override;
  void selection(double t, std::span<const double> x, const Signature& s,
                 std::span<double> f) const override;
  double switching(int j, double t, std::span<const double> x, const Signature& s) const override;
  bool depends_on_signs(int j) const override;
  SwitchingGradient switching_gradient(int j, double t, std::span<const double> x,
                                       const Signature& s) const override;
  std::vector<int> live_switches(const Signature& s) const override;
  bool jumps_across(int j) const override;
  std::optional<SparseColumns> affine_columns(std::span<const int> switches, double t,
                                              std::span<const double> x,
                                              const Signature& s) const override;
  bool is_autonomous() const override { return autonomous_; }
  std::unique_ptr<FaceField> face_field(const Face& face, double direction) const override;

  const VectorField& field() const { return field_; }
  /// The jump of the field across a surface is then parallel to the normal.
  bool is_gradient_flow() const { return is_gradient_flow_; }
  /// (f(s_j = 1) - f(s_j = -1)) / 2 as (component, node); meaningful where `is_affine` holds.
  const std::vector<std::pair<int, NodeId>>& sign_column(int j) const;
  /// Whether f is affine in the sign of h_j, those of the others held.
  bool is_affine_in(int j) const;
  /// On the intersection of the surfaces of `switches`, f is affine in their signs and the
  /// gradients of the surfaces do not depend on them. Selects that are continuous (abs, max) do not
  /// count.
  bool is_affine(std::span<const int> switches) const;
  /// Whether (f(s_j = 1) - f(s_j = -1)) / 2 = m grad h_j with a function m of (t, x), as like terms
  /// show: so in gradient flows and their like, where the terms have factors of their own. If m <=
  /// 0 for all of some surfaces on which f is affine, sum_j m_j s_j grad h_j with s_j in Sign(h_j)
  /// is one-sided Lipschitz: <m(x) s(x) - m(y) s(y), grad h> (x - y) = m(x) (s(x) - s(y)) (h(x) -
  /// h(y)) + (m(x) - m(y)) s(y) (h(x) - h(y)), of which the first is not positive.
  bool jumps_along_normal(int j) const;
  /// Gradient of h_j as nodes of the graph.
  const NodeGradient& gradient_nodes(int j) const;

 private:
  struct Structure;

  VectorField field_;
  std::unique_ptr<Structure> structure_;
  bool autonomous_ = true;
  bool is_gradient_flow_ = false;
};

}  // namespace filippov
