#pragma once

#include <Eigen/Core>
#include <span>
#include <string_view>
#include <vector>

#include "filippov/inclusion/face.hpp"

namespace filippov {

/// A function that is positive inside a face and vanishes where the motion may leave it.
struct Monitor {
  enum class Kind {
    surface,     ///< side * h_j of a surface not slid on
    upper_exit,  ///< end of sliding towards h_j > 0
    lower_exit,  ///< end of sliding towards h_j < 0
    stability,   ///< sliding on several surfaces, of which h_j is one, may cease to be unique
  };
  Kind kind = Kind::surface;
  int surface = 0;
};

/// Taylor coefficients of a motion on a face, in powers of the elapsed time tau >= 0.
struct FaceSeries {
  int order = 0;
  Eigen::MatrixXd x;            ///< (order + 1) x n: column i has the coefficients of x_i
  Eigen::MatrixXd monitors;     ///< (order + 1) x monitors, oriented (positive inside)
  Eigen::MatrixXd multipliers;  ///< (order + 1) x surfaces slid on
};

/// The smooth vector field on one face, with the functions that say when the face is left.
///
/// Off all surfaces it is the selection f(t, x; s). Sliding on h_i, i in B, it is
/// f = f(s) + sum_j (u_j - s_j) g_j with multipliers u in [-1, 1]^B such that
/// <grad h_i, f> + dh_i/dt = 0 (Filippov 1988, ch. 2 section 4); where f is not affine in the
/// signs, the multilinear interpolation of the selections in u; where that has no tangent velocity
/// but F has, a mean of k + 1 of the selections. "Time" is elapsed time: with
/// direction -1 the field is -f and t decreases.
///
/// Exit functions: for one surface the normal velocities w+- = <grad h, f+-> + dh/dt of the two
/// adjacent selections, oriented to be positive at `begin`; for several, 1 - u_j and 1 + u_j, and
/// principal minors of the matrix of the g_j, whose signs decide whether sliding is unique.
class FaceField {
 public:
  FaceField(Face face, double direction) : face_(std::move(face)), direction_(direction) {}
  virtual ~FaceField();

  const Face& face() const { return face_; }
  double direction() const { return direction_; }
  const std::vector<Monitor>& monitors() const { return monitors_; }

  /// dx/dtau into `f` (n entries).
  virtual void velocity(double t, std::span<const double> x, std::span<double> f) = 0;
  /// Values of the monitors at (t, x).
  virtual void monitor_values(double t, std::span<const double> x, std::span<double> values) = 0;
  /// Multipliers u at (t, x), one per surface slid on.
  virtual Eigen::VectorXd multipliers(double t, std::span<const double> x) = 0;
  /// Orients the exit functions at a point where the face is entered (attracting or repelling).
  virtual void begin(double t, std::span<const double> x) = 0;
  /// Jacobian of `velocity` with respect to x, and its derivative with respect to tau at fixed x.
  virtual void jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                        Eigen::VectorXd& dfdt) = 0;
  /// Moves x onto the surfaces slid on (Gauss-Newton step along their gradients).
  virtual void project(double t, std::span<double> x) = 0;

  /// How the velocity is chosen where F has several that are tangent: "multilinear"; or "simplex",
  /// where the multilinear interpolation has none.
  virtual std::string_view selection_name() const { return "multilinear"; }

  /// Taylor coefficients of the motion from (t, x) up to `order`; false when the field has none.
  virtual bool series(double t, std::span<const double> x, int order, FaceSeries& series);

  long evaluations() const { return evaluations_; }
  long jacobian_evaluations() const { return jacobian_evaluations_; }

 protected:
  std::vector<Monitor> monitors_;
  long evaluations_ = 0;
  long jacobian_evaluations_ = 0;

 private:
  Face face_;
  double direction_;
};

}  // namespace filippov
