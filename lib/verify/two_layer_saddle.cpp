// Saddles of networks of two layers off the hyperplanes of the data, near which H_n is smooth.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filippov/verify/root.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "neuron_model.hpp"
#include "saddle_residual.hpp"

namespace filippov::detail {

namespace {

/// Neurons of a saddle in one cell: the same examples are active. They act by sum_k v_k u_k alone.
struct CellGroup {
  std::vector<int> sides;  ///< per row: 1, -1, or 0 for a row of zeros, or if there is no kink
  std::vector<std::size_t> members;
  std::vector<double> sum;  ///< of v_k u_k, about
};

std::span<const Interval> inputs_of(const Box& w) { return std::span(w).subspan(1); }

std::vector<int> sides_of(const SaddleProblem& problem, const Box& w) {
  return activation_sides(problem.network, problem.data, inputs_of(w));
}

std::vector<CellGroup> groups_of(const SaddleProblem& problem) {
  std::vector<CellGroup> groups;
  for (std::size_t k = 0; k < problem.saddle.size(); ++k) {
    const std::vector<double> w = midpoint(problem.saddle[k]);
    std::vector<int> sides = sides_of(problem, point_box(w));
    if (sides.empty()) return {};
    auto home = std::ranges::find(groups, sides, &CellGroup::sides);
    if (home == groups.end()) {
      groups.push_back({std::move(sides), {}, std::vector<double>(w.size() - 1, 0)});
      home = groups.end() - 1;
    }
    home->members.push_back(k);
    for (std::size_t t = 0; t + 1 < w.size(); ++t) home->sum[t] += w[0] * w[t + 1];
  }
  return groups;
}

/// sum_i sigma'_i x_i (y_i - sum_h sigma'_i x_i.q_h) for each group, linear in the sums q.
VectorField conditions(const SaddleProblem& problem, const std::vector<CellGroup>& groups) {
  const DataSet& data = problem.data;
  const auto d = static_cast<std::size_t>(data.dimension());
  return {static_cast<int>(groups.size() * d),
          [&](const auto& /*t*/, const std::vector<Expression>& q) {
            const auto number = [&](Interval value) {
              const std::shared_ptr<Graph>& graph = q.front().graph();
              return Expression(graph, graph->constant(value));
            };
            std::vector<Expression> values(q.size(), 0.0);
            for (int i = 0; i < data.size(); ++i) {
              const std::span<const Interval> x = data.input(i);
              const auto slope = [&](std::size_t g) {
                return groups[g].sides[static_cast<std::size_t>(i)] < 0 ? problem.network.leak
                                                                        : Interval(1);
              };
              Expression residual = number(data.label(i));
              for (std::size_t g = 0; g < groups.size(); ++g) {
                for (std::size_t k = 0; k < d; ++k) {
                  residual -= number(slope(g) * x[k]) * q[g * d + k];
                }
              }
              for (std::size_t g = 0; g < groups.size(); ++g) {
                for (std::size_t k = 0; k < d; ++k) {
                  values[g * d + k] += residual * number(slope(g) * x[k]);
                }
              }
            }
            return values;
          }};
}

}  // namespace

SaddlePoint two_layer_saddle(const SaddleProblem& problem) {
  SaddlePoint nothing{{Proof::undecided, ""}, {}};
  const std::vector<CellGroup> groups = groups_of(problem);
  if (groups.empty()) return nothing;
  const auto d = static_cast<std::size_t>(problem.data.dimension());
  Box centre;
  double size = 0;
  for (const CellGroup& group : groups) {
    for (const double entry : group.sum) {
      centre.emplace_back(entry);
      size = std::max(size, std::fabs(entry));
    }
  }
  const VectorField equations = conditions(problem, groups);
  for (const double radius : {1e-12, 1e-10, 1e-8, 1e-6, 1e-4}) {
    const RootEnclosure root = enclose_root(equations, widened(centre, radius * size));
    if (root.unique_root.proof != Proof::certified) continue;
    SaddlePoint point{{Proof::certified, ""}, std::vector<Box>(problem.saddle.size())};
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const CellGroup& group = groups[g];
      // The v_k as they are; u_k + v_k r with one r for the group.
      Interval square = 0;
      Box sum(d);
      for (const std::size_t k : group.members) {
        const std::vector<double> w = midpoint(problem.saddle[k]);
        square += sqr(Interval(w[0]));
        for (std::size_t t = 0; t < d; ++t) sum[t] += Interval(w[0]) * w[t + 1];
      }
      if (!certainly_positive(square)) return nothing;
      SaddleRay& together = point.rays.emplace_back();
      const auto first = root.box.begin() + static_cast<std::ptrdiff_t>(g * d);
      together.box.assign(first, first + static_cast<std::ptrdiff_t>(d));
      for (const std::size_t k : group.members) {
        const std::vector<double> w = midpoint(problem.saddle[k]);
        together.neurons.push_back(static_cast<int>(k));
        together.shares.push_back(w[0]);
        Box& exact = point.neurons[k];
        exact.emplace_back(w[0]);
        for (std::size_t t = 0; t < d; ++t) {
          exact.push_back(w[t + 1] + w[0] * (root.box[g * d + t] - sum[t]) / square);
        }
        if (sides_of(problem, exact) != group.sides) return nothing;
      }
    }
    return point;
  }
  return nothing;
}

