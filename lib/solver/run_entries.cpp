#include <fmt/format.h>

#include <cmath>

#include "integration.hpp"
#include "singular_start.hpp"
#include "sliding_ambiguity.hpp"

namespace filippov::detail {

namespace {

constexpr int deepest_branch = 30;

}  // namespace

/// A surface that jumps across one slid on, as that of sign(x + sign(y)) across y = 0, with that
/// one: then the state may be on both sides of it at once, which a face does not say.
std::optional<std::pair<int, int>> Run::surface_in_two_places() const {
  for (const int k : inclusion_.live_switches(face_.signature)) {
    if (face_.slides_on(k) || !inclusion_.depends_on_signs(k)) continue;
    for (const int j : face_.sliding) {
      Signature s = face_.signature;
      s[static_cast<std::size_t>(j)] = 1;
      const double above = inclusion_.switching(k, t_, x_, s);
      s[static_cast<std::size_t>(j)] = -1;
      const double below = inclusion_.switching(k, t_, x_, s);
      const double jump = std::abs(above - below);
      if (jump > 1e-8 * (std::abs(above) + std::abs(below)) && jump > 1e-12 * state_size()) {
        return std::pair(k, j);
      }
    }
  }
  return std::nullopt;
}

/// Whether the field of the face moves with this velocity; true where it is not given.
bool Run::selection_has(const Eigen::VectorXd& velocity) {
  if (velocity.size() == 0 || face_.sliding.size() < 2) return true;
  Eigen::VectorXd own(velocity.size());
  field().velocity(t_, x_, {own.data(), x_.size()});
  const double error = (direction_ * own - velocity).lpNorm<Eigen::Infinity>();
  return error <= 1e-6 * velocity.lpNorm<Eigen::Infinity>();
}

std::string Run::names_of(const std::vector<int>& surfaces) const {
  std::string names;
  for (const int j : surfaces) {
    names += (names.empty() ? "" : ", ") + inclusion_.surface_name(j);
  }
  return names;
}

void Run::enter(const Continuation& continuation, const std::vector<int>& active, bool is_unique) {
  close_ambiguity();
  set_face(continuation.face);
  tended_.clear();
  left_ = active;
  stepper_->restart();
  FaceField& on_face = field();
  on_face.begin(t_, x_);
  if (!face_.sliding.empty()) {
    on_face.project(t_, x_);
    if (const auto jump = surface_in_two_places()) {
      stop(Status::undecided,
           fmt::format("slides on {} from t = {:.17g}, across which {} jumps: its sides are not "
                       "followed there",
                       inclusion_.surface_name(jump->second), t_,
                       inclusion_.surface_name(jump->first)));
      return;
    }
    if (continuation.kind == Continuation::Kind::slide && !selection_has(continuation.velocity)) {
      stop(Status::undecided,
           fmt::format("can slide on {} from t = {:.17g}, but the multilinear selection does not: "
                       "this solution is not followed",
                       names_of(face_.sliding), t_));
      return;
    }
    if (auto ambiguity = sliding_ambiguity(inclusion_, face_, t_, x_)) {
      ambiguity->from = t_;
      ambiguity->selection = on_face.selection_name();
      ambiguous_now_ = true;
      solution_.ambiguous.push_back(std::move(*ambiguity));
    }
  }
  if (continuation.kind == Continuation::Kind::rest) {
    if (ambiguous_now_) {
      rest(Status::finished,
           "the sliding velocity is not unique: rest is the solution with the selection used");
    } else if (!is_unique) {
      rest(Status::finished, "at rest; other solutions leave from there, at any time");
    } else {
      rest(Status::equilibrium, "at rest: 0 is in the right-hand side and no solution leaves");
    }
    return;
  }
  if (const auto starts = singular_starts(inclusion_, on_face, t_, x_)) {
    const SingularStart* start = leaving_with(*starts, direction_ * continuation.velocity);
    if (start == nullptr && !starts->empty()) start = &starts->front();
    if (start != nullptr) {
      Segment piece{t_, start->t, Eigen::MatrixXd(2, static_cast<Eigen::Index>(x_.size()))};
      const double length = std::abs(start->t - t_);
      for (std::size_t i = 0; i < x_.size(); ++i) {
        const auto k = static_cast<Eigen::Index>(i);
        piece.coefficients(0, k) = x_[i];
        piece.coefficients(1, k) = (start->x[i] - x_[i]) / length;
      }
      if (options_.keep_trajectory) solution_.trajectory.append(std::move(piece));
      t_ = start->t;
      x_ = start->x;
      left_.clear();
      on_face.begin(t_, x_);
    }
  }
}

void Run::branch(const LocalPoint& point, Continuations continuations) {
  const std::vector<double> x(point.x.begin(), point.x.end());
  x_ = x;
  record(EventKind::branching, point.active);
  if (!running()) return;
  if (options_.branches == BranchPolicy::first) {
    enter(continuations.found.front(), point.active, false);
    return;
  }
  if (options_.branches == BranchPolicy::all && depth_ > 0 &&
      (t_ == start_time_ || depth_ >= deepest_branch)) {
    stop(Status::undecided,
         t_ == start_time_
             ? fmt::format("branches again where it begins, at t = {:.17g}", t_)
             : fmt::format("more than {} branchings one after the other before t = {:.17g}",
                           deepest_branch, t_));
    return;
  }
  if (options_.branches == BranchPolicy::all) {
    for (const Continuation& c : continuations.found) {
      LocalPoint start = point;
      start.x = x;
      Run branch(inclusion_, t_, t1_, options_);
      branch.depth_ = depth_ + 1;
      solution_.branches.push_back(branch.along(start, c));
    }
  }
  stop(Status::branching,
       fmt::format("{} solutions continue from t = {:.17g}", continuations.count(), t_));
  solution_.continuations = std::move(continuations.found);
}

}  // namespace filippov::detail
