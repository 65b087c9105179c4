#pragma once

#include <map>
#include <utility>
#include <vector>

#include "problem.hpp"

namespace network_checker {

/// Proves that sup |H(X; w)|_2 over the neurons |w| = 1 is at most a bound, beta of the paper.
///
/// For squared ReLU the supremum is that of g(u)^2, g(u) = |sigma(X^T u)|_4 on the sphere, for two
/// layers (|v| = |u| there) of g(u)/2 with the 2-norm. g is convex and g(s u) = s g(u), s >= 0. On
/// the cone of v_1, ..., v_d a vector c with c.v_i >= g(v_i) bounds it: u = sum s_i v_i, s >= 0,
/// has g(u) <= sum s_i g(v_i) <= c.u <= |c| |u|.
class NormBound {
 public:
  explicit NormBound(const Problem& problem);

  /// By cones: bisects the orthants until |c| is at most what the bound asks for in each. Throws
  /// Refusal where a cone cannot be proved, or there are too many.
  void by_cones(const Range& beta);
  /// By the largest eigenvalue: of X^T X for two layers, |sigma(X^T u)|_2 <= |X^T u|_2; else of the
  /// kernel (x_i.x_j)^2, as |X^T u|_4^2 = sup p.(X^T u)^2 over |p| = 1, and that is at most
  /// |sum p_i x_i x_i^T|.
  void by_eigenvalue(const Range& beta);

 private:
  using Vertices = std::vector<int>;
  int add(const std::vector<double>& point);
  bool bounded(const Vertices& cone, const Range& square, int& from, int& to) const;
  int middle(int a, int b);

  /// Contains g.
  Range value(const std::vector<double>& point) const;
  /// The same from above, in floating point, where an operation has a relative error of at most
  /// 2^-53.
  double value_above(const std::vector<double>& point) const;

  const Problem& problem_;
  std::vector<std::vector<double>> rows_;    ///< near the rows x_i
  std::vector<std::vector<double>> errors_;  ///< how near
  std::vector<std::vector<double>> points_;
  std::vector<double> values_;  ///< at least those of g
  std::vector<double> lengths_;
  std::map<std::pair<int, int>, int> middles_;
};

/// A x = b by elimination with pivots, in floating point: no proof rests on it. False if singular.
bool solve(std::vector<std::vector<double>> a, std::vector<std::vector<double>>& b);

}  // namespace network_checker
