#pragma once

#include <vector>

#include "../geometry/definite_system.hpp"
#include "filippov/function/double_reading.hpp"
#include "filippov/function/taylor_reading.hpp"
#include "filippov/inclusion/face_field.hpp"
#include "multiplier_solver.hpp"
#include "separable.hpp"

namespace filippov::detail {

/// The part of a separable system that is solved on its own: some coordinates, the surfaces they
/// slide on, and the passive components they contribute to.
struct Cluster {
  std::vector<int> coordinates;  ///< increasing
  std::vector<int> sliding;      ///< increasing
  std::vector<int> passive;      ///< components with terms at home here; increasing

  /// Local state: the coordinates, then the contributions to the passive components.
  int dimension() const { return static_cast<int>(coordinates.size() + passive.size()); }
};

/// The passive components that coordinates and surfaces slid on contribute to.
void find_contributions(const Separable& system, Cluster& cluster);

/// FaceField of a cluster that slides on flat surfaces only (see Separable::Surface): M is a
/// constant sparse matrix, and so a sliding plateau of k values costs O(k).
///
/// In the face and the monitors surfaces have local numbers, their positions in `cluster.sliding`;
/// monitors are exit functions alone.
class FlatFaceField : public FaceField {
 public:
  /// `slots`: workspace with one entry per coordinate of the system. The signs of `signature` hold.
  FlatFaceField(const Separable& system, const Cluster& cluster, const Signature& signature,
                double direction, std::vector<int>& slots);

  void velocity(double t, std::span<const double> x, std::span<double> f) override;
  void monitor_values(double t, std::span<const double> x, std::span<double> values) override;
  Eigen::VectorXd multipliers(double t, std::span<const double> x) override;
  void begin(double t, std::span<const double> x) override;
  void jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                Eigen::VectorXd& dfdt) override;
  void project(double t, std::span<double> x) override;
  bool series(double t, std::span<const double> x, int order, FaceSeries& series) override;

  /// Sliding on all the surfaces is unique, whatever the rest of the field (see DefiniteSystem).
  bool is_definite() const { return definite_; }
  /// Multipliers after `velocity`.
  const Eigen::VectorXd& last_multipliers() const { return u_; }
  /// f depends on neither x nor t, nor do the multipliers.
  bool is_constant() const { return constant_; }
  /// Constant multipliers that differ from a bound by less are at the bound.
  static constexpr double bound_rounding = 1e-12;
  /// All operations are Lipschitz continuous wherever they are defined at all.
  bool is_lipschitz() const { return lipschitz_; }
  /// Largest |f_i| in the mode of the signature itself, after `velocity`.
  double mode_speed() const { return mode_speed_; }

 private:
  using Entry = std::pair<int, double>;
  struct Row {
    std::vector<Entry> gradient;
    double time_rate = 0;
    double offset = 0;
  };

  int slid_on() const { return static_cast<int>(rows_.size()); }
  void build_matrix();
  void solve(Eigen::VectorXd& right) const;
  /// f(s) at (t, x), in the direction of t.
  void mode_velocity(double t, std::span<const double> x, std::span<double> f);
  /// Coefficient k of f(s) along the series that was read.
  void order_of_velocity(int k, std::span<double> f);
  /// Coefficient 0 (`lowest`) or another one of f(s) becomes that of the sliding velocity; sets u_
  /// and base_ to those of the multipliers and of <grad h, f(s)> + dh/dt.
  void slide(std::span<double> f, bool lowest);
  /// The same coefficient of the exit functions, after `slide`.
  void exits(bool lowest, std::span<double> values) const;
  void fill_exits(bool lowest, std::span<double> values) const;
  TaylorReading& taylor(int order);

  int dimension_;
  int coordinates_;
  DoubleReading reading_;
  std::vector<std::pair<int, double>> contributions_;  ///< of outputs behind the coordinates
  bool constant_ = false;                              ///< f depends on neither x nor t
  bool lipschitz_ = true;
  std::vector<Row> rows_;
  std::vector<std::vector<Entry>> columns_;
  std::vector<double> sides_;
  double diagonal_ = 0;  ///< M, one surface
  Eigen::VectorXd base_;
  Eigen::VectorXd u_;
  Eigen::VectorXd shift_;  ///< of dependent surfaces (see multiplier_shift), or empty
  bool definite_ = true;
  DefiniteSystem system_;   ///< -direction M, where definite
  MultiplierSolver dense_;  ///< M, where not
  double orientation_ = 1;
  double mode_speed_ = 0;
  int taylor_order_ = -1;
  TaylorReading taylor_;
};

}  // namespace filippov::detail
