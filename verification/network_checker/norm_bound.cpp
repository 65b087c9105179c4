#include "norm_bound.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace network_checker {

namespace {

constexpr long most_cones = 4000000;

/// An operation in floating point has a relative error of at most this.
constexpr double unit = 0x1p-53;

double inner(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

/// Its square is compared with what it bounds.
void require_nonnegative(const Range& beta) {
  if (!beta.nonnegative()) throw Refusal("beta is not negative, unlike " + shown(beta));
}

}  // namespace

NormBound::NormBound(const Problem& problem) : problem_(problem) {
  Range largest = 0;
  for (const Box& row : problem.x) {
    for (const Range& entry : row) largest = hull(largest, magnitude(entry));
  }
  is_zero_ = largest.is_zero();
  if (!is_zero_) scale_ = std::ldexp(1.0, std::ilogb(largest.upper()));
  for (const Box& row : problem.x) {
    std::vector<double>& near = rows_.emplace_back();
    std::vector<double>& error = errors_.emplace_back();
    for (const Range& entry : row) {
      const Range scaled = entry / Range(scale_);
      near.push_back(scaled.middle());
      error.push_back(magnitude(scaled - Range(near.back())).upper());
    }
  }
}

bool NormBound::exceeds(const Point& point, const Range& bound) const {
  const Box u(point.coordinates.begin(), point.coordinates.end());
  Range powers = 0;
  for (const Box& row : problem_.x) {
    const Range power = squared(activation(scalar_product(row, u), problem_.leak));
    powers += problem_.two_layer ? power : squared(power);
  }
  const Range square = problem_.two_layer ? powers : root(powers);
  return (square - squared(bound) * scalar_product(u, u)).positive();
}

/// In units of 2^-53, a sum of d products has an error of at most d times (1 + a little) the sum of
/// their sizes. What underflows is far less than `least`.
NormBound::Vertex NormBound::vertex(std::vector<double> point) const {
  constexpr double least = 1e-70;
  const double products = (problem_.d + 4) * unit;
  auto result = std::make_shared<Point>();
  double powers = 0;
  double errors = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    double t = 0;
    double error = least;
    for (std::size_t k = 0; k < point.size(); ++k) {
      t += rows_[i][k] * point[k];
      error += (products * std::fabs(rows_[i][k]) + errors_[i][k]) * std::fabs(point[k]);
    }
    result->products.push_back(t);
    powers += problem_.two_layer ? t * t : t * t * (t * t);
    errors += error * error;
  }
  const double above = 1 + 2 * (problem_.n + problem_.d + 20) * unit;
  result->norm = (problem_.two_layer ? std::sqrt(powers) : std::sqrt(std::sqrt(powers))) * above;
  result->error = std::sqrt(errors) * above;
  result->coordinates = std::move(point);
  return result;
}

NormBound::Vertex NormBound::middle(const Vertex& a, const Vertex& b) const {
  std::vector<double> point = a->coordinates;
  for (std::size_t k = 0; k < point.size(); ++k) {
    const double other = b->coordinates[k];
    const double sum = point[k] + other;
    if (sum - point[k] != other || sum - other != point[k]) {
      throw Refusal("beta: a cone would have to be split further than doubles allow");
    }
    point[k] = 0.5 * sum;
  }
  return vertex(std::move(point));
}

/// N(k, l) from above. Where z_k + e is the true value, |e|_2 <= error_k, |z_k|_p <= norm_k, the
/// product of entries z_k z_l is off by norm_k error_l + error_k (norm_l + error_l) at most in the
/// norm for p/2, and so is that of max(z_k, 0) and max(z_l, 0); their shares add up to 1. Rounding
/// shares, products, n sums and a root is an error of less than n + 20 units of norm_k norm_l.
double NormBound::bilinear(const Point& a, const Point& b) const {
  const double leak = problem_.leak.middle();
  const double share = leak * leak;
  double sum = 0;
  for (std::size_t i = 0; i < a.products.size(); ++i) {
    const double both = share * (a.products[i] * b.products[i]) +
                        (1 - share) * (std::max(a.products[i], 0.0) * std::max(b.products[i], 0.0));
    sum += problem_.two_layer ? both : both * both;
  }
  const double rounding = 2 * (problem_.n + 20) * unit;
  const double missing =
      a.norm * b.error + a.error * (b.norm + b.error) + rounding * a.norm * b.norm;
  return (problem_.two_layer ? sum : std::sqrt(sum)) + missing * (1 + rounding);
}

