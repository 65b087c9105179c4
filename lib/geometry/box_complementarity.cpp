#include "filippov/geometry/box_complementarity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "checks.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/zonotope.hpp"
#include "linear_system.hpp"

namespace filippov {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

using Face = std::vector<int>;

class Problem {
 public:
  Problem(const VectorXd& b, const MatrixXd& M, double tolerance, const char* where)
      : offset_(b), matrix_(M), tolerance_(tolerance) {
    detail::require_size(M.rows(), b.size(), where, "rows of M");
    detail::require_size(M.cols(), b.size(), where, "columns of M");
    detail::require_finite(b, where);
    detail::require_finite(M, where);
    row_size_ = M.cwiseAbs().rowwise().sum();
    zero_ = tolerance * (row_size_ + b.cwiseAbs());
  }

  Index size() const { return offset_.size(); }
  const VectorXd& offset() const { return offset_; }
  const MatrixXd& matrix() const { return matrix_; }
  /// A bound of |w_i| over the box.
  double row_bound(Index i) const { return row_size_[i] + std::abs(offset_[i]); }
  double largest_row() const { return row_size_.size() == 0 ? 0 : row_size_.maxCoeff(); }
  VectorXd w(const VectorXd& u) const { return offset_ + matrix_ * u; }

  /// u with u_i = face_i where that is not 0, and w_i = 0 elsewhere; nullopt if that block of M is
  /// singular to the tolerance.
  std::optional<VectorXd> vertex_of(const Face& face) const {
    std::vector<Index> inside;
    VectorXd u = VectorXd::Zero(size());
    for (Index i = 0; i < size(); ++i) {
      u[i] = face[i];
      if (face[i] == 0) inside.push_back(i);
    }
    if (inside.empty()) return u;
    // A row far below the rest of M is rounding left over from cancellation, hence the whole row.
    VectorXd scale = row_size_(inside);
    if (scale.minCoeff() == 0) return std::nullopt;
    scale = scale.cwiseInverse();
    const MatrixXd block = scale.asDiagonal() * matrix_(inside, inside);
    const VectorXd right_side = -(scale.asDiagonal() * w(u)(inside));
    const detail::LinearSystem system(block);
    if (system.smallest_pivot() <= 1e-3 * tolerance_) return std::nullopt;
    u(inside) = system.solve(right_side);
    return u;
  }

  /// What face i must become for u_i and w_i not to violate the conditions; face[i] if they do not.
  int corrected(const Face& face, Index i, const VectorXd& u, const VectorXd& w) const {
    if (face[i] == 0) return u[i] > 1 + tolerance_ ? 1 : u[i] < -1 - tolerance_ ? -1 : 0;
    return face[i] * w[i] < -zero_[i] ? 0 : face[i];
  }

  bool violated(Index i, const VectorXd& u, const VectorXd& w) const {
    if (std::abs(u[i]) > 1 + tolerance_) return true;
    return (w[i] > zero_[i] && u[i] < 1 - tolerance_) ||
           (w[i] < -zero_[i] && u[i] > tolerance_ - 1);
  }

  bool is_solution(const VectorXd& u) const {
    const VectorXd values = w(u);
    for (Index i = 0; i < size(); ++i) {
      if (violated(i, u, values)) return false;
    }
    return true;
  }

  BoxComplementaritySolution solution(const VectorXd& u) const {
    BoxComplementaritySolution result;
    result.u = u.cwiseMax(-1).cwiseMin(1);
    result.w = w(result.u);
    for (Index i = 0; i < size(); ++i) {
      const bool at_bound = std::abs(u[i]) >= 1 - tolerance_;
      result.face.push_back(!at_bound ? 0 : u[i] > 0 ? 1 : -1);
      if (at_bound && std::abs(result.w[i]) <= zero_[i]) result.degenerate = true;
    }
    return result;
  }

