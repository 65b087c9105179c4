#include "branching_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>

#include "activation_cell.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "input_origin.hpp"
#include "limit_direction.hpp"

namespace filippov::detail {

namespace {

/// Whether u = 0 can be left in two directions, each along the drive of its own cell.
bool leaves_in_two_directions(const NeuronModel& model, int sign) {
  constexpr int samples = 400;
  constexpr int steps = 4;
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  std::optional<Box> first;
  for (int sample = 0; sample < samples; ++sample) {
    std::vector<double> w{static_cast<double>(sign)};
    for (int k = 0; k < model.data().dimension(); ++k) w.push_back(uniform(random));
    for (int step = 0; step < steps; ++step) {
      const ActivationCell cell = cell_of(model, point_box({w.begin() + 1, w.end()}), {});
      for (std::size_t k = 0; k < cell.drive.size(); ++k)
        w[k + 1] = sign * cell.drive[k].midpoint();
    }
    const LimitDirection limit = enclose_limit(model, w, {});
    if (limit.certified.proof != Proof::certified) continue;
    if (!first) first = limit.box;
    for (std::size_t k = 0; k < w.size(); ++k) {
      if (!intersect((*first)[k], limit.box[k])) return true;
    }
  }
  return false;
}

std::string at_origin(const NeuronModel& model, const Box& w, Interval conserved,
                      const std::vector<int>& on) {
  if (!certainly_positive(conserved) || !slides_to_origin(model, w, on)) return {};
  const int sign = certainly_positive(w[0]) ? 1 : -1;
  const std::string place =
      fmt::format("u comes to 0 with v in {}, where it may ", to_string(sign * sqrt(conserved)));
  if (leaves_in_two_directions(model, sign)) return place + "leave in several directions";
  if (!certainly_positive(Interval(largest_drive(model, sign).value.lower()))) return {};
  if (!has_mean_zero(model, directions_around(model))) return {};
  return place + "stay or leave";
}

std::string at_change_of_sign(const NeuronModel& model, const Box& w, const std::vector<int>& on) {
  const std::span<const Interval> u = std::span(w).subspan(1);
  const ActivationCell cell = cell_of(model, {u.begin(), u.end()}, on);
  const int sign = certainly_positive(w[0]) ? 1 : -1;
  if (!cell.problem.empty() || cell.kinks.empty() || !holds_all_kinks(cell, sign)) return {};
  const bool inside = std::ranges::all_of(cell.kinks, [](const HyperplaneKink& kink) {
    return certainly_positive(kink.multiplier) && certainly_less(kink.multiplier, 1);
  });
  const Interval growth = dot(cell.drive, u);
  const Interval square = squared_norm(cell.drive);
  const Interval left = sqr(growth) - square * sqr(w[0]);
  if (!inside || !certainly_negative(sign * growth) || !certainly_positive(left)) return {};
  const Interval moved = (-sign * sqrt(left) - growth) / square;
  Box there(u.begin(), u.end());
  for (std::size_t k = 0; k < there.size(); ++k) there[k] += moved * cell.drive[k];
  const ActivationCell after = cell_of(model, there, on);
  if (!after.problem.empty() || after.sides != cell.sides) return {};
  std::string rows;
  for (const HyperplaneKink& kink : cell.kinks) {
    rows += fmt::format("{}{}", rows.empty() ? "" : ", ", kink.rows.front());
  }
  std::string near;
  for (const Interval& entry : there) {
    near += fmt::format("{}{:.6g}", near.empty() ? "" : ", ", entry.midpoint());
  }
  return fmt::format(
      "v comes to 0 with u near ({}), on the hyperplane of row {}, where u may slide on or leave",
      near, rows);
}

}  // namespace

std::string branching(const NeuronModel& model, const Box& w, Interval conserved,
                      const std::vector<int>& on) {
  if (!model.two_layer() || !certainly_nonzero(w[0])) return {};
  std::string where = at_origin(model, w, conserved, on);
  return where.empty() ? at_change_of_sign(model, w, on) : where;
}

}  // namespace filippov::detail