/// b^2 v_k.v_l - N(k, l) from below: with a relative error of less than d + 20 units of
/// b^2 |v_k| |v_l| and of N.
NormBound::Matrix NormBound::room(const Cone& cone, double square_bound) const {
  const std::size_t d = cone.vertices.size();
  const double rounding = 2 * (problem_.d + 20) * unit;
  Matrix result(d, std::vector<double>(d));
  std::vector<double> lengths;
  for (std::size_t k = 0; k < d; ++k) {
    const Point& a = *cone.vertices[k];
    lengths.push_back(std::sqrt(inner(a.coordinates, a.coordinates)));
    for (std::size_t l = 0; l <= k; ++l) {
      const Point& b = *cone.vertices[l];
      const double bound = bilinear(a, b);
      const double size = square_bound * lengths[k] * lengths[l] + std::fabs(bound);
      result[k][l] = result[l][k] =
          square_bound * inner(a.coordinates, b.coordinates) - bound - rounding * size;
    }
  }
  return result;
}

/// Whether s.m s >= 0 for all s >= 0. With a pivot p > 0 and c beside it, s.m s =
/// p (s_1 + c.s' / p)^2 + s'.(m' - c c^T / p) s'; an entry may be lessened at any time, as s >= 0.
/// In floating point the factors found are those of a matrix that differs by at most (d + 2) units
/// of 2^-53 of sum_i m_ii in any direction (Higham, Accuracy and Stability of Numerical Algorithms,
/// chapter 10): more than that is first taken from the diagonal.
bool NormBound::copositive(Matrix m, bool lessened) {
  const std::size_t d = m.size();
  double trace = 0;
  for (std::size_t k = 0; k < d; ++k) trace += std::fabs(m[k][k]);
  for (std::size_t k = 0; k < d; ++k) m[k][k] -= 4 * static_cast<double>(d + 2) * unit * trace;
  for (std::size_t k = 0; k < d; ++k) {
    if (!(m[k][k] > 0)) return false;
    for (std::size_t i = k + 1; i < d; ++i) {
      if (lessened && m[i][k] > 0) m[i][k] = 0;
      for (std::size_t j = k + 1; j <= i; ++j) m[i][j] -= m[i][k] * m[j][k] / m[k][k];
    }
  }
  return true;
}

/// Two vertices between which the room is negative, and that are far apart; compared with the room
/// at them or with their lengths by turns, as either may go on for ever.
std::pair<int, int> NormBound::edge(const Cone& cone, const Matrix& room) {
  const auto d = static_cast<int>(cone.vertices.size());
  const auto product = [&](int i, int j) {
    return inner(cone.vertices[i]->coordinates, cone.vertices[j]->coordinates);
  };
  std::pair<int, int> chosen(0, 1);
  double most = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < d; ++i) {
    for (int j = i + 1; j < d; ++j) {
      const double lengths = std::sqrt(product(i, i) * product(j, j));
      const double scale =
          cone.depth % 2 == 0 ? std::sqrt(std::fabs(room[i][i] * room[j][j])) : lengths;
      const double wanted = (room[i][j] < 0 ? -1 : -0.01) * room[i][j] / scale;
      const double weight = wanted * (1 - product(i, j) / lengths);
      if (weight <= most) continue;
      most = weight;
      chosen = {i, j};
    }
  }
  return chosen;
}