std::vector<std::vector<int>> resting_cells(const SaddleProblem& problem) {
  std::vector<std::vector<int>> cells;
  for (const Box& w : problem.saddle) {
    std::vector<int> sides = sides_of(problem, w);
    if (!sides.empty() && certainly_nonzero(w[0])) cells.push_back(std::move(sides));
  }
  return cells;
}

SaddleConstants two_layer_constants(const SaddleProblem& problem, const DataSet& residual) {
  Network network = problem.network;
  network.neurons = 1;
  const NeuronModel model(network, residual, Loss{});
  SaddleConstants result;
  result.beta =
      theorem_constants(network, problem.data, {}, {.relative_gap = 1e-9, .max_cones = 200000})
          .beta;
  result.residual_norm = norm(model.coefficients());
  result.slope = 2 * Interval(spectral_bound(network, problem.data));
  // Each neuron keeps its cell where it moves less than its distance from every hyperplane.
  Interval gamma = 1;
  for (std::size_t k = 0; k < problem.saddle.size() && !identical(network.leak, 1); ++k) {
    for (int i = 0; i < problem.data.size(); ++i) {
      const Interval length = norm(problem.data.input(i));
      if (!certainly_positive(length)) continue;
      const Interval t = abs(dot(problem.data.input(i), inputs_of(problem.saddle[k])));
      gamma = min(gamma, t / length);
      if (certainly_positive(gamma)) continue;
      result.gamma = {0, fmt::format("neuron {} of the saddle may be on the hyperplane of row {}, "
                                     "where (15) is not proved",
                                     k + 1, i)};
      return result;
    }
  }
  result.gamma = {certainly_less(gamma, 1) ? Interval((0.999 * gamma).lower()) : Interval(1),
                  "less than the distance of the neurons from the hyperplanes x_i.u = 0, beyond "
                  "which the gradient would jump"};
  Interval square = 0;
  Interval drive = 0;
  for (const Box& w : problem.saddle) {
    square += squared_norm(w);
    // v a = 0 at a saddle, a = sum_i y_bar_i sigma'(x_i.u) x_i; N = v a.u nearby.
    if (certainly_nonzero(w[0])) continue;
    Box a(w.size() - 1);
    for (int i = 0; i < residual.size(); ++i) {
      const Interval pull =
          model.coefficients()[static_cast<std::size_t>(i)] * model.slope(model.activation(i, w));
      for (std::size_t t = 0; t < a.size(); ++t) a[t] += pull * residual.input(i)[t];
    }
    drive = max(drive, norm(a));
  }
  const Interval size = sqrt(square);
  const Interval ball = result.gamma.value;
  result.mu_1 = {result.slope * (size + ball / 2),
                 "|J(w)|_2 <= |X|_2 |w|; the mean of it on the way from w_n to w"};
  result.mu_2 = {drive.upper(),
                 "the gradient of N is (a.u, v a) in the cell, and a = 0 at a saddle where v != 0"};
  result.mu_3 = {result.slope * (size + ball), "|J(w)|_2 <= |X|_2 |w|; |w| <= |w_n| + gamma"};
  result.kappa = {result.mu_2.value + result.mu_1.value * result.mu_3.value,
                  "mu_2 + mu_1 mu_3, as near the saddle the gradient is Lipschitz"};
  result.M_1 = {result.residual_norm + result.mu_1.value + result.beta, "|y_bar| + mu_1 + beta"};
  const Interval second = result.beta * (2 * result.M_1.value + result.mu_3.value);
  result.M_2 = {max(result.kappa.value, second), "max(mu_2 + mu_1 mu_3, beta (2 M_1 + mu_3))"};
  return result;
}

}  // namespace filippov::detail
