#include "continuations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../geometry/least_squares.hpp"
#include "affine_continuations.hpp"
#include "face_validity.hpp"
#include "filippov/geometry/affine_section.hpp"
#include "filippov/geometry/polytope.hpp"
#include "spiral.hpp"

namespace filippov::detail {

namespace {

/// Largest number of interacting surfaces whose 3^k faces are tried one by one.
constexpr std::size_t most_enumerated = 6;
constexpr double first_order_tolerance = 1e-9;
/// Normals are dependent when a pivot is below this part of the largest one.
constexpr double dependence = 1e-10;

/// For every active surface: +-1 leave to that side, 0 slide.
using FaceChoice = std::vector<int>;

Face face_of(const LocalPoint& point, const FaceChoice& choice) {
  Face face{point.signature, {}};
  for (std::size_t k = 0; k < choice.size(); ++k) {
    const int j = point.active[k];
    if (choice[k] == 0) {
      face.sliding.push_back(j);
    } else {
      face.signature[static_cast<std::size_t>(j)] = static_cast<signed char>(choice[k]);
    }
  }
  return face;
}

/// Collects continuations that were found valid, with their velocities and kinds.
class Collection {
 public:
  Collection(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point)
      : inclusion_(inclusion), fields_(fields), point_(point) {}

  void add(const FaceChoice& choice) {
    const Face face = face_of(point_, choice);
    FaceField& field = fields_.at(face);
    field.begin(point_.t, point_.x);
    Eigen::VectorXd velocity(static_cast<Eigen::Index>(point_.x.size()));
    field.velocity(point_.t, point_.x, {velocity.data(), point_.x.size()});
    add(face, field.direction() * velocity);
  }

  void add(Face face, Eigen::VectorXd velocity) {
    double scale = 0;
    Eigen::VectorXd mode_velocity(velocity.size());
    inclusion_.selection(point_.t, point_.x, face.signature,
                         {mode_velocity.data(), point_.x.size()});
    scale = mode_velocity.lpNorm<Eigen::Infinity>();
    const bool resting =
        inclusion_.is_autonomous() && velocity.lpNorm<Eigen::Infinity>() <= 1e-12 * scale;
    Continuation c;
    c.kind = resting || (velocity.isZero(0) && inclusion_.is_autonomous())
                 ? Continuation::Kind::rest
             : face.sliding.empty() ? Continuation::Kind::leave
                                    : Continuation::Kind::slide;
    if (c.kind == Continuation::Kind::rest) velocity.setZero();
    c.face = std::move(face);
    c.velocity = std::move(velocity);
    result_.found.push_back(std::move(c));
  }

  /// Decides by the Taylor series of the face.
  void try_face(const FaceChoice& choice) {
    const Face face = face_of(point_, choice);
    switch (face_validity(inclusion_, fields_, point_, face)) {
      case Validity::valid:
        add(choice);
        break;
      case Validity::invalid:
        break;
      case Validity::undecided:
        undecided(
            fmt::format("the motion into one face next to t = {:.17g} is tangent to its "
                        "boundary to every order that was looked at",
                        point_.t));
        break;
    }
  }

  /// Rest is no more than one of many solutions where the right-hand side is not Lipschitz
  /// continuous: x' = sqrt|x| from 0.
  void check_rest() {
    constexpr std::size_t most_enumerated = 6;
    if (result_.found.size() != 1 || result_.found[0].kind != Continuation::Kind::rest ||
        point_.active.size() > most_enumerated) {
      return;
    }
    Eigen::MatrixXd dfdx;
    Eigen::VectorXd dfdt;
    for (const Cell& cell : feasible_cells(inclusion_, point_, fields_.direction())) {
      FaceField& field = fields_.at({with_signs(point_, cell.signs), {}});
      field.jacobian(point_.t, point_.x, dfdx, dfdt);
      if (dfdx.allFinite()) continue;
      undecided(fmt::format(
          "the right-hand side is not Lipschitz continuous at the point of rest reached at t = "
          "{:.17g}: solutions may leave it",
          point_.t));
      return;
    }
  }

  void undecided(std::string reason) {
    if (result_.undecided.empty()) result_.undecided = std::move(reason);
  }

