#include "filippov/verify/sphere_maximum.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

constexpr int largest = largest_sphere_dimension;
using Matrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, largest, largest>;
using Vector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, largest, 1>;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

struct Cone {
  double bound;
  std::array<int, largest> vertices;
  int depth = 0;
  /// The edge to split, by places in `vertices`.
  int from = 0;
  int to = 1;

  bool operator<(const Cone& other) const { return bound < other.bound; }
};

/// Whether s.a s >= 0 for all s >= 0, by elimination: a pivot p > 0 with the entries b beside it
/// gives s.a s = p (s_1 + b.s' / p)^2 + s'.(a' - b b^T / p) s', and entries of a may be lessened
/// first, here those in b that are > 0, if `lessen`.
///
/// What is eliminated exactly is within (d + 2) epsilon of the trace of a, in the spectral norm, of
/// a matrix with no entry greater than a's (Higham, Accuracy and Stability of Numerical Algorithms,
/// theorem 10.3, for every rounding mode); twice that is taken from the diagonal first.
bool eliminates(Matrix a, bool lessen) {
  const auto d = a.rows();
  a.diagonal().array() -= 2 * static_cast<double>(d + 2) * epsilon * a.trace();
  for (Eigen::Index k = 0; k < d; ++k) {
    const double pivot = a(k, k);
    if (!(pivot > 0)) return false;
    for (Eigen::Index i = k + 1; i < d; ++i) {
      if (lessen) a(i, k) = std::min(a(i, k), 0.0);
      const double factor = a(i, k) / pivot;
      for (Eigen::Index j = k + 1; j <= i; ++j) a(i, j) -= factor * a(j, k);
    }
  }
  return true;
}

bool is_copositive(const Matrix& a) { return eliminates(a, true) || eliminates(a, false); }

/// The cones that are still to be split, and the exact points that are their vertices.
class Subdivision {
 public:
  /// A cone on which g <= enough |u| needs no splitting.
  Subdivision(const SublinearFunction& g, double enough)
      : g_(g),
        dimension_(g.dimension()),
        unit_(std::ldexp(1.0, std::ilogb(enough))),
        enough_(enough) {}

  int add(const Vector& point) {
    points_.push_back(point);
    return static_cast<int>(points_.size()) - 1;
  }

  /// Bounds g on the sphere's part in the cone, and chooses the edge to split if that is not
  /// enough.
  void measure(Cone& cone);

  /// A vertex of a cone that was measured with g > enough |u|.
  const std::optional<Vector>& better() const { return better_; }

  /// The middle of the edge to split; nothing if it is not a double exactly.
  std::optional<Vector> middle(const Cone& cone) const {
    const Vector& a = vertex(cone, cone.from);
    const Vector& b = vertex(cone, cone.to);
    Vector sum = a + b;
    if (((sum - a) != b) || ((sum - b) != a)) return std::nullopt;
    sum *= 0.5;
    return sum;
  }

 private:
  const Vector& vertex(const Cone& cone, int place) const {
    return points_[static_cast<std::size_t>(cone.vertices[static_cast<std::size_t>(place)])];
  }

  const SublinearFunction& g_;
  int dimension_;
  double unit_;
  double enough_;
  std::vector<Vector> points_;
  std::optional<Vector> better_;
};

/// The edge to split of a cone with the matrix b^2 G - N: where that is most negative between two
/// vertices, compared with what it is at them and, every other time, with their lengths; wide edges
/// first. Each by itself is now and then led round a second maximum for ever.
std::pair<int, int> edge_to_split(const Matrix& products, const Matrix& a, int depth) {
  const Vector at_vertices = depth % 2 == 0 ? a.diagonal() : products.diagonal();
  constexpr double of_positive = 0.01;
  std::pair<int, int> edge{0, 1};
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < a.rows(); ++i) {
    for (int j = i + 1; j < a.rows(); ++j) {
      const double width = 1 - products(i, j) / std::sqrt(products(i, i) * products(j, j));
      const double entry = a(i, j) / std::sqrt(at_vertices(i) * at_vertices(j));
      const double score = (entry < 0 ? entry : of_positive * entry) * width;
      if (score < least) {
        least = score;
        edge = {i, j};
      }
    }
  }
  return edge;
}

