// All KKT points of two-layer neurons with three features.

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <random>
#include <set>
#include <string>

#include "filippov/geometry/minimum_norm_point.hpp"
#include "filippov/verify/kkt.hpp"

using namespace filippov;

namespace {

using Eigen::Vector3d;

KktPoints find(const char* network, const std::string& text, bool normalize_rows = false) {
  return kkt_points(parse_network(network),
                    parse_csv(text, "data", {.normalize_rows = normalize_rows}));
}

/// Points with N != 0 and v > 0, by what F(u) is there; sets and curves with N = 0.
struct Counts {
  int isolated = 0;
  int curves = 0;  ///< v = 0, F(u) = 0
  int sets = 0;    ///< any v
  int poles = 0;
};

Counts counts(const KktPoints& found) {
  Counts result;
  for (const KktPoint& p : found.points) {
    CHECK(p.certified);
    if (!identical(p.objective, 0)) {
      result.isolated += p.u[0] > 0 ? 1 : 0;
    } else if (p.dimension == 0) {
      ++result.poles;
    } else if (identical(p.box[0], 0)) {
      ++result.curves;
    } else {
      ++result.sets;
    }
  }
  return result;
}

/// G(u) = sum_i z_i max(x_i.u, leak x_i.u) in double precision.
struct RowSum {
  std::vector<Vector3d> x;
  std::vector<double> z;
  double leak;

  double value(const Vector3d& u) const { return gradient(u).dot(u); }
  Vector3d gradient(const Vector3d& u) const {
    Vector3d sum = Vector3d::Zero();
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += z[i] * (x[i].dot(u) > 0 ? 1 : leak) * x[i];
    }
    return sum;
  }

  /// Directions about u at this distance.
  static std::vector<Vector3d> around(const Vector3d& u, double distance) {
    const Vector3d p = u.unitOrthogonal();
    const Vector3d q = u.cross(p);
    std::vector<Vector3d> result;
    constexpr int count = 720;
    for (int k = 0; k < count; ++k) {
      const double t = 2 * EIGEN_PI * (k + 0.3) / count;
      result.push_back((u + distance * (std::cos(t) * p + std::sin(t) * q)).normalized());
    }
    return result;
  }

  /// 0 in dG - lambda u at a unit vector, with the gradients of the cells around it.
  bool is_critical(const Vector3d& u) const {
    const std::vector<Vector3d> points = around(u, 1e-5);
    Eigen::MatrixXd tangential(3, static_cast<Eigen::Index>(points.size()));
    for (std::size_t k = 0; k < points.size(); ++k) {
      const Vector3d g = gradient(points[k]);
      tangential.col(static_cast<Eigen::Index>(k)) = g - g.dot(u) * u;
    }
    return minimum_norm_point(tangential).point.norm() < 1e-9;
  }

  /// Every vector at which G can be critical but for flat parts.
  std::vector<Vector3d> candidates() const {
    std::vector<Vector3d> result;
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) result.push_back(x[i].cross(x[j]));
    }
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal;
    std::set<std::array<double, 3>> gradients;
    const auto add = [&](const Vector3d& u) {
      const Vector3d g = gradient(u);
      gradients.insert({g(0), g(1), g(2)});
    };
    for (int k = 0; k < 2000; ++k) add({normal(random), normal(random), normal(random)});
    const std::size_t vertices = result.size();
    for (std::size_t k = 0; k < vertices; ++k) {
      if (result[k].norm() == 0) continue;
      for (const int side : {1, -1}) {
        for (const Vector3d& u : around(side * result[k].normalized(), 1e-4)) add(u);
      }
    }
    for (const auto& entries : gradients) {
      const Vector3d g(entries[0], entries[1], entries[2]);
      result.push_back(g);
      for (const Vector3d& r : x) result.push_back(r.squaredNorm() * g - g.dot(r) * r);
    }
    return result;
  }
};

