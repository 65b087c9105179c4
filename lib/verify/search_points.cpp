// Critical points by ascent from many starting points.

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <random>

#include "../geometry/least_squares.hpp"
#include "../geometry/symmetric_eigen.hpp"
#include "critical_points.hpp"
#include "filippov/geometry/zonotope.hpp"
#include "ridge_certificate.hpp"

namespace filippov::detail {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double same_point = 1e-7;
constexpr int most_steps = 400;
/// Of the points that cannot be certified (in flat parts there are many) no more are listed.
constexpr int most_unproved = 10;

/// F in double precision; -F if sense is -1.
struct Ascent {
  Ascent(const RidgeFunction& f, int sense)
      : squared(f.squared()), directions(static_cast<Index>(f.ridges().size()), f.dimension()) {
    const Index d = f.dimension();
    base = squared ? MatrixXd(d, d) : MatrixXd(d, 1);
    for (Index k = 0; k < base.size(); ++k) {
      base.data()[k] = sense * f.base()[static_cast<std::size_t>(k)].approximate();
    }
    factors.resize(directions.rows());
    for (Index j = 0; j < directions.rows(); ++j) {
      const Ridge& ridge = f.ridges()[static_cast<std::size_t>(j)];
      factors(j) = sense * ridge.factor.approximate();
      for (Index k = 0; k < d; ++k) {
        directions(j, k) = ridge.direction[static_cast<std::size_t>(k)].approximate();
      }
    }
  }

  MatrixXd matrix(const VectorXd& u) const {
    const VectorXd weights = ((directions * u).array() > 0).select(factors, 0);
    return base + directions.transpose() * weights.asDiagonal() * directions;
  }
  double quadratic(const VectorXd& u) const {
    return u.dot(base * u) + (directions * u).cwiseMax(0).array().square().matrix().dot(factors);
  }