  Continuations finish() {
    const auto rank = [](const Continuation& c) {
      return c.kind == Continuation::Kind::rest ? 0 : c.kind == Continuation::Kind::slide ? 1 : 2;
    };
    std::stable_sort(result_.found.begin(), result_.found.end(),
                     [&](const Continuation& a, const Continuation& b) {
                       if (rank(a) != rank(b)) return rank(a) < rank(b);
                       return a.face.sliding.size() > b.face.sliding.size();
                     });
    merge_rests();
    check_rest();
    return std::move(result_);
  }

 private:
  /// Rest is one solution, on whichever face it was found: keep it on the smallest.
  void merge_rests() {
    auto& found = result_.found;
    const auto end = std::find_if(found.begin(), found.end(), [](const Continuation& c) {
      return c.kind != Continuation::Kind::rest;
    });
    if (end - found.begin() < 2) return;
    std::iter_swap(
        found.begin(),
        std::max_element(found.begin(), end, [](const Continuation& a, const Continuation& b) {
          return a.face.sliding.size() < b.face.sliding.size();
        }));
    found.erase(found.begin() + 1, end);
  }

  const Inclusion& inclusion_;
  FaceFields& fields_;
  const LocalPoint& point_;
  Continuations result_;
};

/// Tries all 3^k faces against the cells next to the point.
class CellEnumeration {
 public:
  CellEnumeration(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                  Collection& collection)
      : inclusion_(inclusion),
        fields_(fields),
        point_(point),
        collection_(collection),
        direction_(fields.direction()),
        cells_(feasible_cells(inclusion, point, direction_)) {}

  void run() {
    const std::size_t k = point_.active.size();
    std::size_t faces = 1;
    for (std::size_t i = 0; i < k; ++i) faces *= 3;
    for (std::size_t code = 0; code < faces; ++code) {
      FaceChoice choice(k);
      std::size_t rest = code;
      for (std::size_t i = 0; i < k; ++i, rest /= 3) choice[i] = static_cast<int>(rest % 3) - 1;
      consider(choice);
    }
  }

 private:
  void consider(const FaceChoice& choice) {
    std::vector<const Cell*> adjacent;
    for (const Cell& cell : cells_) {
      bool matches = true;
      for (std::size_t i = 0; i < choice.size(); ++i) {
        matches = matches && (choice[i] == 0 || choice[i] == cell.signs[i]);
      }
      if (matches) adjacent.push_back(&cell);
    }
    if (adjacent.empty()) return;
    const auto sliding = static_cast<std::size_t>(std::count(choice.begin(), choice.end(), 0));
    if (sliding == 0) {
      consider_leaving(choice, *adjacent.front());
    } else {
      consider_sliding(choice, adjacent, sliding);
    }
  }

  void consider_leaving(const FaceChoice& choice, const Cell& cell) {
    bool tie = false;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      const double rate = choice[i] * cell.rates(k);
      if (std::abs(rate) <= first_order_tolerance * cell.rate_scales(k)) {
        tie = true;
      } else if (rate < 0) {
        return;
      }
    }
    if (tie) {
      collection_.try_face(choice);
    } else {
      collection_.add(choice);
    }
  }

  void consider_sliding(const FaceChoice& choice, const std::vector<const Cell*>& adjacent,
                        std::size_t sliding) {
    const auto n = static_cast<Eigen::Index>(point_.x.size());
    const auto count = static_cast<Eigen::Index>(sliding);
    const Cell& reference = *adjacent.front();
    Eigen::MatrixXd normals(n, count);
    Eigen::VectorXd offsets(count);
    Eigen::Index column = 0;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      if (choice[i] != 0) continue;
      const auto k = static_cast<Eigen::Index>(i);
      // Sliding on what is no surface here is leaving into the cell.
      if (reference.normals.col(k).isZero(0) &&
          is_void_surface(inclusion_, point_.t, point_.x, with_signs(point_, reference.signs),
                          point_.active[i])) {
        return;
      }
      normals.col(column) = reference.normals.col(k);
      // rate = direction (<n, f> + dh/dt)
      offsets(column++) =
          reference.normals.col(k).dot(reference.velocity) - direction_ * reference.rates(k);
    }
    Eigen::MatrixXd velocities(n, static_cast<Eigen::Index>(adjacent.size()));
    for (std::size_t c = 0; c < adjacent.size(); ++c) {
      velocities.col(static_cast<Eigen::Index>(c)) = adjacent[c]->velocity;
    }
    const auto section = minimum_norm_point(velocities, normals, offsets, first_order_tolerance);
    if (!section) return;

