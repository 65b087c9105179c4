#include "filippov/verify/staying_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "limit_direction.hpp"

namespace filippov {

namespace {

void check(const Network& network, const DataSet& data, std::size_t weights) {
  if (network.kind != NetworkKind::two_layer) {
    throw Error("Lemma 5.4 is about two-layer neurons: expected relu or leaky-relu");
  }
  if (weights != static_cast<std::size_t>(neuron_size(network, data))) {
    throw Error(
        fmt::format("a neuron with {} weights, expected {}", weights, neuron_size(network, data)));
  }
}

detail::NeuronModel model_of(Network network, const DataSet& data, const Loss& loss) {
  network.neurons = 1;
  return {network, data, loss};
}

}  // namespace

bool StayingSet::contains(std::span<const Interval> w, bool wide) const {
  if (holds.proof != Proof::certified) return false;
  const std::span<const Interval> u = w.subspan(1);
  const Interval v = certainly_positive(limit.box.front()) ? w[0] : -w[0];
  Interval distance = 0;
  for (std::size_t k = 0; k < u.size(); ++k) distance += sqr(u[k] - limit.box[k + 1]);
  if (!certainly_less_equal(distance, sqr(gamma))) return false;
  return wide ? certainly_less_equal(0, v) : certainly_less(detail::norm(u), v);
}

/// For |u - u*| <= gamma every |x_i.u| >= eta_1 - gamma eta_2 = eta_1 / 2: the cell is that of u*,
/// where a is a positive multiple of v* u*, so that v x_i.a has the sign of x_i.u.
StayingSet staying_set(const Network& network, const DataSet& data, const Loss& loss,
                       std::span<const double> point) {
  check(network, data, point.size());
  const detail::NeuronModel model = model_of(network, data, loss);
  StayingSet set;
  set.limit = detail::enclose_limit(model, {point.begin(), point.end()}, {});
  set.holds = set.limit.certified;
  if (set.holds.proof != Proof::certified) return set;
  set.holds = {Proof::undecided, ""};
  const std::span<const Interval> u(set.limit.box.begin() + 1, set.limit.box.end());
  const detail::ActivationCell cell = detail::cell_of(model, Box(u.begin(), u.end()), {});
  if (!certainly_positive(set.limit.objective)) {
    set.holds.reason = fmt::format("N at the KKT point is in {}, not proved to be positive",
                                   to_string(set.limit.objective));
    return set;
  }
  bool first = true;
  for (int i = 0; i < data.size(); ++i) {
    const Interval side = abs(dot(data.input(i), u));
    set.eta_1 = first ? side : min(set.eta_1, side);
    set.eta_2 = first ? detail::norm(data.input(i)) : max(set.eta_2, detail::norm(data.input(i)));
    first = false;
    const Interval pull = dot(data.input(i), cell.drive) * set.limit.box.front();
    const int moves = certainly_positive(pull) ? 1 : certainly_negative(pull) ? -1 : 0;
    if (moves == 0 || moves != cell.sides[static_cast<std::size_t>(i)]) {
      set.holds.reason = fmt::format("x{}.u is not proved to move away from 0", i);
      return set;
    }
  }
  if (!certainly_positive(set.eta_1)) {
    set.holds.reason = "the KKT point may be on a hyperplane x_i.u = 0";
    return set;
  }
  set.gamma = set.eta_1 / (2 * set.eta_2);
  // Then a.u, with the sign of v*, is more than 0 in the whole ball: v, growing away from 0 at the
  // rate a.u, keeps its sign from 0 on, too.
  const Interval rate = abs(dot(cell.drive, u)) - detail::norm(cell.drive) * set.gamma;
  if (!certainly_positive(rate)) {
    set.holds.reason =
        fmt::format("|v'| is only proved to be at least {} near the point", to_string(rate));
    return set;
  }
  set.holds.proof = Proof::certified;
  return set;
}

Statement meets_no_hyperplane(const Network& network, const DataSet& data, const Loss& loss,
                              std::span<const Interval> w) {
  check(network, data, w.size());
  const detail::NeuronModel model = model_of(network, data, loss);
  const Box u(w.begin() + 1, w.end());
  const detail::ActivationCell cell = detail::cell_of(model, u, {});
  if (!cell.problem.empty()) return {Proof::undecided, cell.problem};
  const Interval growth = dot(cell.drive, u);  // v'
  const Interval conserved = sqr(w[0]) - detail::squared_norm(u);
  int sign = 0;
  if (certainly_nonzero(w[0]) && certainly_positive(conserved)) {
    sign = certainly_positive(w[0]) ? 1 : -1;
  } else if (certainly_nonzero(growth)) {
    // (a.u)' = v |a|^2: as long as v has that sign or is 0, |v'| does not fall.
    sign = certainly_positive(growth) ? 1 : -1;
    if (!certainly_less_equal(0, sign * w[0])) sign = 0;
  }
  if (sign == 0) return {Proof::undecided, "v is not proved to keep its sign"};
  for (int i = 0; i < data.size(); ++i) {
    const int side = cell.sides[static_cast<std::size_t>(i)];
    if (side == 0) continue;
    if (!certainly_less_equal(0, side * sign * dot(data.input(i), cell.drive))) {
      return {Proof::undecided, fmt::format("x{}.u is not proved to move away from 0", i)};
    }
  }
  return {Proof::certified, ""};
}

}  // namespace filippov
