#include "cell_enumeration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "../geometry/least_squares.hpp"
#include "filippov/geometry/affine_section.hpp"
#include "filippov/geometry/polytope.hpp"
#include "tangent_velocities.hpp"

namespace filippov::detail {

namespace {

/// A rate below this part of those of the other selections is rounding.
constexpr double rounding = 1e-11;

/// Tries the faces against the cells next to the point: all 3^k, or, where the surfaces are many,
/// those that cells have in common. For hyperplanes two cells are enough: a cell and its image by
/// reflection in a face agree in the signs of the face.
class CellEnumeration {
 public:
  CellEnumeration(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                  ContinuationCollection& collection)
      : inclusion_(inclusion),
        fields_(fields),
        point_(point),
        collection_(collection),
        direction_(fields.direction()),
        cells_(feasible_cells(inclusion, point, direction_)) {
    largest_.setZero(static_cast<Eigen::Index>(point.x.size()));
    for (const Cell& cell : cells_) largest_ = largest_.cwiseMax(cell.velocity.cwiseAbs());
  }

  /// False: the cells or faces are too many.
  bool run() {
    const std::size_t k = point_.active.size();
    if (k > most_enumerated) return run_common();
    std::size_t faces = 1;
    for (std::size_t i = 0; i < k; ++i) faces *= 3;
    for (std::size_t code = 0; code < faces; ++code) {
      FaceChoice choice(k);
      std::size_t rest = code;
      for (std::size_t i = 0; i < k; ++i, rest /= 3) choice[i] = static_cast<int>(rest % 3) - 1;
      consider(choice);
    }
    return true;
  }

 private:
  bool run_common() {
    std::set<FaceChoice> faces;
    std::vector<FaceChoice> latest;
    for (const Cell& cell : cells_) latest.push_back(cell.signs);
    faces.insert(latest.begin(), latest.end());
    // Two cells are enough but where surfaces bend on one another.
    const bool bend = std::any_of(point_.active.begin(), point_.active.end(),
                                  [&](int j) { return inclusion_.depends_on_signs(j); });
    do {
      std::vector<FaceChoice> found;
      for (const FaceChoice& choice : latest) {
        for (const Cell& cell : cells_) {
          FaceChoice common = choice;
          for (std::size_t i = 0; i < common.size(); ++i) {
            if (common[i] != cell.signs[i]) common[i] = 0;
          }
          if (faces.insert(common).second) found.push_back(std::move(common));
          if (faces.size() > most_faces) return false;
        }
      }
      latest = std::move(found);
    } while (bend && !latest.empty());
    for (const FaceChoice& choice : faces) consider(choice);
    return !faces.empty();
  }

  std::vector<const Cell*> next_to(const FaceChoice& choice) const {
    std::vector<const Cell*> adjacent;
    for (const Cell& cell : cells_) {
      bool matches = true;
      for (std::size_t i = 0; i < choice.size(); ++i) {
        matches = matches && (choice[i] == 0 || choice[i] == cell.signs[i]);
      }
      if (matches) adjacent.push_back(&cell);
    }
    return adjacent;
  }

  void consider(const FaceChoice& choice) {
    const std::vector<const Cell*> adjacent = next_to(choice);
    if (adjacent.empty()) return;
    if (std::count(choice.begin(), choice.end(), 0) == 0) {
      consider_leaving(choice, *adjacent.front());
    } else {
      consider_sliding(choice, adjacent);
    }
  }