  /// Some solution in the closure of a face. There are slacks t_i >= 0 with b + M u = t_i face_i
  /// (and 0 inside the face); t_i is bounded, so this asks whether a zonotope contains 0.
  std::optional<VectorXd> any_solution_in(const Face& face) const {
    VectorXd center = offset_;
    MatrixXd generators = matrix_;
    for (Index i = 0; i < size(); ++i) {
      if (face[i] == 0) continue;
      center += face[i] * matrix_.col(i);
      generators.col(i).setZero();
    }
    for (Index i = 0; i < size(); ++i) {
      if (face[i] == 0) continue;
      const double half = row_bound(i) / 2;
      center[i] -= face[i] * half;
      generators(i, i) = half;
    }
    // The column of a fixed u_i is free to carry its slack.
    for (Index i = 0; i < size(); ++i) {
      const double scale = zero_[i] > 0 ? tolerance_ / zero_[i] : 1.0;
      center[i] *= scale;
      generators.row(i) *= scale;
    }
    VectorXd u = Zonotope(center, generators).minimum_norm_point().coefficients;
    for (Index i = 0; i < size(); ++i) {
      if (face[i] != 0) u[i] = face[i];
    }
    if (is_solution(u)) return u;
    return std::nullopt;
  }

 private:
  const VectorXd& offset_;
  const MatrixXd& matrix_;
  double tolerance_;
  VectorXd row_size_;
  VectorXd zero_;
};

/// Block principal pivoting: put every index where it should be, all at once, as long as the number
/// of misplaced ones falls now and then. Fast and mostly successful, but it may cycle.
std::optional<VectorXd> pivot_blocks(const Problem& problem, Face& face, int& systems) {
  constexpr int patience = 8;
  Index fewest = problem.size() + 1;
  for (int stalled = 0; stalled <= patience;) {
    ++systems;
    std::optional<VectorXd> u = problem.vertex_of(face);
    if (!u) return std::nullopt;
    const VectorXd w = problem.w(*u);
    Index changes = 0;
    for (Index i = 0; i < problem.size(); ++i) {
      const int next = problem.corrected(face, i, *u, w);
      changes += next != face[i];
      face[i] = next;
    }
    if (changes == 0) return u;
    stalled = changes < fewest ? 0 : stalled + 1;
    fewest = std::min(fewest, changes);
  }
  return std::nullopt;
}

/// Lets x_p and y_p change places in y = table x + constant + theta slope; false if the pivot is
/// zero to working precision.
bool exchange(Index p, MatrixXd& table, VectorXd& constant, VectorXd& slope) {
  const double pivot = table(p, p);
  if (std::abs(pivot) <= 1e-13 * table.row(p).cwiseAbs().maxCoeff()) return false;
  const VectorXd column = table.col(p);
  const Eigen::RowVectorXd row = table.row(p) / -pivot;
  table.noalias() += column * row;
  table.col(p) = column / pivot;
  table.row(p) = row;
  table(p, p) = 1 / pivot;
  for (VectorXd* side : {&constant, &slope}) {
    const double own = (*side)[p] / pivot;
    *side -= column * own;
    (*side)[p] = -own;
  }
  return true;
}

/// Parametric principal pivoting: follow the solutions of the problem with b + theta d in place of
/// b from theta = 1, where d is so large that u = sign(d) is the only one, to theta = 0.
///
/// On a face the path is a straight line; at its end one index changes its place, which is one
/// pivot of the table  y = T x + q,  where x_i, y_i are u_i, w_i outside and w_i, u_i inside. The
/// path cannot come back to where it started nor leave the box, so it ends at theta = 0 if no two
/// indices hit their bounds together; the lengths in d are spread to avoid that. If -M is a
/// P-matrix, theta falls all the way. Returns false on a singular block.
bool follow_path(const Problem& problem, Face& face, int& systems) {
  const Index size = problem.size();
  MatrixXd table = problem.matrix();
  VectorXd constant = problem.offset();
  VectorXd slope(size);
  for (Index i = 0; i < size; ++i) {
    face[i] = constant[i] >= 0 ? 1 : -1;
    // Multiples of the golden ratio modulo 1 are spread evenly and have no simple ratios.
    const double spread = std::fmod(0.6180339887498949 * static_cast<double>(i + 1), 1.0);
    slope[i] = face[i] * (1.5 + spread) * std::max(problem.row_bound(i), 1e-300);
  }
  double heading = -1;  // the direction in which theta moves
  for (Index step = 0; step < 100 + 50 * size; ++step) {
    VectorXd x(size);
    for (Index i = 0; i < size; ++i) x[i] = face[i];
    const VectorXd value = table * x + constant;  // y = value + theta * slope

    // The first bound on the way: u_i = +-1 inside, w_i = 0 outside.
    Index first = -1;
    double theta = 0;
    for (Index i = 0; i < size; ++i) {
      const double speed = heading * slope[i];
      if (face[i] == 0 ? speed == 0 : face[i] * speed >= 0) continue;
      const double bound = face[i] != 0 ? 0 : speed > 0 ? 1 : -1;
      const double reached = (bound - value[i]) / slope[i];
      if (first < 0 || heading * (reached - theta) < 0) {
        first = i;
        theta = reached;
      }
    }
    if (first < 0 || (heading < 0 && theta <= 0)) return heading < 0;

    const int bound = face[first] != 0 ? face[first] : heading * slope[first] > 0 ? 1 : -1;
    ++systems;
    if (!exchange(first, table, constant, slope)) return false;
    // Onwards, so that u_i leaves its bound or w_i gets the sign of the bound.
    const bool rising = bound * slope[first] > 0;
    heading = (face[first] != 0) == rising ? -1 : 1;
    face[first] = face[first] != 0 ? 0 : bound;
  }
  return false;
}

std::optional<VectorXd> find_solution(const Problem& problem, Face& face, int& systems) {
  if (auto u = pivot_blocks(problem, face, systems)) return u;
  if (!follow_path(problem, face, systems)) return std::nullopt;
  // The face is right up to rounding; this solves its system afresh.
  return pivot_blocks(problem, face, systems);
}

}  // namespace

