#pragma once

#include "filippov/inclusion/face_field.hpp"

namespace filippov {
class Inclusion;
}

namespace filippov::detail {

/// FaceField of any Inclusion, from its selections at the corners of the face. Surfaces slid on
/// multiply the cost by two each.
class SelectionFaceField : public FaceField {
 public:
  SelectionFaceField(const Inclusion& inclusion, Face face, double direction);

  void velocity(double t, std::span<const double> x, std::span<double> f) override;
  void monitor_values(double t, std::span<const double> x, std::span<double> values) override;
  Eigen::VectorXd multipliers(double t, std::span<const double> x) override;
  void begin(double t, std::span<const double> x) override;
  void jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                Eigen::VectorXd& dfdt) override;
  void project(double t, std::span<double> x) override;

 private:
  /// Selections at the corners, and the multipliers.
  void evaluate(double t, std::span<const double> x);

  const Inclusion& inclusion_;
  std::vector<Signature> corner_signatures_;
  Eigen::MatrixXd corners_;  ///< n x 2^k
  Eigen::MatrixXd normal_;   ///< k x 2^k, <grad h_i, f_p> + dh_i/dt
  Eigen::VectorXd u_;
  double orientation_ = 1;
};

}  // namespace filippov::detail
