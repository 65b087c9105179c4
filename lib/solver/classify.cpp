#include "filippov/solver/classify.hpp"

#include <fmt/format.h>

#include <cmath>

#include "continuations.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/geometry/polytope.hpp"
#include "filippov/geometry/zonotope.hpp"
#include "sliding_ambiguity.hpp"
#include "start.hpp"

namespace filippov {

namespace {

void describe_values(const Inclusion& inclusion, const detail::LocalPoint& point,
                     Classification& result) {
  const std::vector<detail::Cell> cells = detail::feasible_cells(inclusion, point, 1);
  constexpr std::size_t many = 64;
  if (cells.empty() || cells.size() > many) {
    auto values = detail::affine_values(inclusion, point);
    if (!values) return;
    result.center = std::move(values->center);
    result.generators = std::move(values->generators);
    result.minimum_norm = Zonotope(result.center, result.generators).minimum_norm_point().point;
    return;
  }
  const Polytope values(detail::velocities_of(cells, static_cast<Eigen::Index>(point.x.size())));
  result.vertices = values.vertices();
  result.minimum_norm = values.minimum_norm_point().point;
}

}  // namespace

Classification classify(const Inclusion& inclusion, std::span<const double> x, double t,
                        double direction) {
  const detail::LocalPoint point = detail::start_point(inclusion, t, x);
  Classification result;
  result.active = point.active;
  describe_values(inclusion, point, result);
  detail::FaceFields fields(inclusion, direction);
  detail::Continuations continuations = detail::find_continuations(inclusion, fields, point);
  result.verdict = continuations.verdict();
  result.reason = result.verdict == Verdict::undecided
                      ? (continuations.undecided.empty() ? "no continuation was found"
                                                         : continuations.undecided)
                      : "";
  if (continuations.left_out > 0) {
    result.reason = fmt::format("{} ways to go on are listed", continuations.count());
  }
  for (const Continuation& c : continuations.found) {
    if (const auto set = detail::sliding_ambiguity(inclusion, c.face, t, x)) {
      // Every velocity of the set belongs to a solution; the one listed is the selection.
      result.verdict = Verdict::branching;
      result.reason = fmt::format(
          "the sliding velocities are a set of dimension {}; the one listed is the {} selection",
          set->dimension, set->selection);
    }
  }
  result.continuations = std::move(continuations.found);
  return result;
}

}  // namespace filippov
