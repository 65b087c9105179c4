#pragma once

#include "filippov/geometry/zonotope.hpp"
#include "filippov/inclusion/inclusion.hpp"
#include "filippov/network/training_field.hpp"

namespace filippov {

/// Training as a differential inclusion, with the surfaces on which the gradient jumps: s' in the
/// set of which TrainingField computes the smooth pieces.
///
/// Two-layer networks have n H surfaces x_i.u_k = 0, number i H + k, and F is Clarke's
/// subdifferential of the loss as a whole: only sign patterns that occur beside s count. Squared
/// (leaky) ReLU and diagonal networks have a locally Lipschitz gradient: no surfaces.
class TrainingFlow : public Inclusion {
 public:
  explicit TrainingFlow(TrainingField field);

  const TrainingField& field() const { return field_; }

  int dimension() const override { return field_.dimension(); }
  int switch_count() const override;
  /// "x3.u1" for the third example and the first neuron.
  std::string surface_name(int j) const override;
  void selection(double t, std::span<const double> s, const Signature& signs,
                 std::span<double> f) const override;
  double switching(int j, double t, std::span<const double> s,
                   const Signature& signs) const override;
  SwitchingGradient switching_gradient(int j, double t, std::span<const double> s,
                                       const Signature& signs) const override;
  bool jumps_across(int j) const override;
  std::optional<SparseColumns> affine_columns(std::span<const int> switches, double t,
                                              std::span<const double> s,
                                              const Signature& signs) const override;
  bool is_autonomous() const override { return true; }

 private:
  int example(int j) const { return j / field_.neurons(); }
  int neuron(int j) const { return j % field_.neurons(); }

  TrainingField field_;
};

/// The sum over the examples of their own subdifferentials, sum_i r_i ∂H(x_i; s) with the residuals
/// r, at a point where the activations of magnitude up to `tolerance` are zero: contains F(s), and
/// is larger where sign patterns that the sum allows do not occur beside s. The paper's eq. (31)
/// uses this set.
Zonotope sum_of_subdifferentials(const TrainingFlow& flow, std::span<const double> s,
                                 double tolerance = 0);

}  // namespace filippov
