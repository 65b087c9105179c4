#include "filippov/verify/sphere_maximum.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

constexpr int largest = largest_sphere_dimension;
using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, largest, largest>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, largest, 1>;

struct Cone {
  double bound;
  std::array<int, largest> vertices;
  /// The widest edge, by places in `vertices`.
  int from;
  int to;

  bool operator<(const Cone& other) const { return bound < other.bound; }
};

/// The cones that are still to be split, and the exact points that are their vertices.
class Subdivision {
 public:
  explicit Subdivision(const SublinearFunction& g) : g_(g), dimension_(g.dimension()) {}

  /// A vertex, with its bound of g.
  int add(const Vector& point) {
    points_.push_back(point);
    values_.push_back(g_.upper({point.data(), static_cast<std::size_t>(dimension_)}));
    norms_.push_back(point.norm());
    return static_cast<int>(points_.size()) - 1;
  }

  /// Bounds g on the sphere's part in the cone, and finds its widest edge.
  Cone measure(const std::array<int, largest>& vertices, double bound_before) const;

  /// The middle of the cone's widest edge; nothing if it is not a double exactly.
  std::optional<Vector> middle(const Cone& cone) const {
    const Vector& a = points_[index(cone.vertices, cone.from)];
    const Vector& b = points_[index(cone.vertices, cone.to)];
    Vector sum = a + b;
    if (((sum - a) != b) || ((sum - b) != a)) return std::nullopt;
    sum *= 0.5;
    return sum;
  }

 private:
  static std::size_t index(const std::array<int, largest>& vertices, int place) {
    return static_cast<std::size_t>(vertices[static_cast<std::size_t>(place)]);
  }

  const SublinearFunction& g_;
  int dimension_;
  std::vector<Vector> points_;
  std::vector<double> values_;
  std::vector<double> norms_;
};

/// About the shortest c with c.v_i >= value_i: c = sum s_i v_i with s >= 0, found by leaving out
/// the vertices whose s_i would be negative.
Vector short_majorant(const Matrix& points, const Matrix& products, const Vector& values) {
  const int dimension = static_cast<int>(points.cols());
  std::array<int, largest> kept{};
  int count = 0;
  for (int i = 0; i < dimension; ++i) kept[static_cast<std::size_t>(count++)] = i;
  Vector shares;
  for (;;) {
    Matrix part(count, count);
    Vector right(count);
    for (int i = 0; i < count; ++i) {
      const int row = kept[static_cast<std::size_t>(i)];
      right(i) = values(row);
      for (int j = 0; j < count; ++j) part(i, j) = products(row, kept[static_cast<std::size_t>(j)]);
    }
    shares = part.llt().solve(right);
    int remaining = 0;
    for (int i = 0; i < count; ++i) {
      if (shares(i) >= 0) {
        kept[static_cast<std::size_t>(remaining)] = kept[static_cast<std::size_t>(i)];
        ++remaining;
      }
    }
    if (remaining == count || remaining == 0) break;
    count = remaining;
  }
  Vector c = Vector::Zero(dimension);
  for (int i = 0; i < count; ++i) c += shares(i) * points.col(kept[static_cast<std::size_t>(i)]);
  return c;
}

