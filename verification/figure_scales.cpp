// The loss and the angles that Figures 1 and 4 show, in interval arithmetic: the loss of eq. (2) is
// a sum, that of the figures a mean; and their angles are not arctan(u2/u1).

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <span>
#include <vector>

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
  const DataSet& data() const { return data_; }
  Interval step() const { return step_; }

  Interval activation(int i, const Neuron& u) const {
    return max(data_.input(i)[0] * u.u1 + data_.input(i)[1] * u.u2, Interval(0));
  }

 private:
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

/// The ten neurons of Figure 4 that start at (sqrt(1/2), 0) plus noise of at most 1e-5 in each
/// coordinate. While they are within 1/256 of there they are active for all examples with x1 > 0
/// and for no other. With r_i = y_i - H_i, f = sum r_i^2 / 2 over these examples and S = sum H_i
/// |x_i|^2: |grad f| <= 2 sqrt(2 f S), and the Hessian is at most 4 S + 2 sum |r_i| |x_i|^2. Hence
/// f does not rise, the path of `count` steps is no longer than count step 2 sqrt(2 f(0) S), and
/// they stay.
struct FittedPart {
  bool stays = false;
  Interval loss;  ///< f(0), not less than f at any step
};

FittedPart fitted_part(const Descent& descent, int count, int terms) {
  constexpr double radius = 1.0 / 256;
  const double noise = Interval::from_decimal("1e-5").upper();
  const Interval root = sqrt(Interval(1) / 2);
  const auto within = [&](double r) { return Neuron{root + Interval(-r, r), Interval(-r, r)}; };
  FittedPart part;
  part.stays = true;
  Interval s = 0;
  Interval curvature = 0;
  for (int i = 0; i < descent.examples(); ++i) {
    const Interval x1 = descent.data().input(i)[0];
    const Interval active = descent.activation(i, within(radius));
    if (certainly_negative(x1)) {
      part.stays = part.stays && identical(active, 0);
      continue;
    }
    part.stays = part.stays && certainly_positive(active);
    const Interval square = sqr(x1) + sqr(descent.data().input(i)[1]);
    s += 10 * sqr(active) * square;
    curvature += 2 * abs(descent.data().label(i) - 10 * sqr(active)) * square;
    const Interval r = descent.data().label(i) - 10 * sqr(descent.activation(i, within(noise)));
    part.loss += sqr(r) / 2;
  }
  curvature += 4 * s;
  part.loss = part.loss.upper();
  const Interval step = descent.step() / terms;
  const Interval path = count * step * 2 * sqrt(2 * part.loss * s);
  part.stays =
      part.stays && certainly_less(step * curvature, 2) && certainly_less(path + noise, radius);
  return part;
}

/// The ten others, from 1e-5 (-(1 + k/16), (2 k - 9)/400), k = 0 .. 9: while |u2| <= |u1|/17 they
/// are not active for x1 > 0, so that the two parts do not meet, and active for all of x1 < 0.
class SmallPart {
 public:
  explicit SmallPart(const Descent& descent) : descent_(descent) {
    const Interval delta = Interval::from_decimal("1e-5");
    for (int k = 0; k < 10; ++k) {
      neurons_.push_back({-delta * (1 + Interval(k) / 16), delta * (2 * k - 9) / 400});
    }
    for (int i = 0; i < descent.examples(); ++i) {
      const std::span<const Interval> x = descent.data().input(i);
      apart_ = apart_ && certainly_less(cone() * abs(x[1]), abs(x[0]));
      if (certainly_negative(x[0])) examples_.push_back({x[0], x[1], descent.data().label(i)});
    }
    find_residuals();
  }

  void step(int terms) {
    const Interval factor = 2 * descent_.step() / terms;
    for (Neuron& u : neurons_) {
      Interval g1 = 0;
      Interval g2 = 0;
      for (std::size_t i = 0; i < examples_.size(); ++i) {
        const Example& e = examples_[i];
        const Interval pull = residuals_[i] * (e.x1 * u.u1 + e.x2 * u.u2);
        g1 += pull * e.x1;
        g2 += pull * e.x2;
      }
      u = {u.u1 + factor * g1, u.u2 + factor * g2};
      apart_ = apart_ && certainly_negative(u.u1) && certainly_less(abs(u.u2), cone() * abs(u.u1));
    }
    find_residuals();
  }

  /// That of the examples with x1 < 0.
  Interval loss() const { return Descent::loss(residuals_); }
  bool apart() const { return apart_; }
  const Neuron& first() const { return neurons_.front(); }

 private:
  struct Example {
    Interval x1;
    Interval x2;
    Interval label;
  };

  static Interval cone() { return Interval(1) / 17; }

  void find_residuals() {
    residuals_.clear();
    for (const Example& e : examples_) {
      Interval rest = e.label;
      for (const Neuron& u : neurons_) rest -= sqr(e.x1 * u.u1 + e.x2 * u.u2);
      residuals_.push_back(rest);
    }
  }

  const Descent& descent_;
  std::vector<Example> examples_;
  std::vector<Neuron> neurons_;
  std::vector<Interval> residuals_;
  bool apart_ = true;
};

/// Figure 4a, the loss a sum and a mean, from starts near the saddle of D.3; and 4b.
void check_saddle(const Descent& descent, Claims& claims) {
  constexpr int few = 3000;
  SmallPart sum(descent);
  const Interval at_start = sum.loss();
  for (int k = 0; k < few; ++k) sum.step(1);
  const FittedPart fitted = fitted_part(descent, few, 1);
  const Interval part = (sum.loss() + Interval(0, fitted.loss.upper())) / at_start;
  claims.add_refutation(
      "Figure 4a: the loss of eq. (13), a sum, barely changes in 50 000 steps of 5e-5", "yes",
      fmt::format("after {} steps loss / first loss in {}", few, to_string(part)),
      fitted.stays && sum.apart() && certainly_less(part, 0.5));

  SmallPart mean(descent);
  double change = 0;
  for (int k = 0; k < steps; ++k) {
    mean.step(descent.examples());
    change = std::max(change, abs(mean.loss() - at_start).upper());
  }
  const FittedPart stays = fitted_part(descent, steps, descent.examples());
  const Interval most = (change + stays.loss) / at_start;
  claims.add_proof("Figure 4a with a mean loss: the loss barely changes in 50 000 steps of 5e-5",
                   "yes", fmt::format("by less than {} of it", decimal_above(most.upper())),
                   stays.stays && mean.apart() && most.upper() < 1e-3);

  const Neuron& u = mean.first();
  const Interval shown = atan(u.u2 / u.u1);
  claims.add_refutation("Figure 4b: the angle shown is arctan(u2/u1)", "from the positive x-axis",
                        fmt::format("a neuron ends at angle {}, arctan(u2/u1) in {}: it is atan2",
                                    to_string(shown + Interval::pi()), to_string(shown)),
                        certainly_negative(u.u1) && certainly_less(abs(shown), 0.2));
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "What Figures 1 and 4 show: the scale of the loss, and the angles");
  const Descent descent;
  refute_sum(descent, claims);
  const Interval most = prove_mean(descent, claims);
  refute_arctan(descent, most, claims);
  check_saddle(descent, claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "figure_scales: " << error.what() << '\n';
  return 2;
}
