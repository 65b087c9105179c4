#include "ridge_certificate.hpp"

#include <algorithm>
#include <cmath>

#include "../geometry/linear_system.hpp"
#include "../geometry/symmetric_eigen.hpp"
#include "filippov/arithmetic/interval_matrix.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "linear_enclosure.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

namespace {

Interval product(const Box& a, const Box& b) {
  Interval sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

Box box_of(const NumberVector& numbers) {
  Box box;
  for (const Number& number : numbers) box.push_back(number.range());
  return box;
}

Box box_of(const Eigen::VectorXd& u) { return {u.begin(), u.end()}; }

}  // namespace

RidgeCertificate::RidgeCertificate(const RidgeFunction& f)
    : f_(f), d_(static_cast<std::size_t>(f.dimension())), base_(box_of(f.base())) {
  for (const Ridge& ridge : f.ridges()) {
    directions_.push_back(box_of(ridge.direction));
    factors_.push_back(ridge.factor.range());
  }
}

std::optional<CriticalPoint> RidgeCertificate::certify(const Eigen::VectorXd& u,
                                                       const std::vector<int>& kinks) const {
  return f_.squared() ? certify_quadratic(u) : certify_linear(u, kinks);
}

/// On the face r_j.u = 0, j in B, a critical point is +-p / |p| with p = a + sum_j tau_j r_j
/// orthogonal to these r_j, 0 <= tau_j / k_j <= 1 (a: the gradient with all of B switched off).
std::optional<CriticalPoint> RidgeCertificate::certify_linear(const Eigen::VectorXd& u,
                                                              const std::vector<int>& kinks) const {
  const std::size_t m = kinks.size();
  const Box approximate = box_of(u);
  std::vector<char> in_face(directions_.size(), 0);
  for (const int j : kinks) in_face[static_cast<std::size_t>(j)] = 1;
  Box gradient = base_;
  std::vector<signed char> on(directions_.size(), 0);
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    if (in_face[j] || product(directions_[j], approximate).midpoint() <= 0) continue;
    on[j] = 1;
    for (std::size_t k = 0; k < d_; ++k) gradient[k] += factors_[j] * directions_[j][k];
  }
  Box gram;
  Box right;
  for (const int i : kinks) {
    const Box& r = directions_[static_cast<std::size_t>(i)];
    for (const int j : kinks) gram.push_back(product(r, directions_[static_cast<std::size_t>(j)]));
    right.push_back(-product(r, gradient));
  }
  const std::optional<Box> shares = solve_linear(gram, right);
  if (!shares) return std::nullopt;
  Box p = gradient;
  for (std::size_t i = 0; i < m; ++i) {
    const Box& r = directions_[static_cast<std::size_t>(kinks[i])];
    for (std::size_t k = 0; k < d_; ++k) p[k] += (*shares)[i] * r[k];
  }
  const Interval length = norm(p);
  const Interval side = product(p, approximate);
  if (!certainly_positive(length) || !certainly_nonzero(side)) return std::nullopt;
  const int sign = certainly_positive(side) ? 1 : -1;
  CriticalPoint point;
  for (const Interval& entry : p) point.u.push_back(sign * entry / length);
  point.box = point.u;
  point.value = sign * length;
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    const Interval h = product(directions_[j], point.u);
    if (in_face[j]) continue;
    if (on[j] != 0 ? !certainly_positive(h) : !certainly_negative(h)) return std::nullopt;
  }
  // Another critical point in the box, off some r_j, would need a tau_j at an end of its range:
  // with lambda = F there, Gram tau = -R^T a + lambda R^T u.
  const Interval lambda = product(gradient, point.box) + Interval(-1, 1) * length;
  for (std::size_t i = 0; i < m; ++i) {
    right[i] +=
        hull(lambda, -lambda) * product(directions_[static_cast<std::size_t>(kinks[i])], point.box);
  }
  const std::optional<Box> nearby = solve_linear(gram, right);
  if (!nearby) return std::nullopt;
  bool concave = true;
  bool convex = true;
  for (std::size_t i = 0; i < m; ++i) {
    const auto j = static_cast<std::size_t>(kinks[i]);
    const Interval share = (*nearby)[i] / factors_[j];
    if (!certainly_positive(share) || !certainly_less(share, 1)) return std::nullopt;
    concave = concave && certainly_negative(factors_[j]);
    convex = convex && certainly_positive(factors_[j]);
    const std::vector<int>& rows = f_.ridges()[j].rows;
    point.kinks.insert(point.kinks.end(), rows.begin(), rows.end());
  }
  std::sort(point.kinks.begin(), point.kinks.end());
  // Off the face F changes to first order, everywhere downward or upward if all its kinks are
  // alike; on it F is |p| times the cosine of the distance.
  const bool vertex = m + 1 == d_;
  if (concave && (sign > 0 || vertex)) {
    point.extremum = 1;
  } else if (convex && (sign < 0 || vertex)) {
    point.extremum = -1;
  } else {
    point.extremum = 0;
  }
  return point;
}