  bool squared;
  MatrixXd directions;  ///< one ridge per row
  VectorXd factors;
  MatrixXd base;
};

/// Calls `found(g)` for the unit eigenvectors of the matrix at u that are in the same piece.
template <class Found>
void eigenvectors_in_piece(const Ascent& f, const VectorXd& u, const Found& found) {
  const auto signs = ((f.directions * u).array() > 0).eval();
  const MatrixXd vectors = symmetric_eigen(f.matrix(u)).vectors;
  for (Index k = 0; k < vectors.cols(); ++k) {
    for (const int side : {1, -1}) {
      const VectorXd g = side * vectors.col(k);
      if ((((f.directions * g).array() > 0) == signs).all()) found(g);
    }
  }
}

/// Climbs F by gradient steps that are certain to gain, (A + shift) u normalised, and leaps to the
/// first eigenvector of the piece where that is in it.
template <class Found>
void climb_quadratic(const Ascent& f, VectorXd u, const Found& found) {
  eigenvectors_in_piece(f, u, found);
  double value = f.quadratic(u);
  for (int step = 0; step < most_steps; ++step) {
    const MatrixXd a = f.matrix(u);
    const SymmetricEigen eigen = symmetric_eigen(a);
    VectorXd leap = eigen.vectors.col(a.cols() - 1);
    if (leap.dot(u) < 0) leap = -leap;
    VectorXd next = leap;
    double gained = f.quadratic(leap);
    if (!(gained > value)) {
      const VectorXd image = a * u;
      const VectorXd tangent = image - image.dot(u) * u;
      double length = 1 / std::max(eigen.values.cwiseAbs().maxCoeff(), 1e-300);
      for (int halving = 0; halving < 40; ++halving, length /= 2) {
        next = (u + length * tangent).normalized();
        gained = f.quadratic(next);
        if (gained > value) break;
      }
    }
    if (!(gained > value * (1 + 1e-15) || gained > value + 1e-15 * std::abs(value))) break;
    u = next;
    value = gained;
  }
  found(u);
  eigenvectors_in_piece(f, u, found);
}

/// Climbs a piecewise linear F along great circles, from kink to kink; slides on kinks where F
/// falls on both sides. Calls found(u, kinks) where the shortest tangential gradient is 0.
template <class Found>
void climb_linear(const Ascent& f, VectorXd u, const Found& found) {
  const Index d = u.size();
  std::vector<int> face;
  const double scale = f.directions.rowwise().norm().dot(f.factors.cwiseAbs()) + f.base.norm();
  for (int step = 0; step < most_steps; ++step) {
    VectorXd h = f.directions * u;
    for (const int j : face) h(j) = 0;
    VectorXd gradient =
        f.base + f.directions.transpose() * (h.array() > 0).select(f.factors, 0).matrix();
    MatrixXd generators(d, static_cast<Index>(face.size()));
    VectorXd center = gradient;
    for (Index i = 0; i < generators.cols(); ++i) {
      const int j = face[static_cast<std::size_t>(i)];
      generators.col(i) = 0.5 * f.factors(j) * f.directions.row(j).transpose();
      center += generators.col(i);
    }
    const VectorXd tangential = center - center.dot(u) * u;
    VectorXd p = tangential;
    std::vector<int> kept;
    if (!face.empty()) {
      const ZonotopeMinimumNormPoint nearest =
          Zonotope(tangential, generators - u * (u.transpose() * generators)).minimum_norm_point();
      p = nearest.point;
      for (std::size_t i = 0; i < face.size(); ++i) {
        const double share = nearest.coefficients(static_cast<Index>(i));
        if (std::abs(share) < 1 - 1e-9) kept.push_back(face[i]);
      }
    }
    if (!(p.norm() > 1e-11 * scale)) {
      found(u, face);
      return;
    }
    p.normalize();
    const VectorXd slope = f.directions * p;
    // Signs along the way: of ridges that are left, by the direction.
    std::vector<std::pair<double, int>> ahead;
    for (Index j = 0; j < h.size(); ++j) {
      const int ridge = static_cast<int>(j);
      if (std::find(kept.begin(), kept.end(), ridge) != kept.end()) continue;
      const bool left = h(j) == 0;
      if (left) {
        if (slope(j) > 0) gradient += f.factors(j) * f.directions.row(j).transpose();
        continue;
      }
      double angle = std::atan2(-h(j), slope(j));
      if (angle <= 0) angle += M_PI;
      ahead.emplace_back(angle, ridge);
    }
    // The kept ones add nothing along the way: their r is orthogonal to u and p.
    std::sort(ahead.begin(), ahead.end());
    double angle = 0;
    int stopped = -1;
    for (std::size_t next = 0;; ++next) {
      double summit = std::atan2(gradient.dot(p), gradient.dot(u));
      if (summit < angle) summit += 2 * M_PI;
      const double limit = next < ahead.size() ? ahead[next].first : M_PI;
      if (summit <= limit || next == ahead.size()) {
        angle = std::min(summit, M_PI);
        break;
      }
      angle = limit;
      const int j = ahead[next].second;
      const double side = h(j) > 0 ? -1 : 1;
      gradient += side * f.factors(j) * f.directions.row(j).transpose();
      if (gradient.dot(-std::sin(angle) * u + std::cos(angle) * p) <= 0) {
        stopped = j;
        break;
      }
    }
    u = std::cos(angle) * u + std::sin(angle) * p;
    face = kept;
    if (stopped >= 0) face.push_back(stopped);
    if (!face.empty()) {  // back onto the kinks
      MatrixXd normals(d, static_cast<Index>(face.size()));
      for (Index i = 0; i < normals.cols(); ++i) {
        normals.col(i) = f.directions.row(face[static_cast<std::size_t>(i)]).transpose();
      }
      u -= normals * LeastSquares(normals).solve(u);
    }
    u.normalize();
  }
}

std::vector<VectorXd> starting_points(const RidgeFunction& f, const KktOptions& options) {
  const Index d = f.dimension();
  std::vector<VectorXd> starts;
  for (Index k = 0; k < d; ++k) {
    starts.push_back(VectorXd::Unit(d, k));
    starts.push_back(-VectorXd::Unit(d, k));
  }
  const std::size_t stride = std::max<std::size_t>(1, f.ridges().size() / 32);
  for (std::size_t j = 0; j < f.ridges().size(); j += stride) {
    VectorXd r(d);
    for (Index k = 0; k < d; ++k) {
      r(k) = f.ridges()[j].direction[static_cast<std::size_t>(k)].approximate();
    }
    if (r.norm() > 0) {
      starts.push_back(r.normalized());
      starts.push_back(-r.normalized());
    }
  }
  std::mt19937_64 random(options.seed);
  std::normal_distribution<double> normal;
  for (int i = 0; i < options.starts; ++i) {
    VectorXd u(d);
    for (double& entry : u) entry = normal(random);
    starts.push_back(u.normalized());
  }
  return starts;
}

}  // namespace

CriticalPoints search_points(const RidgeFunction& f, const KktOptions& options) {
  const RidgeCertificate certificate(f);
  CriticalPoints result;
  result.complete = false;
  result.reason = "the points were searched for from random starts";
  std::vector<VectorXd> seen;
  int unproved = 0;
  const auto add = [&](const VectorXd& u, const std::vector<int>& kinks) {
    for (const VectorXd& other : seen) {
      if ((other - u).norm() < same_point) return;
    }
    seen.push_back(u);
    if (auto point = certificate.certify(u, kinks)) {
      result.points.push_back(std::move(*point));
    } else if (unproved < most_unproved) {
      ++unproved;
      std::vector<Interval> box;
      for (const double entry : u) box.push_back(Interval::around(entry, same_point));
      result.undecided("", box);
    }
  };
  for (const int sense : {1, -1}) {
    const Ascent ascent(f, sense);
    for (const VectorXd& start : starting_points(f, options)) {
      if (f.squared()) {
        climb_quadratic(ascent, start, [&](const VectorXd& u) { add(u, {}); });
      } else {
        climb_linear(ascent, start, add);
      }
    }
  }
  return result;
}

}  // namespace filippov::detail
