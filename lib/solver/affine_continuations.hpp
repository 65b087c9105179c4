#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "filippov/geometry/box_complementarity.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

/// Continuations where the right-hand side is affine in the signs of the active surfaces, whose
/// normals are independent: with w = b + M u the rates of the surfaces, the faces are the solutions
/// of a box complementarity problem. It falls apart into groups of surfaces that do not interact.
class AffineContinuations {
 public:
  /// One entry per active surface: +-1 leave to that side, 0 slide.
  using Choice = std::vector<int>;

  AffineContinuations(const Inclusion& inclusion, const LocalPoint& point,
                      const SparseColumns& columns, double direction);

  void run(const std::vector<int>& settled);

  /// Strict solutions, and faces that first order does not decide.
  const std::vector<Choice>& certain() const { return certain_; }
  const std::vector<Choice>& ties() const { return ties_; }
  const std::string& undecided() const { return undecided_; }
  /// How many strict solutions are not listed: groups that do not interact multiply.
  double left_out() const { return left_out_; }

 private:
  struct Partial {
    std::vector<Choice> certain;
    std::vector<Choice> ties;
  };

  std::vector<std::vector<Eigen::Index>> groups() const;
  Partial solve_group(const std::vector<Eigen::Index>& group);
  void combine(const std::vector<Eigen::Index>& group, const Partial& partial);

  const LocalPoint& point_;
  Eigen::VectorXd b_;
  Eigen::MatrixXd m_;
  std::vector<Choice> certain_;
  std::vector<Choice> ties_;
  std::string undecided_;
  double left_out_ = 0;
};

}  // namespace filippov::detail