Box RidgeCertificate::matrices(const Box& box) const {
  Box a = base_;
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    const Box& r = directions_[j];
    const Interval h = product(r, box);
    if (certainly_less_equal(h, 0)) continue;
    const Interval factor = certainly_less_equal(0, h) ? factors_[j] : hull(factors_[j], 0);
    for (std::size_t k = 0; k < d_; ++k) {
      for (std::size_t l = 0; l <= k; ++l) {
        a[k * d_ + l] += factor * (k == l ? sqr(r[k]) : r[k] * r[l]);
      }
    }
  }
  for (std::size_t k = 0; k < d_; ++k) {
    for (std::size_t l = 0; l < k; ++l) a[l * d_ + k] = a[k * d_ + l];
  }
  return a;
}

/// Krawczyk's operator for (A(u) u - lambda u, (1 - |u|^2) / 2): A(u) u is Lipschitz, and the
/// matrices of all pieces that meet a box enclose its generalized Jacobian.
std::optional<CriticalPoint> RidgeCertificate::certify_quadratic(const Eigen::VectorXd& u) const {
  const std::size_t n = d_ + 1;
  const auto size = static_cast<Eigen::Index>(n);
  Box centre = box_of(u);
  const Box at_centre = matrices(centre);
  Box image;
  for (std::size_t k = 0; k < d_; ++k) {
    Interval sum = 0;
    for (std::size_t l = 0; l < d_; ++l) sum += at_centre[k * d_ + l] * centre[l];
    image.push_back(sum);
  }
  const double lambda = product(image, centre).midpoint();
  Box value;
  Interval square = 0;
  for (std::size_t k = 0; k < d_; ++k) {
    value.push_back(image[k] - lambda * centre[k]);
    square += sqr(centre[k]);
  }
  value.push_back((1 - square) / 2);
  centre.emplace_back(lambda);

  double radius = 1e-13;
  for (int attempt = 0; attempt < 5; ++attempt, radius *= 16) {
    Box box;
    for (std::size_t k = 0; k < d_; ++k)
      box.push_back(Interval::around(u(static_cast<Eigen::Index>(k)), radius));
    const Box a = matrices(box);
    double largest = 1;
    for (const Interval& entry : a) largest = std::max(largest, entry.magnitude());
    const double spread = 4 * static_cast<double>(n) * largest * radius;
    Box jacobian(n * n, 0);
    const Interval multiplier = Interval::around(lambda, spread);
    Eigen::MatrixXd middle(size, size);
    for (std::size_t k = 0; k < d_; ++k) {
      for (std::size_t l = 0; l < d_; ++l) jacobian[k * n + l] = a[k * d_ + l];
      jacobian[k * n + k] -= multiplier;
      jacobian[k * n + d_] = jacobian[d_ * n + k] = -box[k];
    }
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t l = 0; l < n; ++l) {
        middle(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(l)) =
            jacobian[k * n + l].midpoint();
      }
    }
    const Eigen::MatrixXd inverse = LinearSystem(middle).inverse();
    if (!inverse.allFinite()) return std::nullopt;
    Box whole = box;
    whole.push_back(multiplier);
    bool inside = true;
    Box result;
    for (std::size_t i = 0; i < n; ++i) {
      const auto y = [&](std::size_t k) {
        return Interval(inverse(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)));
      };
      Interval sum = centre[i];
      for (std::size_t k = 0; k < n; ++k) sum -= y(k) * value[k];
      for (std::size_t j = 0; j < n; ++j) {
        Interval entry(i == j ? 1 : 0);
        for (std::size_t k = 0; k < n; ++k) entry -= y(k) * jacobian[k * n + j];
        sum += entry * (whole[j] - centre[j]);
      }
      inside =
          inside && certainly_less(whole[i].lower(), sum) && certainly_less(sum, whole[i].upper());
      result.push_back(sum);
    }
    if (!inside) continue;
    CriticalPoint point;
    point.value = result.back();
    result.pop_back();
    point.u = point.box = result;
    // The multiplier of every critical point in the box is F, which is in the range allowed for it.
    const Box near = matrices(result);
    Interval range = 0;
    for (std::size_t k = 0; k < d_; ++k) {
      for (std::size_t l = 0; l < d_; ++l) range += near[k * d_ + l] * result[k] * result[l];
    }
    if (!multiplier.contains(range)) continue;
    point.extremum = second_order(result, point.value, near);
    return point;
  }
  return std::nullopt;
}