    const bool independent = LeastSquares(normals, dependence).rank() == count;
    const bool all_corners = adjacent.size() == std::size_t{1} << sliding;
    // Strictly moving the other surfaces, to first order?
    std::vector<int> ties;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      if (choice[i] == 0) continue;
      const auto k = static_cast<Eigen::Index>(i);
      const double drift =
          reference.rates(k) -
          direction_ * reference.normals.col(k).dot(reference.velocity - section->point);
      const double rate = choice[i] * drift;
      const double scale = reference.normals.col(k).cwiseAbs().dot(section->point.cwiseAbs() +
                                                                   reference.velocity.cwiseAbs()) +
                           reference.rate_scales(k);
      if (std::abs(rate) <= first_order_tolerance * scale) {
        // On dependent surfaces the others stay put as well: the face is empty.
        if (!independent) return;
        ties.push_back(point_.active[i]);
      } else if (rate < 0) {
        return;
      }
    }
    if (!ties.empty() && !watches(choice, ties)) return;
    if (!ties.empty() && is_empty(choice, reference, normals, section->point, ties)) return;
    if (independent && all_corners) {
      // Ends of sliding are ties too: the section then touches the boundary of the hull.
      if (ties.empty() && section->weights.minCoeff() > first_order_tolerance) {
        collection_.add(choice);
      } else {
        collection_.try_face(choice);
      }
      return;
    }
    const double scale = velocities.cwiseAbs().maxCoeff();
    if (inclusion_.is_autonomous() && section->point.cwiseAbs().maxCoeff() <= 1e-12 * scale) {
      collection_.add(face_of(point_, choice), Eigen::VectorXd::Zero(n));
    } else if (intersection_dimension(velocities, normals, offsets, first_order_tolerance) == 0 &&
               field_slides(choice, section->point)) {
      if (ties.empty()) {
        collection_.add(choice);
      } else {
        collection_.try_face(choice);
      }
    } else {
      collection_.undecided(
          fmt::format("sliding along surfaces whose normals are dependent at t = {:.17g}: no field "
                      "was found that stays on them",
                      point_.t));
    }
  }

  /// Whether the field of the face asks for the signs of all these surfaces. Where it does not, the
  /// motion along them is found as sliding on them.
  bool watches(const FaceChoice& choice, const std::vector<int>& surfaces) {
    const std::vector<Monitor>& monitors = fields_.at(face_of(point_, choice)).monitors();
    return std::all_of(surfaces.begin(), surfaces.end(), [&](int j) {
      return std::any_of(monitors.begin(), monitors.end(), [&](const Monitor& monitor) {
        return monitor.kind == Monitor::Kind::surface && monitor.surface == j;
      });
    });
  }

  /// The point moved along v for a small part of its characteristic time and back to the face.
  std::vector<double> moved(FaceField& field, const Eigen::VectorXd& v, double& time) const {
    double size = std::max(point_.size, 1e-3);
    for (const double value : point_.x) size = std::max(size, std::abs(value));
    const double elapsed = 1e-3 * size / v.lpNorm<Eigen::Infinity>();
    std::vector<double> x(point_.x.begin(), point_.x.end());
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] += elapsed * direction_ * v(static_cast<Eigen::Index>(i));
    }
    time = point_.t + direction_ * elapsed;
    field.project(time, x);
    return x;
  }

  bool vanishes(int surface, const Signature& s, double t, std::span<const double> x) const {
    const SwitchingGradient gradient = inclusion_.switching_gradient(surface, t, x, s);
    double size = point_.size;
    for (const double value : x) size = std::max(size, std::abs(value));
    size = gradient.x.lpNorm<1>() * size + std::abs(gradient.t * t);
    return std::abs(inclusion_.switching(surface, t, x, s)) <= 1e-12 * size;
  }

  /// Whether the face has no points next to this one: no direction along the surfaces slid on leads
  /// strictly to the wanted sides of the others, and along v those that are not left vanish, so
  /// that curvature does not help.
  bool is_empty(const FaceChoice& choice, const Cell& reference, const Eigen::MatrixXd& normals,
                const Eigen::VectorXd& v, const std::vector<int>& ties) {
    const LeastSquares span(normals);
    std::vector<Eigen::VectorXd> directions;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      if (choice[i] == 0) continue;
      const Eigen::VectorXd normal =
          choice[i] * reference.normals.col(static_cast<Eigen::Index>(i)).normalized();
      directions.push_back(normal - normals * span.solve(normal));
    }
    Eigen::MatrixXd points(v.size(), static_cast<Eigen::Index>(directions.size()));
    for (std::size_t i = 0; i < directions.size(); ++i) {
      points.col(static_cast<Eigen::Index>(i)) = directions[i];
    }
    // Gordan: d with <points, d> > 0 exists if and only if 0 is not in their hull.
    if (Polytope(points).minimum_norm_point().point.norm() > first_order_tolerance) return false;
    FaceField& field = fields_.at(face_of(point_, choice));
    double t = point_.t;
    std::vector<double> x(point_.x.begin(), point_.x.end());
    if (!v.isZero(0)) x = moved(field, v, t);
    return std::all_of(ties.begin(), ties.end(),
                       [&](int j) { return vanishes(j, field.face().signature, t, x); });
  }

  /// Where the normals are dependent the multipliers are not determined. The field of the face
  /// takes one choice of them; it will do if it has the only sliding velocity v, with multipliers
  /// inside the box, and if the motion stays on all of the surfaces.
  bool field_slides(const FaceChoice& choice, const Eigen::VectorXd& v) {
    FaceField& field = fields_.at(face_of(point_, choice));
    field.begin(point_.t, point_.x);
    const Eigen::VectorXd u = field.multipliers(point_.t, point_.x);
    if (!u.allFinite() || u.cwiseAbs().maxCoeff() > 1 - first_order_tolerance) return false;
    Eigen::VectorXd velocity(v.size());
    field.velocity(point_.t, point_.x, {velocity.data(), point_.x.size()});
    const double error = (direction_ * velocity - v).lpNorm<Eigen::Infinity>();
    if (error > 1e-7 * v.lpNorm<Eigen::Infinity>()) return false;
    double t = 0;
    const std::vector<double> x = moved(field, v, t);
    const std::vector<int>& sliding = field.face().sliding;
    return std::all_of(sliding.begin(), sliding.end(),
                       [&](int j) { return vanishes(j, field.face().signature, t, x); });
  }

  const Inclusion& inclusion_;
  FaceFields& fields_;
  const LocalPoint& point_;
  Collection& collection_;
  double direction_;
  std::vector<Cell> cells_;
};

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
void exclude_spirals(const Inclusion& inclusion, const LocalPoint& point, double direction,
                     Collection& collection) {
  if (point.active.size() != 2) return;
  const auto growth = spiral_growth(feasible_cells(inclusion, point, direction));
  if (!growth || *growth < 1 - first_order_tolerance) return;
  collection.undecided(fmt::format(
      "solutions {}spiral out of {} = 0, {} = 0 at t = {:.17g}, crossing both "
      "infinitely often at once (growth {:.6g} a turn): they cannot be followed",
      *growth > 1 + first_order_tolerance ? "" : "may ", inclusion.surface_name(point.active[0]),
      inclusion.surface_name(point.active[1]), point.t, *growth));
}

}  // namespace