/// The list agrees with a look at every candidate.
void check_all(const RowSum& f, const KktPoints& found) {
  CHECK(found.complete);
  const auto direction = [](const KktPoint& p) { return Vector3d(p.u[1], p.u[2], p.u[3]); };
  for (const KktPoint& p : found.points) {
    CHECK(p.certified);
    const Vector3d u = direction(p);
    if (identical(p.box[0], 0)) {
      CHECK(std::abs(f.value(u)) < 1e-12);
      continue;
    }
    if (u.norm() == 0) continue;
    CHECK(f.is_critical(u.normalized()));
    CHECK(std::abs(p.objective.midpoint() - p.u[0] * f.value(u)) < 1e-12);
    if (!certainly_positive(p.objective)) continue;
    double rise = -1;
    const double here = f.value(u.normalized());
    for (const Vector3d& near : RowSum::around(u.normalized(), 1e-3)) {
      const double change = (f.value(near) - here) * (p.u[0] > 0 ? 1 : -1);
      rise = std::max(rise, change);
    }
    REQUIRE(p.stable.has_value());
    CHECK(*p.stable == (rise < 0));
  }
  for (const Vector3d& candidate : f.candidates()) {
    if (candidate.norm() < 1e-9) continue;
    for (const int side : {1, -1}) {
      const Vector3d u = side * candidate.normalized();
      if (!f.is_critical(u)) continue;
      bool listed = false;
      for (const KktPoint& p : found.points) {
        if (identical(p.box[0], 0)) continue;
        if (p.dimension == 0) {
          listed = listed || (direction(p).normalized() - u).norm() < 1e-12;
        } else {
          bool inside = std::abs(f.value(u)) < 1e-12;
          for (int t = 0; t < 3; ++t) {
            const Interval range = p.box[static_cast<std::size_t>(t) + 1];
            inside = inside && range.lower() < u(t) + 1e-12 && u(t) - 1e-12 < range.upper();
          }
          listed = listed || inside;
        }
      }
      CAPTURE(u.transpose());
      CHECK(listed);
    }
  }
}

void check_random(const RowSum& f, const char* network) {
  std::string text;
  for (std::size_t i = 0; i < f.x.size(); ++i) {
    char line[200];
    std::snprintf(line, sizeof line, "%.17g,%.17g,%.17g,%.17g\n", f.x[i](0), f.x[i](1), f.x[i](2),
                  f.z[i]);
    text += line;
  }
  CAPTURE(text);
  check_all(f, find(network, text));
}

}  // namespace

TEST_CASE("three features: every candidate of random data is looked at, by differences") {
  std::mt19937_64 random(17);
  std::uniform_real_distribution<double> entry(-1, 1);
  for (int trial = 0; trial < 8; ++trial) {
    RowSum f{{}, {}, trial % 2 == 0 ? 0 : 0.25};
    for (int i = 0; i < 3 + trial; ++i) {
      f.x.emplace_back(entry(random), entry(random), entry(random));
      f.z.push_back(entry(random));
    }
    check_random(f, trial % 2 == 0 ? "relu" : "leaky-relu:0.25");
  }
}

TEST_CASE("three features: small integers, where surfaces coincide, meet in one point, and F = 0") {
  std::mt19937_64 random(23);
  std::uniform_int_distribution<int> entry(-1, 1);
  for (int trial = 0; trial < 40; ++trial) {
    RowSum f{{}, {}, trial % 2 == 0 ? 0 : 0.5};
    for (int i = 0; i < 2 + trial % 6; ++i) {
      f.x.emplace_back(entry(random), entry(random), entry(random));
      f.z.push_back(entry(random) == 0 ? -1 : 1);
    }
    check_random(f, trial % 2 == 0 ? "relu" : "leaky-relu:0.5");
  }
}

TEST_CASE("three features, one surface: F = |u1|") {
  const KktPoints found = find("relu", "1,0,0,1\n-1,0,0,1\n");
  CHECK(found.complete);
  const Counts count = counts(found);
  CHECK(count.isolated == 2);
  CHECK(count.sets == 1);
  CHECK(count.curves == 0);
  CHECK(count.poles == 0);
  CHECK(identical(found.points[0].objective, 0.5));
  CHECK(found.points[0].stable == true);
  for (const KktPoint& p : found.points) {
    if (!identical(p.objective, 0)) continue;
    CHECK(p.dimension == 2);  // the circle u1 = 0, and v
    CHECK(p.stable == false);
    CHECK(p.kinks == std::vector<int>{0, 1});
    CHECK(identical(p.box[1], 0));
    CHECK(p.box[2].contains(Interval(-1, 1)));
  }
}

