#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "filippov/arithmetic/error.hpp"
#include "filippov/verify/constants.hpp"
#include "filippov/verify/saddle.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "neuron_model.hpp"
#include "saddle_residual.hpp"

namespace filippov {

using detail::NeuronModel;

namespace detail {

DataSet saddle_residual(const SaddleProblem& problem, const std::vector<int>& fitted) {
  const DataSet& data = problem.data;
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  for (int i = 0; i < data.size(); ++i) {
    inputs.insert(inputs.end(), data.input(i).begin(), data.input(i).end());
    labels.push_back(data.label(i));
  }
  for (const Box& w : problem.saddle) {
    const Box output = neuron_output(problem.network, data, w);
    for (std::size_t i = 0; i < output.size(); ++i) labels[i] -= output[i];
  }
  for (const int i : fitted) labels[static_cast<std::size_t>(i)] = 0;
  DataSet result(data.dimension(), std::move(inputs), std::move(labels));
  result.set_row_classes(data.row_classes());
  return result;
}

void check_saddle(const SaddleProblem& problem) {
  if (problem.network.negative_neurons > 0) {
    throw Error("at a saddle neurons with p = -1 are not treated: expected none");
  }
  if (problem.network.kind == NetworkKind::diagonal) {
    throw Error("at a saddle diagonal networks are not treated: expected a network of neurons");
  }
  if (problem.saddle.empty()) {
    throw Error("the saddle has no neuron that is not zero: expected Theorem 5.1 (align)");
  }
  const int size = neuron_size(problem.network, problem.data);
  for (const Box& w : problem.saddle) {
    if (static_cast<int>(w.size()) != size) {
      throw Error(
          fmt::format("a neuron of the saddle has {} weights, expected {}", w.size(), size));
    }
    if (!is_bounded(w)) throw Error("a weight of the saddle is not finite");
    if (!certainly_positive(squared_norm(w))) {
      throw Error("a neuron of the saddle may be zero: expected it among those that start there");
    }
  }
}

}  // namespace detail

namespace {

/// A bound of |sum_i 1_S(i) (x_i.v)^4|^(1/2) over |v| = 1 and the sets S of rows that are active
/// together, and what rounding of antipodal rows adds to |J(w)|_2 / 2 |w|.
struct ActivePart {
  Interval norm;
  bool by_eigenvalue;
  Interval rest;
};

/// Of two antipodal rows one is active at most: one of each pair is enough. If x + x' = e is not
/// quite zero, both are where x.u and x'.u are at most |e| |u|, and x' in the place of x is by e
/// another one: `rest` takes either.
ActivePart active_part(const Network& network, const DataSet& data) {
  Network absolute = network;
  absolute.leak = 1;
  absolute.leak_decimal.clear();
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  std::vector<char> paired(static_cast<std::size_t>(data.size()), 0);
  Interval rest = 0;
  for (int i = 0; i < data.size(); ++i) {
    if (paired[static_cast<std::size_t>(i)] != 0) continue;
    inputs.insert(inputs.end(), data.input(i).begin(), data.input(i).end());
    labels.emplace_back(0);
    for (int j = i + 1; j < data.size() && identical(network.leak, 0); ++j) {
      if (paired[static_cast<std::size_t>(j)] != 0) continue;
      Interval off = 0;
      for (std::size_t k = 0; k < data.input(i).size(); ++k) {
        off += sqr(data.input(i)[k] + data.input(j)[k]);
      }
      const Interval size = detail::squared_norm(data.input(j));
      if (!certainly_less(off, 1e-24 * size)) continue;
      paired[static_cast<std::size_t>(j)] = 1;
      rest += off * size;
      break;
    }
  }
  const DataSet reduced(data.dimension(), std::move(inputs), std::move(labels));
  const TheoremConstants constants =
      theorem_constants(absolute, reduced, {}, {.relative_gap = 1e-9, .max_cones = 200000});
  return {constants.beta, constants.beta_by_eigenvalue, sqrt(rest)};
}

/// A part of the disc |u - centre| <= 1, with a bound of the quotient there.
struct Part {
  Box box;
  double bound;
  bool operator<(const Part& other) const { return bound < other.bound; }
};

/// sup |g(u) - g(centre)| / |u - centre| over |u - centre| <= 1, g the gradient of N.
Interval steepest_quotient(const NeuronModel& model, const Box& centre) {
  const Box there = model.gradient(centre);
  const auto difference = [&](const Box& u) {
    Box g = model.gradient(u);
    for (std::size_t k = 0; k < g.size(); ++k) g[k] -= there[k];
    return detail::norm(g);
  };
  const auto offset = [&](const Box& u) {
    Box d = u;
    for (std::size_t k = 0; k < d.size(); ++k) d[k] -= centre[k];
    return d;
  };
  const auto spectral = [](const IntervalMatrix& hessian) {
    const IntervalMatrix negative = IntervalMatrix(hessian.rows(), hessian.columns()) - hessian;
    return std::max({0.0, largest_eigenvalue_bound(hessian), largest_eigenvalue_bound(negative)});
  };
  double lower = 0;
  const auto bound = [&](const Box& u) {
    const Interval distance = detail::norm(offset(u));
    if (distance.lower() > 1) return 0.0;
    double best = spectral(model.hessian(detail::hull_of(u, centre)));
    if (distance.lower() > 0) {
      best = std::min(best, (difference(u) / distance.lower()).upper());
    }
    Box middle;
    for (const Interval& entry : u) middle.emplace_back(entry.midpoint());
    const Interval from_centre = detail::norm(offset(middle));
    if (from_centre.upper() <= 1 && from_centre.lower() > 0) {
      lower = std::max(lower, (difference(middle) / from_centre).lower());
    }
    return best;
  };
  std::priority_queue<Part> open;
  const Box whole = detail::widened(centre, 1.0);
  open.push({whole, bound(whole)});
  constexpr int most = 40000;
  for (int k = 0; k < most; ++k) {
    const Part part = open.top();
    if (part.bound <= lower * (1 + 1e-4)) break;
    open.pop();
    std::size_t widest = 0;
    for (std::size_t i = 1; i < part.box.size(); ++i) {
      if (part.box[i].width() > part.box[widest].width()) widest = i;
    }
    const Interval side = part.box[widest];
    for (const Interval half :
         {Interval(side.lower(), side.midpoint()), Interval(side.midpoint(), side.upper())}) {
      Box box = part.box;
      box[widest] = half;
      const double value = std::min(part.bound, bound(box));
      open.push({std::move(box), value});
    }
  }
  return Interval(std::min(lower, open.top().bound), open.top().bound);
}

/// Lipschitz constant of the gradient of N everywhere: the Hessian lies between those of the
/// positive and of the negative terms, all of them active.
double global_lipschitz(const NeuronModel& model) {
  double largest = 0;
  const auto d = static_cast<std::size_t>(model.data().dimension());
  for (const int sign : {1, -1}) {
    Box sum(d * d);
    for (int i = 0; i < model.data().size(); ++i) {
      const Interval z = max(sign * model.coefficients()[static_cast<std::size_t>(i)], Interval(0));
      const std::span<const Interval> x = model.data().input(i);
      for (std::size_t k = 0; k < d; ++k) {
        for (std::size_t l = 0; l < d; ++l) sum[k * d + l] += 2 * z * x[k] * x[l];
      }
    }
    const auto size = static_cast<Eigen::Index>(d);
    const IntervalMatrix hessian = IntervalMatrix::from_rows(sum, size, size);
    largest = std::max(largest, largest_eigenvalue_bound(hessian));
  }
  return largest;
}

}  // namespace

SaddleConstants saddle_constants(const SaddleProblem& problem) {
  detail::check_saddle(problem);
  Network network = problem.network;
  network.neurons = 1;
  const DataSet residual = detail::saddle_residual(problem);
  if (network.kind == NetworkKind::two_layer) {
    return detail::two_layer_constants(problem, residual);
  }
  const NeuronModel model(network, residual, Loss{});
  const TheoremConstants theorem =
      theorem_constants(network, problem.data, {}, {.relative_gap = 1e-9, .max_cones = 200000});
  SaddleConstants result;
  result.beta = theorem.beta;
  result.residual_norm = detail::norm(model.coefficients());
  Interval square = 0;
  for (const Box& w : problem.saddle) square += detail::squared_norm(w);
  const Interval size = sqrt(square);
  const ActivePart active = active_part(network, problem.data);
  result.active_beta = active.norm;
  result.active_by_eigenvalue = active.by_eigenvalue;
  const Interval slope = 2 * (sqrt(theorem.beta * active.norm) + active.rest);
  result.slope = slope;
  result.gamma = {1, "the gradient of the network is Lipschitz: the unit ball will do"};
  result.mu_3 = {slope * (size + 1),
                 "|J(w)|_2 <= 2 sqrt(beta beta_S) |w|, by Cauchy's inequality in the neurons and "
                 "in the rows, beta_S the sup of |(x_i.v)^2| over rows active together; |w| <= "
                 "|w_n| + 1"};
  result.mu_1 = {slope * (size + Interval(1) / 2),
                 "the mean of the bound of |J| on the way from w_n to w"};
  const Interval global(0, global_lipschitz(model));
  Interval local = 0;
  const bool plane = problem.data.dimension() <= 3;
  std::vector<const Box*> seen;
  for (const Box& w : problem.saddle) {
    const bool again = std::any_of(seen.begin(), seen.end(), [&](const Box* other) {
      return std::equal(w.begin(), w.end(), other->begin(),
                        [](Interval a, Interval b) { return identical(a, b); });
    });
    if (again || !plane) continue;
    seen.push_back(&w);
    local = max(local, steepest_quotient(model, w));
  }
  if (plane && local.upper() < global.upper()) {
    result.mu_2 = {local,
                   "sup of |dN(u) - dN(u_k)| / |u - u_k| over |u - u_k| <= 1 for each "
                   "neuron, by branch and bound"};
  } else {
    result.mu_2 = {global.upper(), "largest eigenvalue of 2 sum max(0, +-y_bar_i) x_i x_i^T"};
  }
  result.M_1 = {result.residual_norm + result.mu_1.value + result.beta, "|y_bar| + mu_1 + beta"};
  const Interval first = result.mu_2.value + result.mu_1.value * result.mu_3.value;
  const Interval second = result.beta * (2 * result.M_1.value + result.mu_3.value);
  result.kappa = {first, "mu_2 + mu_1 mu_3 (not needed where the gradient is Lipschitz)"};
  result.M_2 = {max(first, second), "max(mu_2 + mu_1 mu_3, beta (2 M_1 + mu_3))"};
  return result;
}

}  // namespace filippov