  void consider_leaving(const FaceChoice& choice, const Cell& cell) {
    bool tie = false;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      if (cell.is_void[i]) continue;
      const double rate = choice[i] * cell.rates(k);
      if (is_zero(rate, cell, k)) {
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

  /// Whether a rate is what rounding leaves of zero.
  bool is_zero(double rate, const Cell& cell, Eigen::Index surface) const {
    return std::abs(rate) <= first_order_tolerance * cell.rate_scales(surface) ||
           std::abs(rate) <= rounding * cell.normals.col(surface).cwiseAbs().dot(largest_);
  }

  /// The surfaces of a face, each with its normal; where that depends on the cell, several times.
  struct Rows {
    std::vector<std::size_t> surface;  ///< place in `active`
    std::vector<const Cell*> cell;     ///< whose normal it is
    Eigen::MatrixXd normals;
    Eigen::VectorXd offsets;  ///< <normal, v> for v that keep h
  };

  Rows rows_of(const std::vector<std::size_t>& surfaces,
               const std::vector<const Cell*>& adjacent) const {
    Rows rows;
    for (const std::size_t i : surfaces) {
      const auto k = static_cast<Eigen::Index>(i);
      std::vector<const Cell*> distinct;
      for (const Cell* cell : adjacent) {
        if (cell->is_void[i]) continue;
        const bool seen = std::any_of(distinct.begin(), distinct.end(), [&](const Cell* other) {
          return other->normals.col(k) == cell->normals.col(k);
        });
        if (!seen) distinct.push_back(cell);
      }
      for (const Cell* cell : distinct) {
        rows.surface.push_back(i);
        rows.cell.push_back(cell);
      }
    }
    const auto count = static_cast<Eigen::Index>(rows.surface.size());
    rows.normals.resize(static_cast<Eigen::Index>(point_.x.size()), count);
    rows.offsets.resize(count);
    for (Eigen::Index r = 0; r < count; ++r) {
      const Cell& cell = *rows.cell[static_cast<std::size_t>(r)];
      const auto k = static_cast<Eigen::Index>(rows.surface[static_cast<std::size_t>(r)]);
      rows.normals.col(r) = cell.normals.col(k);
      // rate = direction (<n, f> + dh/dt)
      rows.offsets(r) = cell.normals.col(k).dot(cell.velocity) - direction_ * cell.rates(k);
    }
    return rows;
  }

  /// Rates of the rows' surfaces for the selections of the cells.
  Eigen::MatrixXd rates_of(const Rows& rows, const std::vector<const Cell*>& adjacent) const {
    Eigen::MatrixXd rates(rows.normals.cols(), static_cast<Eigen::Index>(adjacent.size()));
    for (Eigen::Index r = 0; r < rates.rows(); ++r) {
      const auto k = static_cast<Eigen::Index>(rows.surface[static_cast<std::size_t>(r)]);
      for (std::size_t c = 0; c < adjacent.size(); ++c) {
        const Cell& cell = *adjacent[c];
        const bool own = cell.normals.col(k) == rows.normals.col(r);
        const double rate =
            own ? cell.rates(k)
                : direction_ * (rows.normals.col(r).dot(cell.velocity) - rows.offsets(r));
        rates(r, static_cast<Eigen::Index>(c)) = is_zero(rate, cell, k) ? 0 : rate;
      }
    }
    return rates;
  }

  void consider_sliding(FaceChoice choice, const std::vector<const Cell*>& adjacent) {
    const auto n = static_cast<Eigen::Index>(point_.x.size());
    std::vector<std::size_t> slid_on;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < choice.size(); ++i) {
      const auto voids = static_cast<std::size_t>(std::count_if(
          adjacent.begin(), adjacent.end(), [&](const Cell* cell) { return cell->is_void[i]; }));
      const bool no_surface = voids == adjacent.size();
      // Sliding on what is no surface here is leaving into the cell.
      if (choice[i] == 0 && no_surface) return;
      // What is zero on one side of the face is zero on the face.
      if (choice[i] != 0 && voids > 0 && !no_surface) return;
      if (choice[i] == 0) slid_on.push_back(i);
      if (choice[i] != 0 && !no_surface) others.push_back(i);
    }
    const Rows tangent = rows_of(slid_on, adjacent);
    const Eigen::Index rank =
        tangent.normals.isZero(0) ? 0 : LeastSquares(tangent.normals, dependence).rank();
    const std::vector<int> implied = drop_implied(choice, slid_on, adjacent, rank);
    const Rows moved = rows_of(others, {adjacent.front()});
    Eigen::MatrixXd other_rates = rates_of(moved, adjacent);
    for (Eigen::Index r = 0; r < other_rates.rows(); ++r) {
      other_rates.row(r) *= choice[moved.surface[static_cast<std::size_t>(r)]];
    }
    const auto found =
        tangent_velocities(rates_of(tangent, adjacent), other_rates, first_order_tolerance);
    if (!found) return;

    Eigen::MatrixXd velocities(n, static_cast<Eigen::Index>(adjacent.size()));
    for (std::size_t c = 0; c < adjacent.size(); ++c) {
      velocities.col(static_cast<Eigen::Index>(c)) = adjacent[c]->velocity;
    }
    Eigen::VectorXd v = velocities * found->weights;
    const auto shortest =
        minimum_norm_point(velocities, tangent.normals, tangent.offsets, first_order_tolerance);
    if (shortest && moves(moved, choice, shortest->point)) v = shortest->point;

    const bool independent = rank == static_cast<Eigen::Index>(slid_on.size());
    const bool all_corners = adjacent.size() == std::size_t{1} << slid_on.size();
    std::vector<int> ties;
    for (std::size_t r = 0; r < found->moves.size(); ++r) {
      if (!found->moves[r] || !moves(moved, static_cast<Eigen::Index>(r), choice, v)) {
        ties.push_back(point_.active[moved.surface[r]]);
      }
    }
    if (!ties.empty()) {
      // On dependent surfaces the others stay put as well: the face is empty.
      if (!independent || !watches(choice, ties)) return;
      const Rows once = rows_of(slid_on, {adjacent.front()});
      if (is_empty(choice, *adjacent.front(), once.normals, v, ties)) return;
    }
    const bool plain = independent && all_corners;
    const Selection selection = field_slides(choice, tangent, moved, ties, velocities, plain);
    // Ends of sliding are ties too: 0 is then on the boundary of the hull of the rates.
    const bool certain = ties.empty() && found->interior && found->rank == rank;
    const bool moving = shortest && !(inclusion_.is_autonomous() && rests(shortest->point));
    if (certain && selection == Selection::slides) {
      collection_.add(choice);
    } else if (certain && shortest) {
      // The selection is no solution, others are.
      collection_.add(face_of(point_, choice), v);
    } else if (selection == Selection::slides || (plain && selection == Selection::unknown)) {
      collection_.try_face(choice, implied);
    } else if (ties.empty() && moving && stays_tangent(choice, slid_on, adjacent, v)) {
      collection_.add(face_of(point_, choice), v);
    } else if (ties.empty() && moving && differ_in_normals_only(velocities, tangent.normals)) {
      // The only motion along the face leaves what the selections allow: sliding ends here.
    } else if (moving || !shortest) {
      collection_.undecided(fmt::format(
          "sliding along several surfaces at t = {:.17g}{}: no field was found that stays on them",
          point_.t, independent ? "" : " whose normals are dependent"));
    }
  }

  /// Whether there are tangent velocities a little further along v as well, where here they are on
  /// the boundary of what the selections allow.
  bool stays_tangent(const FaceChoice& choice, const std::vector<std::size_t>& slid_on,
                     const std::vector<const Cell*>& adjacent, const Eigen::VectorXd& v) {
    FaceField& field = fields_.at(face_of(point_, choice));
    double t = 0;
    const std::vector<double> x = moved_along(field, v, t);
    Eigen::MatrixXd rates(static_cast<Eigen::Index>(slid_on.size()),
                          static_cast<Eigen::Index>(adjacent.size()));
    Eigen::VectorXd f(v.size());
    for (std::size_t c = 0; c < adjacent.size(); ++c) {
      const Signature s = with_signs(point_, adjacent[c]->signs);
      inclusion_.selection(t, x, s, {f.data(), x.size()});
      for (std::size_t i = 0; i < slid_on.size(); ++i) {
        const SwitchingGradient g =
            inclusion_.switching_gradient(point_.active[slid_on[i]], t, x, s);
        const double rate = direction_ * (g.x.dot(f) + g.t);
        const bool zero =
            std::abs(rate) <= first_order_tolerance * g.x.cwiseAbs().dot(f.cwiseAbs());
        rates(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = zero ? 0 : rate;
      }
    }
    const Eigen::MatrixXd none(0, rates.cols());
    return rates.allFinite() && tangent_velocities(rates, none, first_order_tolerance);
  }

  /// Whether the selections have the same velocity along the face: then one at most is tangent.
  static bool differ_in_normals_only(const Eigen::MatrixXd& velocities,
                                     const Eigen::MatrixXd& normals) {
    const LeastSquares span(normals);
    for (Eigen::Index c = 1; c < velocities.cols(); ++c) {
      const Eigen::VectorXd difference = velocities.col(c) - velocities.col(0);
      const Eigen::VectorXd along = difference - normals * span.solve(difference);
      const double size = velocities.col(c).norm() + velocities.col(0).norm();
      if (along.norm() > first_order_tolerance * size) return false;
    }
    return true;
  }

  bool rests(const Eigen::VectorXd& v) const {
    return v.cwiseAbs().maxCoeff() <= 1e-12 * largest_.maxCoeff();
  }

  /// Surfaces slid on that have the same sign in all cells next to the face, as |x| on x = 0, are
  /// zero where the others are: the face is that of the others.
  std::vector<int> drop_implied(FaceChoice& choice, std::vector<std::size_t>& slid_on,
                                const std::vector<const Cell*>& adjacent, Eigen::Index rank) const {
    std::vector<int> implied;
    for (std::size_t place = slid_on.size(); place-- > 0 && slid_on.size() > 1;) {
      const std::size_t i = slid_on[place];
      const int sign = adjacent.front()->signs[i];
      if (!std::all_of(adjacent.begin(), adjacent.end(),
                       [&](const Cell* cell) { return cell->signs[i] == sign; })) {
        continue;
      }
      std::vector<std::size_t> rest = slid_on;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(place));
      const Rows rows = rows_of(rest, adjacent);
      if (rows.normals.isZero(0) || LeastSquares(rows.normals, dependence).rank() < rank) continue;
      slid_on = std::move(rest);
      choice[i] = sign;
      implied.push_back(point_.active[i]);
    }
    return implied;
  }

  /// Whether v moves the surface of row r to the side chosen.
  bool moves(const Rows& rows, Eigen::Index r, const FaceChoice& choice,
             const Eigen::VectorXd& v) const {
    const std::size_t i = rows.surface[static_cast<std::size_t>(r)];
    const double rate = choice[i] * direction_ * (rows.normals.col(r).dot(v) - rows.offsets(r));
    const Eigen::VectorXd normal = rows.normals.col(r).cwiseAbs();
    return rate > std::max(first_order_tolerance * normal.dot(v.cwiseAbs()),
                           rounding * normal.dot(largest_));
  }

  /// Whether v moves the surfaces of the rows to the sides chosen.
  bool moves(const Rows& rows, const FaceChoice& choice, const Eigen::VectorXd& v,
             const std::vector<int>& except = {}) const {
    for (Eigen::Index r = 0; r < rows.normals.cols(); ++r) {
      const int surface = point_.active[rows.surface[static_cast<std::size_t>(r)]];
      const bool is_left_out = std::find(except.begin(), except.end(), surface) != except.end();
      if (!is_left_out && !moves(rows, r, choice, v)) return false;
    }
    return true;
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
  std::vector<double> moved_along(FaceField& field, const Eigen::VectorXd& v, double& time) const {
    const double size = largest_entry(point_.x, std::max(point_.size, 1e-3));
    // At rest it is the time alone that changes.
    const double elapsed = rests(v) ? 1e-5 * std::max(1.0, std::abs(point_.t))
                                    : 1e-3 * size / v.lpNorm<Eigen::Infinity>();
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
    const double least = point_.size > 0 ? point_.size : 1e-3;
    const double size = gradient.x.lpNorm<1>() * largest_entry(x, least) + std::abs(gradient.t * t);
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
    if (!v.isZero(0)) x = moved_along(field, v, t);
    return std::all_of(ties.begin(), ties.end(),
                       [&](int j) { return vanishes(j, field.face().signature, t, x); });
  }

  /// Whether the field of the face has a tangent velocity that is in the hull of the selections
  /// next to it and moves the others as wanted. The multilinear equations need not have a solution
  /// where the hull has one; where normals are dependent, or sign patterns are missing, the field
  /// knows nothing of that.
  enum class Selection { none, slides, unknown };

  Selection field_slides(const FaceChoice& choice, const Rows& tangent, const Rows& moved,
                         const std::vector<int>& ties, const Eigen::MatrixXd& velocities,
                         bool plain) {
    FaceField& field = fields_.at(face_of(point_, choice));
    field.begin(point_.t, point_.x);
    const Eigen::VectorXd u = field.multipliers(point_.t, point_.x);
    if (!u.allFinite()) return Selection::unknown;
    // At the end of sliding by itself, which the series decide.
    const double most = plain ? 1 + 1e-6 : 1 - first_order_tolerance;
    if (u.cwiseAbs().maxCoeff() > most) return Selection::none;
    Eigen::VectorXd v(velocities.rows());
    field.velocity(point_.t, point_.x, {v.data(), point_.x.size()});
    v *= direction_;
    if (!v.allFinite()) return Selection::unknown;
    const double size = velocities.cwiseAbs().maxCoeff();
    for (Eigen::Index r = 0; r < tangent.normals.cols(); ++r) {
      const double rate = tangent.normals.col(r).dot(v) - tangent.offsets(r);
      if (std::abs(rate) > 1e-8 * tangent.normals.col(r).lpNorm<1>() * size) return Selection::none;
    }
    if (!moves(moved, choice, v, ties)) return Selection::none;
    if (plain) return Selection::slides;
    constexpr double tolerance = 1e-7;
    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(v.size(), v.size());
    if (AffineSection(velocities, identity, v, tolerance).empty()) return Selection::none;
    if (v.isZero(0)) return Selection::slides;
    double t = 0;
    const std::vector<double> x = moved_along(field, v, t);
    const std::vector<int>& sliding = field.face().sliding;
    const bool stays = std::all_of(sliding.begin(), sliding.end(), [&](int j) {
      return vanishes(j, field.face().signature, t, x);
    });
    return stays ? Selection::slides : Selection::none;
  }

  const Inclusion& inclusion_;
  FaceFields& fields_;
  const LocalPoint& point_;
  ContinuationCollection& collection_;
  double direction_;
  std::vector<Cell> cells_;
  Eigen::VectorXd largest_;  ///< of every component in the selections of all cells
};

}  // namespace

bool enumerate_cells(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                     ContinuationCollection& collection) {
  return CellEnumeration(inclusion, fields, point, collection).run();
}

}  // namespace filippov::detail
