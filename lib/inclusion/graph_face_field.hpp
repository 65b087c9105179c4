#pragma once

#include <memory>
#include <vector>

#include "filippov/function/double_reading.hpp"
#include "filippov/function/taylor_reading.hpp"
#include "filippov/inclusion/face_field.hpp"
#include "principal_minors.hpp"
#include "sliding_matrix.hpp"

namespace filippov {
class FilippovMap;
}

namespace filippov::detail {

/// FaceField of a recorded vector field: double and Taylor readings of the programs of the face.
class GraphFaceField : public FaceField {
 public:
  GraphFaceField(const FilippovMap& map, Face face, double direction);
  ~GraphFaceField() override;

  void velocity(double t, std::span<const double> x, std::span<double> f) override;
  std::string_view selection_name() const override {
    return simplex_.empty() ? "multilinear" : "simplex";
  }
  void monitor_values(double t, std::span<const double> x, std::span<double> values) override;
  Eigen::VectorXd multipliers(double t, std::span<const double> x) override;
  void begin(double t, std::span<const double> x) override;
  void jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                Eigen::VectorXd& dfdt) override;
  void project(double t, std::span<double> x) override;
  bool series(double t, std::span<const double> x, int order, FaceSeries& series) override;

 private:
  /// Where the outputs of the main program are: components of f, then what the lists below say.
  using Entry = SlidingMatrix::Entry;
  /// <grad h_i, f> + dh_i/dt as a combination of outputs.
  struct Row {
    std::vector<Entry> gradient;
    int time_output = -1;
    int value_output = -1;  ///< h_i itself
  };
  /// Right-hand side of the Taylor recursion with its workspace (a Sweep runs one recursion).
  class Sweep;

  int slid_on() const { return static_cast<int>(rows_.size()); }
  bool is_affine() const { return corner_readings_.empty(); }
  int corner_count() const { return 1 << slid_on(); }
  /// Entries that are numbers; where the matrix has elements; minors that need no watching.
  void find_structure(bool affine);
  void drop_idle_minors();
  void sliding_velocity(double t, std::span<const double> x, std::span<double> f);
  void evaluate(double t, std::span<const double> x);
  /// After `evaluate`: normal velocities of f(s), the matrix of the columns, multipliers.
  void tangent_system();
  void solve_multipliers();
  void find_reference();
  void find_simplex();
  /// <grad h_i, f_p> + dh_i/dt, surface by corner.
  Eigen::MatrixXd corner_rates() const;
  double side(int k) const;
  TaylorReading& taylor(int order);
  void smooth_series(int order, FaceSeries& series);
  /// Derivative of the velocity along coordinate k, or along t for k = dimension.
  Eigen::VectorXd directional_derivative(double t, std::span<const double> x, int k);

  int dimension_;
  DoubleReading reading_;
  std::vector<Row> rows_;
  std::vector<std::vector<Entry>> columns_;
  std::vector<int> monitor_outputs_;  ///< of the monitors that are surfaces

  std::vector<DoubleReading> corner_readings_;  ///< selections at the corners, when not affine
  Eigen::MatrixXd corners_;                     ///< n x 2^k, values of the selections

  SlidingMatrix sparse_matrix_;     ///< where affine
  bool rows_are_disjoint_ = false;  ///< no coordinate is in two gradients
  Eigen::VectorXd elements_;        ///< values of the elements of the matrix
  Eigen::VectorXd element_sizes_;   ///< of their terms
  Eigen::VectorXd base_;            ///< <grad h_i, f(s)> + dh_i/dt
  Eigen::MatrixXd matrix_;  ///< <grad h_i, g_j>; where affine only for one surface or with minors
  Eigen::VectorXd u_;       ///< multipliers
  /// Corners whose weights are followed instead where no multipliers have a tangent velocity,
  /// though F has one; empty: none.
  std::vector<int> simplex_;
  Eigen::VectorXd corner_weights_;  ///< where not affine
  Eigen::VectorXd reference_;       ///< what they are nearest to, where they are not unique
  PrincipalMinors minors_;
  std::vector<double> minor_signs_;  ///< at `begin`; 0: not watched
  double orientation_ = 1;  ///< of the exit functions of one surface: 1 attracting, -1 repelling

  int taylor_order_ = -1;
  TaylorReading taylor_;
  std::unique_ptr<Sweep> sweep_;  ///< with taylor_
  std::vector<TaylorReading> corner_taylor_;
};

}  // namespace filippov::detail
