#include "final_step.hpp"

#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/solver/classify.hpp"

namespace filippov::detail {

namespace {

std::vector<double> middle_of(const std::vector<Interval>& box) {
  std::vector<double> middle;
  for (const Interval& entry : box) middle.push_back(entry.midpoint());
  return middle;
}

Face plain_face(const FilippovMap& map) {
  return {Signature(static_cast<std::size_t>(map.switch_count()), 1), {}};
}

/// The fields beside a surface at a point, with their velocities away from it.
struct Sides {
  Eigen::VectorXd above, below;
  double away_above = 0, away_below = 0;
};

Sides beside(const FilippovMap& map, const Face& face, int surface, double t,
             const std::vector<double>& x, double direction) {
  const auto n = static_cast<Eigen::Index>(x.size());
  Sides sides{Eigen::VectorXd(n), Eigen::VectorXd(n)};
  for (const int side : {1, -1}) {
    Signature signature = face.signature;
    signature[static_cast<std::size_t>(surface)] = static_cast<signed char>(side);
    Eigen::VectorXd& f = side > 0 ? sides.above : sides.below;
    map.selection(t, x, signature, {f.data(), x.size()});
    f *= direction;
    const SwitchingGradient normal = map.switching_gradient(surface, t, x, signature);
    (side > 0 ? sides.away_above : sides.away_below) =
        side * (normal.x.dot(f) + direction * normal.t);
  }
  return sides;
}

/// The coordinates themselves as frame.
StateSet plain_set(std::size_t n) {
  StateSet set;
  set.frame.setIdentity(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
  return set;
}

/// A short smooth step on the face, after the step.
TubeSegment way(const FilippovMap& map, const TubeSegment& step, const Face& face,
                double direction) {
  const std::vector<double> x = middle_of(step.end);
  double speed = 0;
  std::vector<Interval> velocity;
  std::vector<Signature> modes{face.signature};
  for (const int j : face.sliding) {
    modes.push_back(face.signature);
    signed char& side = modes.back()[static_cast<std::size_t>(j)];
    side = static_cast<signed char>(-side);
  }
  for (const Signature& mode : modes) {
    Eigen::VectorXd f(static_cast<Eigen::Index>(x.size()));
    map.selection(step.t1, x, mode, {f.data(), x.size()});
    speed = std::max(speed, f.lpNorm<Eigen::Infinity>());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Interval here = direction * Interval(f(static_cast<Eigen::Index>(i)));
      if (velocity.size() <= i) velocity.push_back(here);
      velocity[i] = hull(velocity[i], here);
    }
  }
  const double length = 1e-9 * std::max(1.0, std::abs(step.t1));
  TubeSegment way{.t0 = step.t1,
                  .t1 = step.t1 + direction * length,
                  .before = face,
                  .face = face,
                  .start = plain_set(x.size())};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Interval reach = Interval(-1, 1) * Interval(length * speed);
    way.box.push_back(step.end[i] + 2 * reach);
    way.end.push_back(step.end[i] + length * velocity[i] + 1e-3 * reach);  // of second order
  }
  return way;
}

}  // namespace

FinalStep rest_step(const Tube& tube, double t0) {
  FinalStep step;
  step.segment.t0 = t0;
  step.segment.t1 = tube.t;
  step.segment.face = {Signature(tube.surface_names.size(), 1), {}};
  step.segment.before = step.segment.face;
  step.segment.start = plain_set(tube.x0.size());
  step.segment.box = tube.x0;
  return step;
}

FinalStep branching_step(const FilippovMap& map, const Tube& tube, double direction) {
  FinalStep step;
  TubeSegment& segment = step.segment;
  segment.t0 = segment.t1 = tube.t;
  if (tube.segments.empty()) {
    segment.start = plain_set(tube.x0.size());
    segment.box = segment.end = tube.x0;
    segment.before = plain_face(map);
    const std::vector<double> x = middle_of(tube.x0);
    std::vector<Face> faces;
    for (const Continuation& way : classify(map, x, tube.t, direction).continuations) {
      if (way.kind != Continuation::Kind::rest) faces.push_back(way.face);
    }
    // Where solutions leave on both sides, one that stays is not needed.
    const auto leaves = [](const Face& face) { return face.sliding.empty(); };
    if (std::count_if(faces.begin(), faces.end(), leaves) > 1) {
      std::erase_if(faces, [&](const Face& face) { return !leaves(face); });
    }
    if (faces.size() < 2) throw Error("there is no certificate of this branching at the start");
    for (int j = 0; j < map.switch_count(); ++j) {
      const double h = map.switching(j, tube.t, x, segment.before.signature);
      if (h < 0) segment.before.signature[static_cast<std::size_t>(j)] = -1;
    }
    segment.face = segment.before;
    for (const Face& face : faces) step.ways.push_back(way(map, segment, face, direction));
    return step;
  }
  const TubeSegment& last = tube.segments.back();
  if (last.face.sliding.size() != 1) {
    throw Error("there is no certificate of a branching that is not from sliding on one surface");
  }
  const int surface = last.face.sliding.front();
  const std::vector<double> x = middle_of(tube.box);
  segment.before = segment.face = last.face;
  segment.start = plain_set(x.size());
  double error = 0x1p-50;
  for (std::size_t i = 0; i < x.size(); ++i) {
    error = std::max({error, 0x1p-50 * std::abs(x[i]), tube.box[i].width()});
  }
  const Sides now = beside(map, last.face, surface, tube.t, x, direction);
  const double sum = now.away_above + now.away_below;
  const double weight = sum == 0 ? 0.5 : std::clamp(now.away_below / sum, 0.0, 1.0);
  const Eigen::VectorXd velocity = weight * now.above + (1 - weight) * now.below;
  const double speed =
      std::max(now.above.lpNorm<Eigen::Infinity>(), now.below.lpNorm<Eigen::Infinity>());
  for (double length = 4 * error; length < 1e-3; length *= 2) {
    std::vector<double> y = x;
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] += length * velocity(static_cast<Eigen::Index>(i));
    const double t = tube.t + direction * length;
    const Sides later = beside(map, last.face, surface, t, y, direction);
    if (!(std::min(later.away_above, later.away_below) > 64 * error)) continue;
    segment.t1 = t;
    for (const Interval& entry : tube.box) {
      segment.box.push_back(entry + Interval(-1, 1) * Interval(2 * length * speed + error));
      const auto i = static_cast<Eigen::Index>(segment.end.size());
      const Interval velocity = hull(Interval(now.above(i)), Interval(now.below(i)));
      segment.end.push_back(entry + Interval(length) * velocity + Interval(-error, error));
    }
    for (const int side : {1, -1}) {
      Face face{last.face.signature, {}};
      face.signature[static_cast<std::size_t>(surface)] = static_cast<signed char>(side);
      step.ways.push_back(way(map, segment, face, direction));
    }
    return step;
  }
  throw Error("there is no certificate of this branching: the surface is not seen to repel");
}

}  // namespace filippov::detail
