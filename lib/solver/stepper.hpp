#pragma once

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

#include "filippov/inclusion/face_field.hpp"
#include "filippov/solver/options.hpp"

namespace filippov::detail {

/// One accepted step on a face: x and the monitors as polynomials in the elapsed time. Or several,
/// without polynomials, where nothing is watched and nothing kept.
struct Step {
  double length = 0;
  int count = 1;
  /// The polynomials are Taylor's: of the right-hand side on the way they know what its derivatives
  /// at the start say.
  bool is_series = false;
  Eigen::MatrixXd x;         ///< (degree + 1) x n
  Eigen::MatrixXd monitors;  ///< (degree + 1) x monitors; oriented, positive inside the face
  /// How far the error of the state may move each monitor; empty: not beyond rounding.
  Eigen::VectorXd monitor_errors;
  /// Error of the polynomial coefficients of each monitor over the step, times length^k; empty:
  /// not beyond rounding.
  Eigen::VectorXd coefficient_errors;
};

/// Integrates on one face; never sees a discontinuity.
class Stepper {
 public:
  virtual ~Stepper() = default;
  /// A step of at most `max_length` from (t, x). False when no step is possible (`failure` says
  /// why).
  virtual bool step(FaceField& field, double t, std::span<const double> x, double max_length,
                    Step& step) = 0;
  /// State after `tau` of the last step, as accurate as the integration itself.
  virtual void state(FaceField& field, double t, std::span<const double> x, const Step& step,
                     double tau, std::span<double> state) = 0;
  /// Forget history: the next step starts on a new face.
  virtual void restart() = 0;

  long rejected_steps() const { return rejected_steps_; }
  const std::string& failure() const { return failure_; }
  /// Relative tolerance the stepper works with (at most what was asked for).
  double relative_tolerance() const { return relative_tolerance_; }

 protected:
  long rejected_steps_ = 0;
  double relative_tolerance_ = 0;
  std::string failure_;
};

/// Whether a step of that length from t is more than rounding of t; a stepper may not go below
/// that unless asked to, by `max_length`.
inline bool is_resolved(double t, double length, double max_length) {
  return length > 4 * std::numeric_limits<double>::epsilon() * std::abs(t) ||
         (length == max_length && t + length != t);
}

/// The stepper asked for; `has_series`: the inclusion's fields have Taylor series.
std::unique_ptr<Stepper> make_stepper(const SolverOptions& options, bool has_series);

}  // namespace filippov::detail
