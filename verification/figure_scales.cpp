// The loss and the angles that Figure 1 shows, in interval arithmetic: the loss of eq. (2) is a
// sum, that of the figure a mean; and its angles are not arctan(u2/u1).

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/initialization.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/spectral_bound.hpp"

using namespace filippov;

namespace {

constexpr int steps = 50000;

struct Neuron {
  Interval u1;
  Interval u2;
};

/// Gradient descent with steps of 5e-5 for squared ReLU neurons, in intervals.
class Descent {
 public:
  Descent()
      : data_(read_csv(FILIPPOV_DATA "/equally_spaced.csv")),
        step_(Interval::from_decimal("5e-5")) {
    const Network network = parse_network("squared-relu");
    const std::vector<Interval> weights =
        read_neurons(FILIPPOV_DATA "/figure1_initialization.csv", network, data_);
    const Interval delta = Interval::from_decimal("1e-5");
    for (std::size_t k = 0; k < weights.size(); k += 2) {
      start_.push_back({delta * weights[k], delta * weights[k + 1]});
    }
  }

  const std::vector<Neuron>& start() const { return start_; }

  /// -l' = y - H for all examples.
  std::vector<Interval> residuals(const std::vector<Neuron>& neurons) const {
    std::vector<Interval> result;
    for (int i = 0; i < data_.size(); ++i) {
      Interval rest = data_.label(i);
      for (const Neuron& u : neurons) rest -= sqr(activation(i, u));
      result.push_back(rest);
    }
    return result;
  }

  /// Half the sum of the squares.
  static Interval loss(const std::vector<Interval>& residuals) {
    Interval sum = 0;
    for (const Interval& r : residuals) sum += sqr(r);
    return sum / 2;
  }

  /// One step; the loss is divided by `terms`.
  Neuron after_step(const Neuron& u, const std::vector<Interval>& residuals, int terms) const {
    Interval g1 = 0;
    Interval g2 = 0;
    for (int i = 0; i < data_.size(); ++i) {
      const Interval sigma = activation(i, u);
      if (identical(sigma, 0)) continue;
      const Interval pull = residuals[static_cast<std::size_t>(i)] * sigma;
      g1 += pull * data_.input(i)[0];
      g2 += pull * data_.input(i)[1];
    }
    const Interval factor = 2 * step_ / terms;
    return {u.u1 + factor * g1, u.u2 + factor * g2};
  }

  /// An upper bound of |sum_i r_i sigma(x_i.u) x_i| / |u| over u and 0 <= r_i <= y_i: as sigma is
  /// x_i.u or 0, and rows count only where active together, the largest eigenvalue of sum y_i x_i
  /// x_i^T over half planes, and these are begun by a row each.
  double largest_rate() const {
    double largest = 0;
    for (int first = 0; first < data_.size(); ++first) {
      const std::span<const Interval> normal = data_.input(first);
      std::vector<Interval> sum(4);
      for (int i = 0; i < data_.size(); ++i) {
        const std::span<const Interval> x = data_.input(i);
        // Counterclockwise of the first row by less than half a turn, or may be.
        if (certainly_negative(normal[0] * x[1] - normal[1] * x[0])) continue;
        for (std::size_t k = 0; k < 4; ++k) sum[k] += data_.label(i) * x[k / 2] * x[k % 2];
      }
      largest = std::max(largest, largest_eigenvalue_bound(IntervalMatrix::from_rows(sum, 2, 2)));
    }
    return largest;
  }

  Interval smallest_label() const {
    Interval smallest = data_.label(0);
    for (int i = 1; i < data_.size(); ++i) smallest = min(smallest, data_.label(i));
    return smallest;
  }

  int examples() const { return data_.size(); }
  Interval step() const { return step_; }

 private:
  Interval activation(int i, const Neuron& u) const {
    return max(data_.input(i)[0] * u.u1 + data_.input(i)[1] * u.u2, Interval(0));
  }

  DataSet data_;
  Interval step_;
  std::vector<Neuron> start_;
};

/// The sum of eq. (2): far fewer steps than 50 000 are enough.
void refute_sum(const Descent& descent, Claims& claims) {
  constexpr int few = 3000;
  std::vector<Neuron> neurons = descent.start();
  std::vector<Interval> residuals = descent.residuals(neurons);
  const Interval at_start = Descent::loss(residuals);
  for (int k = 0; k < few; ++k) {
    for (Neuron& u : neurons) u = descent.after_step(u, residuals, 1);
    residuals = descent.residuals(neurons);
  }
  const Interval part = Descent::loss(residuals) / at_start;
  claims.add_refutation(
      "Figure 1a: the loss of eq. (2), a sum, barely changes in 50 000 steps of 5e-5", "yes",
      fmt::format("after {} steps loss / first loss in {}", few, to_string(part)),
      certainly_less(part, 0.5));
}

/// A mean: |w| grows by a factor 1 + 2 step rate / n at most in each step, as long as 0 <= r_i <=
/// y_i, and that is as long as |w|^2 <= min y_i, every H(x_i; w) being between 0 and |w|^2 (|x_i| =
/// 1 up to rounding, for which 2 stands).
Interval prove_mean(const Descent& descent, Claims& claims) {
  Interval square = 0;
  for (const Neuron& u : descent.start()) square += sqr(u.u1) + sqr(u.u2);
  const Interval factor = 1 + 2 * descent.step() * descent.largest_rate() / descent.examples();
  const Interval most = 2 * square * exp(2 * steps * log(factor));
  const std::vector<Interval> residuals = descent.residuals(descent.start());
  // |loss - first loss| = |sum (r - r0)(r + r0)| / 2 <= n most max y.
  Interval change = 0;
  for (const Interval& r : residuals) change += most * (r + most);
  change = change / Descent::loss(residuals);
  claims.add_proof("Figure 1a with a mean loss: the loss barely changes in 50 000 steps of 5e-5",
                   "yes", fmt::format("by less than {} of it", decimal_above(change.upper())),
                   certainly_less(most, descent.smallest_label()) && change.upper() < 1e-3);
  return most;
}

/// The angle of each neuron at the end, H(x_i; w) being between 0 and `most` all the time.
void refute_arctan(const Descent& descent, Interval most, Claims& claims) {
  std::vector<Interval> residuals = descent.residuals({});
  for (Interval& r : residuals) r -= Interval(0, most.upper());
  int behind = 0;
  Interval shown = 0;
  Interval true_angle = 0;
  for (Neuron u : descent.start()) {
    if (!certainly_negative(u.u1)) continue;
    for (int k = 0; k < steps; ++k) u = descent.after_step(u, residuals, descent.examples());
    if (!certainly_negative(u.u1)) continue;
    const Interval angle = atan(u.u2 / u.u1);
    if (behind == 0 || abs(angle).upper() < abs(shown).upper()) {
      shown = angle;
      true_angle = angle + Interval::pi();
    }
    ++behind;
    if (behind == 3) break;  // enough
  }
  claims.add_refutation(
      "Figure 1b: the angle shown is arctan(u2/u1)", "from the positive x-axis",
      fmt::format("a neuron ends at angle {} of the figure, arctan(u2/u1) in {}: it is atan2",
                  to_string(true_angle), to_string(shown)),
      behind > 0 && certainly_less(abs(true_angle - Interval::pi()), 0.2));
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "What Figure 1 shows: the scale of the loss, and the angles");
  const Descent descent;
  refute_sum(descent, claims);
  const Interval most = prove_mean(descent, claims);
  refute_arctan(descent, most, claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "figure_scales: " << error.what() << '\n';
  return 2;
}
