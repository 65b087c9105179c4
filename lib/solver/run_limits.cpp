#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "filippov/geometry/polytope.hpp"
#include "integration.hpp"

namespace filippov::detail {

void Run::watch_accumulation() {
  Event event = solution_.events.back();
  event.sliding = face_.sliding;
  event.signature = face_.signature;
  event.x = x_;
  const auto limit = guard_.add(event);
  if (!limit) return;
  go_on_from(*limit);
  guard_.reset();
}

void Run::go_on_from(const AccumulationPoint& limit) {
  // The crossings left out are a straight piece.
  Segment piece{t_, limit.t, Eigen::MatrixXd(2, static_cast<Eigen::Index>(x_.size()))};
  for (std::size_t i = 0; i < x_.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    piece.coefficients(0, k) = x_[i];
    piece.coefficients(1, k) = (limit.x[i] - x_[i]) / std::abs(limit.t - t_);
  }
  if (options_.keep_trajectory) solution_.trajectory.append(std::move(piece));
  const std::vector<double> before = std::exchange(x_, limit.x);
  t_ = limit.t;
  Face lower = face_;
  lower.sliding = sorted_union(lower.sliding, limit.surfaces);
  fields_.at(lower).project(t_, x_);

  if (inclusion_.is_autonomous() && rests_at_limit(lower, before)) {
    set_face(lower);
    record(EventKind::accumulation, limit.surfaces);
    rest(Status::finished, "events accumulate; the limit is a point of rest");
    return;
  }
  FaceField& on_face = fields_.at(lower);
  on_face.begin(t_, x_);
  const Eigen::VectorXd u = on_face.multipliers(t_, x_);
  if (u.allFinite() && u.cwiseAbs().maxCoeff() <= 1) {
    Continuation slide;
    slide.kind = Continuation::Kind::slide;
    slide.face = lower;
    enter(slide, lower.sliding);
    record(EventKind::accumulation, limit.surfaces);
    return;
  }
  record(EventKind::accumulation, limit.surfaces);
  stop(Status::accumulation,
       fmt::format("events accumulate at t = {:.17g} and sliding on their surfaces is no solution",
                   t_));
}

/// Whether 0 is in F at the extrapolated limit of events, as far as that is known: what a component
/// of F has changed by since the state `before` may still be an error.
bool Run::rests_at_limit(const Face& face, const std::vector<double>& before) const {
  const auto velocities = [&](std::span<const double> x) {
    const LocalPoint point{t_, x, face.signature, face.sliding};
    const std::vector<Cell> cells = feasible_cells(inclusion_, point, direction_);
    return velocities_of(cells, static_cast<Eigen::Index>(x.size()));
  };
  Eigen::MatrixXd now = velocities(x_);
  const Eigen::MatrixXd then = velocities(before);
  for (Eigen::Index i = 0; i < now.rows(); ++i) {
    const double size = now.row(i).cwiseAbs().maxCoeff();
    const bool is_known = then.cols() == now.cols();
    const double error = is_known ? 2 * (now.row(i) - then.row(i)).cwiseAbs().maxCoeff() : 0;
    now.row(i) *= size > error ? 1 / size : 0;
  }
  return Polytope(now).minimum_norm_point().point.norm() <= 1e-6;
}

}  // namespace filippov::detail
