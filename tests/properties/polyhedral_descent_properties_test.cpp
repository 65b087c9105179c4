// Descents of convex functions that are piecewise affine, against motion along the subgradients of
// least norm from one breakpoint to the next.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <vector>

#include "filippov/geometry/polytope.hpp"
#include "filippov/geometry/zonotope.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/solve.hpp"

using namespace filippov;

namespace {

using Random = std::mt19937_64;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double end = 4;
constexpr double on = 1e-9;  ///< a piece is active, a rate zero

/// Rows a of small integers, of which none is zero, and offsets b.
struct Pieces {
  MatrixXd a;
  VectorXd b;
};

Pieces random_pieces(Random& random, Index count, Index dimension) {
  const auto integer = [&](int most) {
    return static_cast<double>(random() % static_cast<unsigned>(2 * most + 1)) - most;
  };
  Pieces pieces{MatrixXd(count, dimension), VectorXd(count)};
  for (Index i = 0; i < count; ++i) {
    do {
      for (Index j = 0; j < dimension; ++j) pieces.a(i, j) = integer(2);
    } while (pieces.a.row(i).isZero(0));
    pieces.b(i) = random() % 2 == 0 ? 0 : integer(2) / 2;
  }
  return pieces;
}

/// a_i.x - b_i
template <class Variables>
auto affine_function(const Pieces& pieces, Index i, const Variables& x) {
  auto h = 0 * x[0] - pieces.b(i);
  for (Index j = 0; j < pieces.a.cols(); ++j) {
    h = h + pieces.a(i, j) * x[static_cast<std::size_t>(j)];
  }
  return h;
}

VectorXd random_start(Random& random, Index dimension) {
  VectorXd x(dimension);
  for (double& entry : x) entry = std::uniform_real_distribution<double>(-2, 2)(random);
  return x;
}

/// Moves x with the velocity that `velocity` says, to where one of `events` is next, until the end.
template <class Velocity, class Event>
VectorXd follow(VectorXd x, const Velocity& velocity, const Event& next_event) {
  double t = 0;
  for (int piece = 0; piece < 1000 && t < end; ++piece) {
    const VectorXd v = velocity(x);
    if (v.norm() < 1e-8) break;
    const double elapsed = std::min(end - t, next_event(x, v));
    x += elapsed * v;
    t += elapsed;
  }
  return x;
}

/// sum_i w_i |a_i.x - b_i|: minus its subdifferential is a zonotope.
VectorXd end_of_sum(const Pieces& pieces, const VectorXd& w, const VectorXd& start) {
  return follow(
      start,
      [&](const VectorXd& x) -> VectorXd {
        const VectorXd h = pieces.a * x - pieces.b;
        VectorXd center = VectorXd::Zero(x.size());
        MatrixXd generators(x.size(), 0);
        for (Index i = 0; i < h.size(); ++i) {
          const VectorXd generator = w(i) * pieces.a.row(i).transpose();
          if (std::abs(h(i)) > on) {
            center -= (h(i) > 0 ? 1 : -1) * generator;
          } else {
            generators.conservativeResize(Eigen::NoChange, generators.cols() + 1);
            generators.rightCols<1>() = generator;
          }
        }
        return Zonotope(center, generators).minimum_norm_point().point;
      },
      [&](const VectorXd& x, const VectorXd& v) {
        const VectorXd h = pieces.a * x - pieces.b;
        const VectorXd rate = pieces.a * v;
        double first = end;
        for (Index i = 0; i < h.size(); ++i) {
          if (std::abs(h(i)) > on && h(i) * rate(i) < -on * on) {
            first = std::min(first, -h(i) / rate(i));
          }
        }
        return first;
      });
}

/// max_i a_i.x - b_i: its subdifferential is the hull of the active a_i.
VectorXd end_of_maximum(const Pieces& pieces, const VectorXd& start) {
  return follow(
      start,
      [&](const VectorXd& x) -> VectorXd {
        const VectorXd h = pieces.a * x - pieces.b;
        MatrixXd active(x.size(), 0);
        for (Index i = 0; i < h.size(); ++i) {
          if (h(i) < h.maxCoeff() - on) continue;
          active.conservativeResize(Eigen::NoChange, active.cols() + 1);
          active.rightCols<1>() = -pieces.a.row(i).transpose();
        }
        return Polytope(active).minimum_norm_point().point;
      },
      [&](const VectorXd& x, const VectorXd& v) {
        const VectorXd h = pieces.a * x - pieces.b;
        const VectorXd rate = pieces.a * v;
        Index top = 0;
        h.maxCoeff(&top);
        // Of the active ones, v decreases those most that stay: their rate is the largest.
        for (Index i = 0; i < h.size(); ++i) {
          if (h(i) >= h(top) - on && rate(i) > rate(top)) top = i;
        }
        double first = end;
        for (Index i = 0; i < h.size(); ++i) {
          if (h(i) < h(top) - on && rate(i) > rate(top) + on) {
            first = std::min(first, (h(top) - h(i)) / (rate(i) - rate(top)));
          }
        }
        return first;
      });
}

/// Solves from `start` and compares; false: undecided.
bool agrees(const Function& f, const VectorXd& start, const VectorXd& expected) {
  SolverOptions options;
  options.rtol = 1e-11;
  options.atol = 1e-13;
  const Solution solution =
      solve(descent(f), {0, end, std::vector<double>(start.begin(), start.end())}, options);
  if (solution.status == Status::undecided) return false;
  CHECK(solution.ambiguous.empty());
  const Eigen::Map<const VectorXd> last(solution.x.data(), start.size());
  CHECK_MESSAGE((last - expected).lpNorm<Eigen::Infinity>() < 1e-7, f.text());
  return true;
}

}  // namespace

TEST_CASE("descents of weighted sums of absolute values") {
  Random random(5);
  int undecided = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const auto dimension = static_cast<Index>(2 + random() % 5);
    const auto count = static_cast<Index>(3 + random() % 9);
    const Pieces pieces = random_pieces(random, count, dimension);
    VectorXd w(count);
    for (double& entry : w) entry = 0.25 * static_cast<double>(1 + random() % 8);
    const VectorXd start = random_start(random, dimension);
    const Function f(static_cast<int>(dimension), [&](const auto& x) {
      auto sum = 0 * x[0];
      for (Index i = 0; i < count; ++i) {
        sum = sum + w(i) * abs(affine_function(pieces, i, x));
      }
      return sum;
    });
    undecided += agrees(f, start, end_of_sum(pieces, w, start)) ? 0 : 1;
  }
  CHECK(undecided == 0);
}

TEST_CASE("descents of maxima of affine functions") {
  Random random(6);
  int undecided = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const auto dimension = static_cast<Index>(1 + random() % 3);
    const auto count = static_cast<Index>(2 + random() % 8);
    const Pieces pieces = random_pieces(random, count, dimension);
    const VectorXd start = random_start(random, dimension);
    const Function f(static_cast<int>(dimension), [&](const auto& x) {
      std::optional<std::decay_t<decltype(x[0])>> largest;
      for (Index i = 0; i < count; ++i) {
        const auto h = affine_function(pieces, i, x);
        largest = largest ? max(*largest, h) : h;
      }
      return *largest;
    });
    undecided += agrees(f, start, end_of_maximum(pieces, start)) ? 0 : 1;
  }
  CHECK(undecided <= 3);
}
