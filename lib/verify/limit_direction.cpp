#include "limit_direction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/function.hpp"
#include "filippov/verify/root.hpp"
#include "filippov/verify/spectral_bound.hpp"

namespace filippov::detail {

namespace {

LimitDirection undecided(std::string reason) { return {{Proof::undecided, std::move(reason)}}; }

LimitDirection two_layer_limit(const NeuronModel& model, const std::vector<double>& w,
                               const std::vector<int>& kinks) {
  const int sign = w[0] < 0 ? -1 : 1;
  // The cell by the signs at w itself; then the limit must be in it.
  Box at(w.begin() + 1, w.end());
  const ActivationCell cell = cell_of(model, at, kinks);
  if (!cell.problem.empty()) return undecided(cell.problem);
  const Interval length = norm(cell.drive);
  if (!certainly_positive(length)) return undecided("the gradient may vanish at the limit");
  LimitDirection result;
  const Interval half = sqrt(Interval(1) / 2);
  result.box.push_back(sign * half);
  for (const Interval& a : cell.drive) result.box.push_back(sign * half * a / length);
  const ActivationCell there = cell_of(model, Box(result.box.begin() + 1, result.box.end()), kinks);
  if (!there.problem.empty()) return undecided(there.problem);
  if (there.sides != cell.sides) return undecided("the limit is in another cell");
  if (!is_sliding(cell)) return undecided("a multiplier of a kink is not proved to be in [0, 1]");
  result.objective = length / 2;
  result.kinks = kinks;
  for (const int row : kinks) result.multipliers.push_back(multiplier_of(model.data(), cell, row));
  result.certified = {Proof::certified, ""};
  return result;
}

/// dN(u) - s u and (|u|^2 - 1) / 2 in the unknowns (u, s), for a Lipschitz gradient dN.
VectorField first_order_conditions(const NeuronModel& model) {
  const DataSet& data = model.data();
  const int n = model.size();
  const int d = data.dimension();
  const bool diagonal = model.network().kind == NetworkKind::diagonal;
  return {n + 1, [&](const auto& /*t*/, const std::vector<Expression>& x) {
            const auto number = [&](Interval value) {
              const std::shared_ptr<Graph>& graph = x.front().graph();
              return Expression(graph, graph->constant(value));
            };
            const auto at = [](int k) { return static_cast<std::size_t>(k); };
            std::vector<Expression> values(x.size(), 0.0);
            const Expression squared_leak = number(sqr(model.network().leak));
            for (int i = 0; i < data.size(); ++i) {
              const Interval z = model.coefficients()[at(i)];
              const std::span<const Interval> input = data.input(i);
              if (diagonal) {
                for (int k = 0; k < d; ++k) {
                  const Expression c = number(z * input[at(k)]);
                  values[at(k)] += c * x[at(d + k)];
                  values[at(d + k)] += c * x[at(k)];
                }
                continue;
              }
              Expression h = 0;
              for (int k = 0; k < d; ++k) h += number(input[at(k)]) * x[at(k)];
              const Expression pull = number(2 * model.sign() * z) * leaky_relu(squared_leak, h);
              for (int k = 0; k < d; ++k) values[at(k)] += pull * number(input[at(k)]);
            }
            Expression square = -1;
            for (int k = 0; k < n; ++k) {
              values[at(k)] -= x.back() * x[at(k)];
              square += x[at(k)] * x[at(k)];
            }
            values.back() = square / 2;
            return values;
          }};
}

}  // namespace

LimitDirection known_limit(const NeuronModel& model, const std::vector<double>& u) {
  constexpr double near = 1e-6;
  const std::vector<Box>& directions = model.known_zeros().directions;
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const Interval distance = norm(directions[k] - Box(u.begin(), u.end()));
    if (!(distance.upper() < near)) continue;
    LimitDirection result{{Proof::certified, ""}, directions[k], 0};
    result.saddle_neuron = static_cast<int>(k);
    return result;
  }
  return undecided("dN is not known to be 0 near the limit direction");
}

LimitDirection enclose_limit(const NeuronModel& model, const std::vector<double>& u,
                             const std::vector<int>& kinks) {
  if (model.two_layer()) return two_layer_limit(model, u, kinks);
  if (LimitDirection known = known_limit(model, u); known.saddle_neuron >= 0) return known;
  const VectorField conditions = first_order_conditions(model);
  const double multiplier = (2 * model.correlation(Box(u.begin(), u.end()))).midpoint();
  LimitDirection result = undecided("no first-order point is proved near the limit direction");
  for (const double radius : {1e-9, 1e-7, 1e-5, 1e-3}) {
    Box box(u.begin(), u.end());
    box = widened(std::move(box), radius);
    box.push_back(Interval::around(multiplier, radius * (1 + std::fabs(multiplier))));
    const RootEnclosure root = enclose_root(conditions, box);
    if (root.unique_root.proof != Proof::certified) continue;
    const Interval objective = root.box.back() / 2;
    if (!certainly_less_equal(0, objective)) {
      result = undecided(
          fmt::format("N at the limit is in {}, not proved to be >= 0", to_string(objective)));
      break;
    }
    result.box.assign(root.box.begin(), root.box.end() - 1);
    result.objective = objective;
    result.certified = {Proof::certified, ""};
    break;
  }
  return result;
}

Interval squared_distance(const LimitDirection& limit, const Box& w) {
  const Interval size = norm(w);
  Interval square = 0;
  for (std::size_t k = 0; k < w.size(); ++k) square += sqr(w[k] / size - limit.box[k]);
  return square;
}

bool attracts(const NeuronModel& model, const LimitDirection& limit, const Box& w) {
  const Interval size = norm(w);
  if (!model.has_lipschitz_gradient() || !certainly_positive(size)) return false;
  const double distance = sqrt(squared_distance(limit, w)).upper();
  if (!(distance < 1)) return false;
  const Box around = widened(limit.box, distance);
  const Interval twice = 2 * model.correlation(around);
  IntervalMatrix hessian = model.hessian(around);
  // Large enough that along e nothing is left; where N = 0 the tangents decide, too.
  const double kappa =
      limit.saddle_neuron >= 0 ? hessian.midpoint().norm() : 2 * limit.objective.midpoint();
  for (Eigen::Index i = 0; i < hessian.rows(); ++i) {
    for (Eigen::Index j = 0; j < hessian.columns(); ++j) {
      const Interval square_part =
          i == j ? sqr(around[static_cast<std::size_t>(i)])
                 : around[static_cast<std::size_t>(i)] * around[static_cast<std::size_t>(j)];
      hessian.set(i, j, hessian(i, j) - std::max(0.0, kappa) * square_part);
    }
  }
  return largest_eigenvalue_bound(hessian) < twice.lower();
}

}  // namespace filippov::detail