Cone Subdivision::measure(const std::array<int, largest>& vertices, double bound_before) const {
  Matrix points(dimension_, dimension_);
  Vector values(dimension_);
  Vector norms(dimension_);
  for (int i = 0; i < dimension_; ++i) {
    points.col(i) = points_[index(vertices, i)];
    values(i) = values_[index(vertices, i)];
    norms(i) = norms_[index(vertices, i)];
  }
  const Matrix products = points.transpose() * points;

  Cone cone{bound_before, vertices, 0, 0};
  double smallest_cosine = 2;
  for (int i = 0; i < dimension_; ++i) {
    for (int j = i + 1; j < dimension_; ++j) {
      const double cosine = products(i, j) / (norms(i) * norms(j));
      if (cosine < smallest_cosine) {
        smallest_cosine = cosine;
        cone.from = i;
        cone.to = j;
      }
    }
  }

  // However c was found, and whatever was lost to rounding there, c + t m fulfils all the
  // inequalities when t m.v_i >= value_i - c.v_i, where m.v_i > 0 because no two vertices are at an
  // obtuse angle. A computed dot product is wrong by at most d eps times that of the absolute
  // values (eps = 2^-52 covers every rounding mode), the other operations by a factor 1 + eps each:
  // `slack` exceeds them all together.
  const Vector c = short_majorant(points, products, values);
  const Vector m = points * norms.cwiseInverse();
  const double slack = 2 * (dimension_ + 8) * std::numeric_limits<double>::epsilon();
  double t = 0;
  for (int i = 0; i < dimension_; ++i) {
    const auto absolute = points.col(i).cwiseAbs();
    const double missing =
        values(i) * (1 + slack) - points.col(i).dot(c) + slack * absolute.dot(c.cwiseAbs());
    const double gained = points.col(i).dot(m) - slack * absolute.dot(m.cwiseAbs());
    t = std::max(t, missing / gained);
  }
  const double bound = (c.norm() + t * m.norm()) * (1 + slack);
  if (bound < bound_before) cone.bound = bound;  // false, too, if the bound is NaN
  return cone;
}

/// The cones of d vectors +e_k or -e_k, one of each k: together all of R^d.
std::vector<std::array<int, largest>> orthants(Subdivision& subdivision, int dimension) {
  std::vector<int> positive;
  std::vector<int> negative;
  for (int k = 0; k < dimension; ++k) {
    positive.push_back(subdivision.add(Vector::Unit(dimension, k)));
    negative.push_back(subdivision.add(-Vector::Unit(dimension, k)));
  }
  std::vector<std::array<int, largest>> result;
  for (unsigned signs = 0; signs < (1u << dimension); ++signs) {
    std::array<int, largest> vertices{};
    for (int k = 0; k < dimension; ++k) {
      const auto place = static_cast<std::size_t>(k);
      vertices[place] = (signs >> k & 1u) != 0 ? negative[place] : positive[place];
    }
    result.push_back(vertices);
  }
  return result;
}

}  // namespace

SphereMaximum maximize_on_sphere(const SublinearFunction& g, const SphereMaximumOptions& options,
                                 std::optional<SphereMaximum> known) {
  const int dimension = g.dimension();
  if (dimension < 1 || dimension > largest_sphere_dimension) {
    throw Error(fmt::format("maximize_on_sphere: dimension {}, expected 1 to {}", dimension,
                            largest_sphere_dimension));
  }
  SphereMaximum result = known ? *std::move(known) : search_sphere(g);
  const double lower = result.value.lower();
  const double enough = (Interval(lower) * (1 + Interval(options.relative_gap))).lower();

  Subdivision subdivision(g);
  std::priority_queue<Cone> open;
  double settled = lower;  // the largest bound among the cones that need no splitting
  const auto consider = [&](const Cone& cone) {
    if (cone.bound <= enough) {
      settled = std::max(settled, cone.bound);
    } else {
      open.push(cone);
    }
  };
  for (const auto& vertices : orthants(subdivision, dimension)) {
    consider(subdivision.measure(vertices, std::numeric_limits<double>::infinity()));
    ++result.cones;
  }
  while (!open.empty() && result.cones < options.max_cones) {
    const Cone cone = open.top();
    const std::optional<Vector> middle = subdivision.middle(cone);
    if (dimension == 1 || !middle) break;
    open.pop();
    const int vertex = subdivision.add(*middle);
    for (const int place : {cone.from, cone.to}) {
      std::array<int, largest> vertices = cone.vertices;
      vertices[static_cast<std::size_t>(place)] = vertex;
      consider(subdivision.measure(vertices, cone.bound));
      ++result.cones;
    }
  }
  result.reached = open.empty();
  const double upper = open.empty() ? settled : std::max(settled, open.top().bound);
  result.value = Interval(lower, upper);
  return result;
}

}  // namespace filippov