void NormBound::by_cones(const Range& beta) const {
  const int d = problem_.d;
  require_nonnegative(beta);
  if (d > 12) throw Refusal("beta: cones are too many with more than 12 features");
  const Range bound = problem_.two_layer ? Range(2) * beta : root(beta);
  const double square_bound = squared(bound / Range(scale_)).lower();
  std::vector<Cone> open;
  std::vector<Vertex> ends;
  for (int k = 0; k < d; ++k) {
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> axis(d, 0.0);
      axis[k] = sign;
      ends.push_back(vertex(std::move(axis)));
    }
  }
  for (int orthant = 0; orthant < 1 << d; ++orthant) {
    Cone& cone = open.emplace_back();
    for (int k = 0; k < d; ++k) cone.vertices.push_back(ends[2 * k + (orthant >> k & 1)]);
  }
  long cones = static_cast<long>(open.size());
  while (!open.empty()) {
    Cone cone = std::move(open.back());
    open.pop_back();
    const Matrix left = room(cone, square_bound);
    if (copositive(left, true) || copositive(left, false)) continue;
    if (d == 1) throw Refusal("beta is not proved to be at most " + shown(beta));
    const auto [from, to] = edge(cone, left);
    const Vertex between = middle(cone.vertices[from], cone.vertices[to]);
    // A vertex where g is larger than the bound shows that it is none.
    const double length_square = inner(between->coordinates, between->coordinates);
    if (bilinear(*between, *between) > square_bound * length_square * (1 - 1e-13) &&
        exceeds(*between, bound)) {
      throw Refusal("beta is greater than " + shown(beta));
    }
    cones += 2;
    if (cones > most_cones) throw Refusal("beta: too many cones are needed");
    ++cone.depth;
    open.push_back(cone);
    open.back().vertices[from] = between;
    open.push_back(std::move(cone));
    open.back().vertices[to] = between;
  }
}

void NormBound::by_eigenvalue(const Range& beta) const {
  require_nonnegative(beta);
  if (is_zero_) return;
  // Of a symmetric matrix A with entries >= 0 the largest eigenvalue is at most max_i (A p)_i / p_i
  // for every p > 0; of X^T X it is less than s if s - X^T X has positive pivots.
  if (problem_.two_layer) {
    const Range s = squared(Range(2) * beta);
    std::vector<Box> a(problem_.d, Box(problem_.d));
    for (int k = 0; k < problem_.d; ++k) {
      for (int l = 0; l < problem_.d; ++l) {
        Range sum = 0;
        for (const Box& row : problem_.x) sum.add_product(row[k], row[l]);
        a[k][l] = k == l ? s - sum : -sum;
      }
    }
    for (int k = 0; k < problem_.d; ++k) {
      if (!a[k][k].positive()) throw Refusal("beta is not proved to be at most " + shown(beta));
      for (int i = k + 1; i < problem_.d; ++i) {
        const Range factor = a[i][k] / a[k][k];
        for (int j = k + 1; j < problem_.d; ++j) a[i][j] -= factor * a[k][j];
      }
    }
    return;
  }
  std::vector<Box> kernel(problem_.n, Box(problem_.n));
  for (int i = 0; i < problem_.n; ++i) {
    for (int j = 0; j <= i; ++j) {
      kernel[i][j] = kernel[j][i] = squared(scalar_product(problem_.x[i], problem_.x[j]));
    }
  }
  std::vector<double> p(problem_.n, 1.0);
  for (int step = 0; step < 300; ++step) {
    std::vector<double> next(problem_.n, 0.0);
    double greatest = 0;
    for (int i = 0; i < problem_.n; ++i) {
      for (int j = 0; j < problem_.n; ++j) next[i] += kernel[i][j].middle() * p[j];
      greatest = std::max(greatest, next[i]);
    }
    if (!(greatest > 0)) break;
    for (int i = 0; i < problem_.n; ++i) p[i] = std::max(next[i] / greatest, 1e-12);
  }
  const Range s = squared(beta);
  for (int i = 0; i < problem_.n; ++i) {
    Range image = 0;
    for (int j = 0; j < problem_.n; ++j) image.add_product(kernel[i][j], p[j]);
    if (!(s * Range(p[i]) - image).nonnegative()) {
      throw Refusal("beta is not proved to be at most " + shown(beta));
    }
  }
}

}  // namespace network_checker