void Subdivision::measure(Cone& cone) {
  Matrix points(dimension_, dimension_);
  for (int i = 0; i < dimension_; ++i) points.col(i) = vertex(cone, i);
  const Matrix products = points.transpose() * points;
  Matrix bound(dimension_, dimension_);
  const auto entries = static_cast<std::size_t>(dimension_ * dimension_);
  g_.bound_on_cone({points.data(), entries}, unit_, {bound.data(), entries});

  // No entry of it is greater than that of b^2 G - N: in G, whose entries are >= 0, and in what
  // follows each operation is wrong by a factor 1 + epsilon at most.
  const Vector norms = products.diagonal().cwiseSqrt();
  const Matrix norm_products = norms * norms.transpose();
  const auto below = [&](double b) -> Matrix {
    const double square = (b / unit_) * (b / unit_);
    const double slack = (dimension_ + 12) * epsilon;
    return square * products - bound - slack * (square * norm_products + bound.cwiseAbs());
  };
  const Matrix least = below(enough_);
  if (is_copositive(least)) {
    cone.bound = enough_;
    return;
  }
  for (int i = 0; i < dimension_; ++i) {
    if (least(i, i) < 0) better_ = points.col(i);
  }
  std::tie(cone.from, cone.to) = edge_to_split(products, least, cone.depth);
  // A bound to choose the next cone by, and for the end if there are too many.
  constexpr int halvings = 3;
  double under = enough_;
  for (int k = 0; k < halvings; ++k) {
    const double b = 0.5 * (under + cone.bound);
    (is_copositive(below(b)) ? cone.bound : under) = b;
  }
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

/// The upper bound that cones give, of a maximum that is known from below; or a point, on the way,
/// at which g / |u| exceeds that by more than the relative gap.
std::optional<Vector> bound_by_cones(const SublinearFunction& g,
                                     const SphereMaximumOptions& options, bool may_stop,
                                     SphereMaximum& result) {
  const int dimension = g.dimension();
  const double lower = result.value.lower();
  const double enough = (Interval(lower) * (1 + Interval(options.relative_gap))).lower();
  // g(u) <= sum |u_k| g(+-e_k)
  Interval crude = 0;
  for (int k = 0; k < dimension; ++k) {
    Vector axis = Vector::Unit(dimension, k);
    const std::span<const double> point(axis.data(), static_cast<std::size_t>(dimension));
    const double positive = g.upper(point);
    axis(k) = -1;
    crude += std::max(positive, g.upper(point));
  }
  if (!(enough > 0) || dimension == 1) {
    result.value = Interval(lower, std::max(lower, crude.upper()));
    result.reached = result.value.upper() <= enough;
    return std::nullopt;
  }
  double settled = lower;  // the largest bound among the cones that need no splitting
  std::priority_queue<Cone> open;
  Subdivision subdivision(g, enough);
  const auto consider = [&](Cone cone) {
    subdivision.measure(cone);
    if (cone.bound <= enough) {
      settled = std::max(settled, cone.bound);
    } else {
      open.push(cone);
    }
    ++result.cones;
  };
  for (const auto& vertices : orthants(subdivision, dimension)) consider({crude.upper(), vertices});
  while (!open.empty() && result.cones < options.max_cones) {
    if (may_stop && subdivision.better()) return subdivision.better();
    const Cone cone = open.top();
    const std::optional<Vector> middle = subdivision.middle(cone);
    if (!middle) break;
    open.pop();
    const int vertex = subdivision.add(*middle);
    for (const int place : {cone.from, cone.to}) {
      Cone part{cone.bound, cone.vertices, cone.depth + 1};
      part.vertices[static_cast<std::size_t>(place)] = vertex;
      consider(part);
    }
  }
  result.reached = open.empty();
  result.value = Interval(lower, open.empty() ? settled : std::max(settled, open.top().bound));
  return std::nullopt;
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
  bool is_better = true;
  while (const auto start = bound_by_cones(g, options, is_better, result)) {
    const std::vector<double> direction(start->begin(), start->end());
    SphereMaximum found = search_sphere(g, {&direction, 1});
    is_better = found.value.lower() > result.value.lower();
    if (!is_better) continue;
    result.value = found.value;
    result.argument = std::move(found.argument);
  }
  return result;
}

}  // namespace filippov