TEST_CASE("three features, all surfaces through one line: F = max(0, u1) - max(0, u2)") {
  // e1 is the maximum, e2 the minimum; a lune is flat, and F = 0 for u1 = u2 > 0.
  const KktPoints found = find("relu", "1,0,0,1\n0,1,0,-1\n");
  CHECK(found.complete);
  const Counts count = counts(found);
  CHECK(count.isolated == 2);
  CHECK(count.sets == 1);
  CHECK(count.curves == 1);
  CHECK(count.poles == 0);
  for (const KktPoint& p : found.points) {
    if (certainly_positive(p.objective)) {
      CHECK(p.stable == true);
      CHECK(p.kinks == std::vector<int>{p.u[0] > 0 ? 1 : 0});
    }
    if (p.dimension != 3) continue;
    CHECK(identical(p.box[1], Interval(-1, 0)));
    CHECK(identical(p.box[2], Interval(-1, 0)));
    CHECK(identical(p.box[3], Interval(-1, 1)));
  }
}

TEST_CASE("three features: curves on which N = 0") {
  // F = 2 |u3| - |u1| - |u2|: two, about the poles.
  const std::string text = "0,0,1,2\n0,0,-1,2\n1,0,0,-1\n-1,0,0,-1\n0,1,0,-1\n0,-1,0,-1\n";
  const KktPoints two = find("relu", text);
  CHECK(two.complete);
  CHECK(counts(two).curves == 2);
  CHECK(counts(two).sets == 0);
  CHECK(counts(two).poles == 2);
  // Maxima +-e3, minima (+-1, +-1, 0) / sqrt 2, saddles +-e1, +-e2.
  CHECK(counts(two).isolated == 10);
  // Linear: one.
  const KktPoints linear = find("relu", "1,2,0,1\n-1,-2,0,-1\n");
  CHECK(linear.complete);
  CHECK(counts(linear).curves == 1);
  CHECK(counts(linear).isolated == 2);
  // F = max(0, u1) - max(0, -u1) / 2 changes its sign on the only surface.
  const KktPoints bent = find("relu", "1,0,0,1\n-1,0,0,-0.5\n");
  CHECK(bent.complete);
  CHECK(counts(bent).curves == 1);
  CHECK(counts(bent).sets == 0);
  // F = |u1| + |u2| + |u3|: none, and N = 0 at v = +-1 only.
  const KktPoints none = find("relu", "0,0,1,1\n0,0,-1,1\n1,0,0,1\n-1,0,0,1\n0,1,0,1\n0,-1,0,1\n");
  CHECK(none.complete);
  CHECK(counts(none).curves == 0);
  CHECK(counts(none).poles == 2);
  CHECK(counts(none).isolated == 26);  // a cube's faces, edges and corners
  for (const KktPoint& p : none.points) {
    if (p.u[0] == -1) CHECK(p.stable == true);
    if (p.u[0] == 1) CHECK(p.stable == false);
    if (p.dimension == 0 && p.u[0] > 0 && p.u[0] < 1) {
      CHECK(p.stable == p.kinks.empty());
    }
  }
}

TEST_CASE("three features: decimals far apart, and of many digits") {
  // F = 1e200 |u1| + 3 |u2| + 1e-100 |u3|, products of which are no doubles. Only whether 0 is in
  // dF(0) is looked for in double precision.
  const std::string text =
      "1e200,0,0,1\n-1e200,0,0,1\n0,3,0,1\n0,-3,0,1\n0,0,1e-100,1\n0,0,-1e-100,1\n";
  const KktPoints found = find("relu", text);
  CHECK((found.complete || found.reason == "whether u = 0 is a KKT point was not decided"));
  CHECK(counts(found).isolated == 26);
  CHECK(found.points.front().objective.lower() > 4.99e199);
  CHECK(found.points.front().objective.width() < 1e185);
  const KktPoints many = find(
      "relu", "1.00000000000000000000000000000000000000000000000001,1,1,1\n1,1,1,-1\n1,2,-1,1\n");
  CHECK(many.complete);
  for (const KktPoint& p : many.points) CHECK(p.certified);
}

TEST_CASE("three features: data known in enclosures") {
  const std::string text =
      "1,0.5,0.2,1\n-0.625,1,-.3,-1\n-1,-.375,.4,.5\n.25,-1,.7,1\n.3,.2,-.9,1\n";
  const KktPoints found = find("relu", text, true);
  CHECK(found.complete);
  CHECK(counts(found).isolated > 3);
  for (const KktPoint& p : found.points) {
    if (p.dimension == 0) CHECK(p.box[1].width() < 1e-13);
  }
  // Three surfaces through a point, which enclosures do not tell.
  const KktPoints unknown = find("relu", "1,2,3,1\n3,1,1,-1\n4,3,4,1\n1,1,5,1\n", true);
  CHECK_FALSE(unknown.complete);
  CHECK(unknown.reason.find("enclosures") != std::string::npos);
}
