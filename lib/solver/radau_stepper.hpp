#pragma once

#include <Eigen/LU>
#include <array>
#include <vector>

#include "monitor_sampling.hpp"
#include "radau_coefficients.hpp"
#include "stepper.hpp"

namespace filippov::detail {

/// Radau IIA of order 13 for stiff fields, with the Jacobian of the face's field.
///
/// The stage equations are solved by Newton's method with one Jacobian for all stages, kept from
/// step to step while it converges quickly. The dense output is the collocation polynomial, of
/// order 7 for stiff components too, and the estimated error is of that order: at the ends of the
/// steps the solution is far better than asked for. Like the Taylor stepper it never works with
/// less than 10 digits, which costs little. Linear algebra is dense: for few coordinates.
/// Source: Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.8.
class RadauStepper : public Stepper {
 public:
  explicit RadauStepper(const SolverOptions& options);

  bool step(FaceField& field, double t, std::span<const double> x, double max_length,
            Step& step) override;
  void state(FaceField& field, double t, std::span<const double> x, const Step& step, double tau,
             std::span<double> state) override;
  void restart() override;

 private:
  static constexpr int stages = RadauCoefficients::stages;
  using StageMatrix = Eigen::Matrix<double, Eigen::Dynamic, stages>;

  void factor(double length);
  void update_jacobian(FaceField& field, double t, std::span<const double> x);
  /// Stages from the polynomial of the last step, continued to this one.
  void predict(const FaceField& field, double t, std::span<const double> x, double length);
  /// Solves for stages_, starting from what it holds; false when it does not converge.
  bool solve_stages(FaceField& field, double t, std::span<const double> x, double length);
  double scaled_norm(const Eigen::VectorXd& v) const;
  /// Estimated error of the step over the tolerance, into error_ and returned.
  double estimate_error(FaceField& field, double t, std::span<const double> x, double length,
                        bool refine);
  /// Estimated error of the dense output over the tolerance.
  double interpolation_error() const;
  void fill_dense_output(std::span<const double> x, Step& step) const;
  double first_length(std::span<const double> x) const;

  const RadauCoefficients& method_;
  double rtol_;
  double atol_;
  MonitorSampling sampling_;

  double next_length_ = 0;
  bool has_jacobian_ = false;
  bool jacobian_is_new_ = false;  ///< computed at the start of this step
  double convergence_ = 1;        ///< rate of the last Newton iterations
  int iterations_ = 0;
  double factored_length_ = 0;

  Eigen::MatrixXd jacobian_;
  Eigen::VectorXd time_derivative_;
  Eigen::PartialPivLU<Eigen::MatrixXd> real_factors_;
  std::array<Eigen::PartialPivLU<Eigen::MatrixXcd>, RadauCoefficients::pairs> factors_;
  Eigen::VectorXd scale_;  ///< atol + rtol |x|
  StageMatrix stages_;     ///< Z = X - x
  StageMatrix velocities_;
  StageMatrix change_;
  Eigen::VectorXd velocity_;  ///< at the start of the step
  std::vector<double> state_;
  std::vector<double> end_;
  std::vector<double> error_;

  // The last step, for prediction.
  double last_t_ = 0;
  double last_length_ = 0;  ///< 0: there is none
  Eigen::MatrixXd last_x_;
};

}  // namespace filippov::detail
