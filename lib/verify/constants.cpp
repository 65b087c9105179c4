#include "filippov/verify/constants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/verify/neuron_norm.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "filippov/verify/sphere_maximum.hpp"

namespace filippov {

namespace {

/// Where the local search starts: no more than this many of the examples.
constexpr int example_starts = 64;

std::vector<std::vector<double>> examples(const DataSet& data) {
  std::vector<std::vector<double>> result;
  const int step = std::max(1, data.size() / example_starts);
  for (int i = 0; i < data.size(); i += step) {
    const auto x = data.approximate_input(i);
    result.emplace_back(x.begin(), x.end());
  }
  return result;
}

/// |H(X; w)|_2 / |w|^2 for one neuron.
Interval relative_output(const Network& network, const DataSet& data,
                         const std::vector<double>& w) {
  const std::vector<Interval> weights(w.begin(), w.end());
  Interval output = 0;
  for (const Interval& h : neuron_output(network, data, weights)) output += sqr(h);
  Interval norm = 0;
  for (const Interval& x : weights) norm += sqr(x);
  return sqrt(output) / norm;
}

Interval largest_square(const DataSet& data) {
  Interval result = 0;
  for (int i = 0; i < data.size(); ++i) result = max(result, sqr(data.label(i)));
  return result;
}

void require_nonnegative(Interval x, const char* name) {
  if (certainly_less_equal(0, x)) return;
  throw Error(
      fmt::format("{} is in {}, expected a number that is not negative", name, to_string(x)));
}

/// beta of a diagonal network, which is a maximum over the d columns of X.
void bound_diagonal(const DataSet& data, TheoremConstants& result) {
  const auto d = static_cast<std::size_t>(data.dimension());
  std::size_t best = 0;
  Interval largest = 0;
  double lower = -1;
  for (std::size_t k = 0; k < d; ++k) {
    Interval squares = 0;
    for (int i = 0; i < data.size(); ++i) squares += sqr(data.input(i)[k]);
    if (squares.lower() > lower) {
      lower = squares.lower();
      best = k;
    }
    largest = max(largest, squares);
  }
  result.beta = sqrt(largest) / 2;
  result.beta_tight = true;
  result.beta_argument.assign(2 * d, 0);
  result.beta_argument[best] = std::sqrt(0.5);
  result.beta_argument[d + best] = std::sqrt(0.5);
}

/// beta of a network of neurons, by NeuronNorm.
void bound_neurons(const Network& network, const DataSet& data, const ConstantsOptions& options,
                   TheoremConstants& result) {
  const bool two_layer = network.kind == NetworkKind::two_layer;
  const NeuronNorm g(network, data);
  SphereMaximum best = search_sphere(g, examples(data));
  double lower = 0;
  const auto attain = [&](const std::vector<double>& u) {
    result.beta_argument = u;
    if (two_layer) {
      for (double& x : result.beta_argument) x /= std::sqrt(2.0);
      result.beta_argument.insert(result.beta_argument.begin(), std::sqrt(0.5));
    }
    lower = relative_output(network, data, result.beta_argument).lower();
  };
  attain(best.argument);
  double upper = spectral_bound(network, data);
  // beta = g^2 or g / 2; a relative gap of the square is twice that of g.
  const double gap = two_layer ? options.relative_gap : options.relative_gap / 2;
  const auto tight = [&] {
    return upper <= (Interval(lower) * (1 + Interval(options.relative_gap))).lower();
  };
  if (!tight() && g.dimension() <= largest_sphere_dimension) {
    const SphereMaximum maximum = maximize_on_sphere(
        g, {.relative_gap = 0.99 * gap, .max_cones = options.max_cones}, std::move(best));
    attain(maximum.argument);
    const Interval top(maximum.value.upper());
    const double by_cones = (two_layer ? top / 2 : sqr(top)).upper();
    result.beta_by_eigenvalue = upper <= by_cones;
    upper = std::min(upper, by_cones);
  } else {
    result.beta_by_eigenvalue = true;
  }
  result.beta = Interval(lower, upper);
  result.beta_tight = tight();
}

}  // namespace

Interval TheoremConstants::time(Interval ln_C) const {
  require_nonnegative(ln_C, "ln C");
  return ln_C / (4 * beta * beta_tilde);
}

Interval TheoremConstants::ln_C(Interval time) const {
  require_nonnegative(time, "the time T_bar");
  return 4 * beta * beta_tilde * time;
}

TheoremConstants theorem_constants(const Network& network, const DataSet& data, const Loss& loss,
                                   const ConstantsOptions& options) {
  check_labels(loss, data);
  TheoremConstants result;
  if (network.kind == NetworkKind::diagonal) {
    bound_diagonal(data, result);
  } else {
    bound_neurons(network, data, options, result);
  }
  Interval squares = 0;
  for (int i = 0; i < data.size(); ++i)
    squares += sqr(loss_derivative(loss.kind, 0, data.label(i)));
  const Interval terms = loss.mean ? Interval(data.size()) : Interval(1);
  result.label_norm = sqrt(squares) / terms;
  result.beta_hat =
      (loss.kind == LossKind::square ? Interval(1) : largest_square(data) / 4) / terms;
  result.beta_tilde = result.beta_hat * result.beta + result.label_norm;
  return result;
}

}  // namespace filippov
