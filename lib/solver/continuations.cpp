#include "continuations.hpp"

#include <fmt/format.h>

#include "../geometry/least_squares.hpp"
#include "affine_continuations.hpp"
#include "cell_enumeration.hpp"
#include "filippov/geometry/polytope.hpp"
#include "monotone_continuation.hpp"
#include "sliding_ambiguity.hpp"
#include "spiral.hpp"

namespace filippov::detail {

namespace {

/// To stay is a solution wherever 0 is in F, even if the selection does not slide, or does so with
/// another velocity. Where the sliding velocities are a set, rest is among them.
void consider_rest(const Inclusion& inclusion, const LocalPoint& point, double direction,
                   ContinuationCollection& collection) {
  if (!inclusion.is_autonomous()) return;
  const std::vector<Cell> cells = feasible_cells(inclusion, point, direction);
  if (cells.empty()) return;
  const Eigen::MatrixXd velocities =
      velocities_of(cells, static_cast<Eigen::Index>(point.x.size()));
  if (!velocities.allFinite()) return;
  // Not where a component has one sign in all of F, however slow it is.
  for (const auto& row : velocities.rowwise()) {
    if (row.minCoeff() > 0 || row.maxCoeff() < 0) return;
  }
  const double zero = 1e-12 * velocities.cwiseAbs().maxCoeff();
  if (Polytope(velocities).minimum_norm_point().point.norm() > zero) return;
  for (const Continuation& c : collection.found()) {
    if (c.kind == Continuation::Kind::rest) return;
    if (c.kind == Continuation::Kind::slide &&
        sliding_ambiguity(inclusion, c.face, point.t, point.x)) {
      return;
    }
  }
  const FaceChoice all(point.active.size(), 0);
  collection.add(face_of(point, all), Eigen::VectorXd::Zero(velocities.rows()));
}

bool normals_independent(const Inclusion& inclusion, const LocalPoint& point) {
  const auto n = static_cast<Eigen::Index>(point.x.size());
  const auto k = static_cast<Eigen::Index>(point.active.size());
  if (k <= 1) return true;
  Eigen::MatrixXd normals(n + 1, k);
  bool disjoint = true;  // no coordinate in two of them
  std::vector<bool> taken(static_cast<std::size_t>(n) + 1, false);
  for (Eigen::Index j = 0; j < k; ++j) {
    const SwitchingGradient gradient = inclusion.switching_gradient(
        point.active[static_cast<std::size_t>(j)], point.t, point.x, point.signature);
    normals.col(j) << gradient.x, gradient.t;
    const double length = normals.col(j).norm();
    if (length > 0) normals.col(j) /= length;
    disjoint = disjoint && length > 0;
    for (Eigen::Index i = 0; disjoint && i <= n; ++i) {
      if (normals(i, j) == 0) continue;
      disjoint = !taken[static_cast<std::size_t>(i)];
      taken[static_cast<std::size_t>(i)] = true;
    }
  }
  if (disjoint) return true;
  return LeastSquares(normals, dependence).rank() == k;
}

/// A solution in a face is not all: those that spiral out are in none.
void exclude_spirals(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                     ContinuationCollection& collection) {
  if (point.active.size() != 2) return;
  const std::vector<Cell> cells = feasible_cells(inclusion, point, fields.direction());
  auto growth = spiral_growth(cells);
  if (!growth) {
    growth = second_order_spiral_growth(fields, point, cells);
    // Closed orbits around the point leave it alone.
    if (growth && *growth <= 1 + first_order_tolerance) return;
  }
  if (!growth || *growth < 1 - first_order_tolerance) return;
  collection.undecided(fmt::format(
      "solutions {}spiral out of {} = 0, {} = 0 at t = {:.17g}, crossing both "
      "infinitely often at once (growth {:.6g} a turn): they cannot be followed",
      *growth > 1 + first_order_tolerance ? "" : "may ", inclusion.surface_name(point.active[0]),
      inclusion.surface_name(point.active[1]), point.t, *growth));
}

/// Adds the one continuation where solutions are known to be unique. False: they are not, or its
/// face is not known.
bool add_monotone(const Inclusion& inclusion, const LocalPoint& point, FaceFields& fields,
                  ContinuationCollection& collection) {
  const auto unique = monotone_continuation(inclusion, point, fields.direction());
  if (!unique) return false;
  if (unique->rests) {
    collection.add(face_of(point, unique->choice),
                   Eigen::VectorXd::Zero(static_cast<Eigen::Index>(point.x.size())));
    return true;
  }
  collection.try_face(unique->choice);
  return !collection.found().empty();
}

}  // namespace

Verdict Continuations::verdict() const {
  if (found.size() > 1) return Verdict::branching;
  return found.size() == 1 && undecided.empty() ? Verdict::unique : Verdict::undecided;
}

std::string Continuations::count() const {
  if (left_out == 0) return fmt::format("{}", found.size());
  return fmt::format("{} of {:.17g}", found.size(), static_cast<double>(found.size()) + left_out);
}

Continuations find_continuations(const Inclusion& inclusion, FaceFields& fields,
                                 const LocalPoint& point, const std::vector<int>& settled) {
  ContinuationCollection collection(inclusion, fields, point);
  if (point.active.empty()) {
    collection.add(FaceChoice{});
    return collection.finish();
  }
  exclude_spirals(inclusion, fields, point, collection);
  std::vector<int> order = point.active;
  if (normals_independent(inclusion, point)) {
    if (const auto columns = inclusion.affine_columns(order, point.t, point.x, point.signature)) {
      AffineContinuations affine(inclusion, point, *columns, fields.direction());
      affine.run(settled);
      for (const FaceChoice& choice : affine.certain()) collection.add(choice);
      for (const FaceChoice& choice : affine.ties()) collection.try_face(choice);
      if (!affine.undecided().empty()) collection.undecided(affine.undecided());
      collection.left_out(affine.left_out());
      if (!affine.ties().empty()) {
        consider_rest(inclusion, point, fields.direction(), collection);
      }
      return collection.finish();
    }
  }
  if (point.active.size() > most_enumerated && add_monotone(inclusion, point, fields, collection)) {
    return collection.finish();
  }
  if (!enumerate_cells(inclusion, fields, point, collection)) {
    collection.undecided(
        fmt::format("{} surfaces meet at t = {:.17g}, with too many cells or faces next to the "
                    "point (more than {} or {})",
                    point.active.size(), point.t, most_cells, most_faces));
    return collection.finish();
  }
  consider_rest(inclusion, point, fields.direction(), collection);
  return collection.finish();
}

}  // namespace filippov::detail