/// The curvature of F along great circles is t.(A - lambda) t for unit t orthogonal to u.
std::optional<int> RidgeCertificate::second_order(const Box& u, Interval value,
                                                  const Box& a) const {
  const auto n = static_cast<int>(d_);
  double largest = 1;
  for (const Interval& entry : a) largest = std::max(largest, entry.magnitude());
  const Interval push = 4 * static_cast<double>(n) * largest;
  const auto definite = [&](int sense) {  // sense (A - lambda) - push u u^T is negative definite
    Box shifted;
    for (std::size_t k = 0; k < d_; ++k) {
      for (std::size_t l = 0; l < d_; ++l) {
        const Interval entry = k == l ? a[k * d_ + l] - value : a[k * d_ + l];
        shifted.push_back(sense * entry - push * u[k] * u[l]);
      }
    }
    return largest_eigenvalue_bound(IntervalMatrix::from_rows(shifted, n, n)) < 0;
  };
  if (definite(1)) return 1;
  if (definite(-1)) return -1;
  Eigen::MatrixXd middle(n, n);
  Eigen::VectorXd centre(n);
  for (int k = 0; k < n; ++k) {
    centre(k) = u[static_cast<std::size_t>(k)].midpoint();
    for (int l = 0; l < n; ++l) {
      middle(k, l) = a[static_cast<std::size_t>(k) * d_ + static_cast<std::size_t>(l)].midpoint();
    }
  }
  const Eigen::MatrixXd vectors = symmetric_eigen(middle).vectors;
  bool upward = false;
  bool downward = false;
  for (Eigen::Index column = 0; column < n; ++column) {
    const Eigen::VectorXd vector = vectors.col(column);
    if (std::abs(vector.dot(centre)) > 0.5) continue;
    Box t = box_of(vector);
    const Interval along = product(t, u);
    for (std::size_t k = 0; k < d_; ++k) t[k] -= along * u[k];
    Interval curvature = 0;
    for (std::size_t k = 0; k < d_; ++k) {
      for (std::size_t l = 0; l < d_; ++l) curvature += a[k * d_ + l] * t[k] * t[l];
    }
    curvature -= value * product(t, t);
    upward = upward || certainly_positive(curvature);
    downward = downward || certainly_negative(curvature);
  }
  if (upward && downward) return 0;
  return std::nullopt;
}

}  // namespace filippov::detail