BoxComplementarityResult solve_box_complementarity(const VectorXd& b, const MatrixXd& M,
                                                   double tolerance) {
  const Problem problem(b, M, tolerance, "solve_box_complementarity");
  Face face(b.size());
  for (Index i = 0; i < b.size(); ++i) face[i] = b[i] >= 0 ? 1 : -1;

  BoxComplementarityResult result;
  const auto accept = [&](const VectorXd& u) {
    result.status = BoxComplementarityStatus::solved;
    result.solution = problem.solution(u);
    return result;
  };
  const auto direct = find_solution(problem, face, result.pivots);
  if (direct && problem.is_solution(*direct)) return accept(*direct);

  // Proximal steps: b + M u - mu (u - previous u) has a P-matrix even if M is singular, and at a
  // fixed point the additional term is zero.
  result.regularised = true;
  const double mu = 1e-6 * problem.largest_row();
  if (mu == 0) return result;
  const MatrixXd regular = M - mu * MatrixXd::Identity(b.size(), b.size());
  VectorXd u = VectorXd::Zero(b.size());
  for (int step = 0; step < 40; ++step) {
    const VectorXd shifted = b + mu * u;
    const Problem proximal(shifted, regular, 1e-3 * tolerance, "solve_box_complementarity");
    const auto next = find_solution(proximal, face, result.pivots);
    if (!next) return result;
    u = next->cwiseMax(-1).cwiseMin(1);
    if (problem.is_solution(u)) return accept(u);
  }
  return result;
}

BoxComplementaritySolutions all_solutions(const VectorXd& b, const MatrixXd& M, double tolerance) {
  const Problem problem(b, M, tolerance, "all_solutions");
  constexpr Index largest = 10;
  if (b.size() > largest) {
    throw Error(
        fmt::format("all_solutions: expected at most {} unknowns (there are 3^k faces), got {}",
                    largest, b.size()));
  }
  BoxComplementaritySolutions result;
  Face face(b.size(), -1);
  while (true) {
    if (const auto u = problem.vertex_of(face)) {
      if (problem.is_solution(*u)) {
        auto solution = problem.solution(*u);
        const auto same = [&](const BoxComplementaritySolution& other) {
          return (other.u - solution.u).lpNorm<Eigen::Infinity>() <= 1e3 * tolerance;
        };
        auto& list = solution.degenerate ? result.degenerate : result.regular;
        if (std::ranges::none_of(list, same)) list.push_back(std::move(solution));
      }
    } else if (const auto any = problem.any_solution_in(face)) {
      auto solution = problem.solution(*any);
      solution.face = face;
      result.singular.push_back(std::move(solution));
    }
    // The next face, counting in base three.
    Index digit = b.size() - 1;
    while (digit >= 0 && face[digit] == 1) face[digit--] = -1;
    if (digit < 0) return result;
    ++face[digit];
  }
}

}  // namespace filippov