Verdict Continuations::verdict() const {
  if (found.size() > 1) return Verdict::branching;
  return found.size() == 1 && undecided.empty() ? Verdict::unique : Verdict::undecided;
}

Continuations find_continuations(const Inclusion& inclusion, FaceFields& fields,
                                 const LocalPoint& point, const std::vector<int>& settled) {
  Collection collection(inclusion, fields, point);
  if (point.active.empty()) {
    collection.add(FaceChoice{});
    return collection.finish();
  }
  exclude_spirals(inclusion, point, fields.direction(), collection);
  std::vector<int> order = point.active;
  if (normals_independent(inclusion, point)) {
    if (const auto columns = inclusion.affine_columns(order, point.t, point.x, point.signature)) {
      AffineContinuations affine(inclusion, point, *columns, fields.direction());
      affine.run(settled);
      for (const FaceChoice& choice : affine.certain()) collection.add(choice);
      for (const FaceChoice& choice : affine.ties()) collection.try_face(choice);
      if (!affine.undecided().empty()) collection.undecided(affine.undecided());
      return collection.finish();
    }
  }
  if (point.active.size() > most_enumerated) {
    collection.undecided(fmt::format(
        "{} surfaces meet at t = {:.17g} and the right-hand side is not affine in their signs: at "
        "most {} can be decided",
        point.active.size(), point.t, most_enumerated));
    return collection.finish();
  }
  CellEnumeration(inclusion, fields, point, collection).run();
  return collection.finish();
}

}  // namespace filippov::detail
