#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "problem.hpp"

namespace network_checker {

/// Proves that sup |H(X; w)|_2 over the neurons |w| = 1 is at most a bound, beta of the paper.
///
/// For squared ReLU the supremum is that of g(u)^2, g(u) = |sigma(X^T u)|_4 on the sphere, for two
/// layers (|v| = |u| there) of g(u)/2 with the 2-norm, p = 4 or 2. On the cone of v_1, ..., v_d,
/// u = sum s_k v_k with s >= 0, let z_k = X^T v_k and a_k = max(z_k, 0) >= 0. Then
///   sigma(z)^2 = leak^2 z^2 + (1 - leak^2) max(z, 0)^2 and max(sum s_k z_k, 0) <= sum s_k a_k,
/// so that g(u)^2 = |sigma(X^T u)^2| <= sum_kl s_k s_l N(k, l), N(k, l) that norm (p = 4: the
/// 2-norm, p = 2: the sum) of leak^2 z_k z_l + (1 - leak^2) a_k a_l, products entry by entry. Hence
/// g(u) <= b |u| if s.(b^2 G - N) s >= 0 for all s >= 0, G(k, l) = v_k.v_l.
class NormBound {
 public:
  explicit NormBound(const Problem& problem);

  /// By cones: bisects the orthants until that is proved in each. Throws Refusal where it cannot
  /// be, or there are too many.
  void by_cones(const Range& beta) const;
  /// By the largest eigenvalue: of X^T X for two layers, |sigma(X^T u)|_2 <= |X^T u|_2; else of the
  /// kernel (x_i.x_j)^2, as |X^T u|_4^2 = sup p.(X^T u)^2 over |p| = 1, and that is at most
  /// |sum p_i x_i x_i^T|.
  void by_eigenvalue(const Range& beta) const;

 private:
  struct Point {
    std::vector<double> coordinates;
    std::vector<double> products;  ///< near X^T v, scaled
    double norm = 0;               ///< of the products, the p-norm, from above
    double error = 0;              ///< the 2-norm of what they are off by, from above
  };
  using Vertex = std::shared_ptr<const Point>;
  struct Cone {
    std::vector<Vertex> vertices;
    int depth = 0;  ///< how often it was split
  };
  using Matrix = std::vector<std::vector<double>>;

  Vertex vertex(std::vector<double> point) const;
  Vertex middle(const Vertex& a, const Vertex& b) const;
  /// Whether g > bound |v| at the point.
  bool exceeds(const Point& point, const Range& bound) const;
  double bilinear(const Point& a, const Point& b) const;
  Matrix room(const Cone& cone, double square_bound) const;
  static bool copositive(Matrix m, bool lessened);
  static std::pair<int, int> edge(const Cone& cone, const Matrix& room);

  const Problem& problem_;
  bool is_zero_ = false;
  double scale_ = 1;  ///< a power of two: what follows is in units of it
  Matrix rows_;       ///< near the rows x_i
  Matrix errors_;     ///< how near
};

}  // namespace network_checker
