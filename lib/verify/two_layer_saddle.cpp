// Saddles of networks of two layers off the hyperplanes of the data, near which H_n is smooth.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filippov/verify/spectral_bound.hpp"
#include "nearby_root.hpp"
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

/// With r_i = y_i - sum_h sigma'_hi x_i.q_h, linear in the sums q, the condition for group g is
/// sum_i sigma'_gi x_i r_i = 0: so it is if r_i = 0 for the rows `fitted`, and what the others
/// contribute vanishes; of groups with the same sigma' there, or multiples of it, it is asked of
/// the first alone.
class CellConditions {
 public:
  CellConditions(const SaddleProblem& problem, const std::vector<CellGroup>& groups);

  /// Rows where r_i has to be 0, as far as doubles tell.
  std::vector<int> fitted() const { return spanned_rows(slopes_); }
  /// A box of all sums with a root, for every choice of data.
  std::optional<NearbyRoot> root(const std::vector<int>& fitted, const Box& centre,
                                 double size) const;

 private:
  Interval slope(std::size_t g, int i) const {
    return groups_[g].sides[static_cast<std::size_t>(i)] < 0 ? problem_.network.leak : Interval(1);
  }
  /// Apart from those rows sigma' is the same, or has one value for g and one for h.
  bool same_condition(std::size_t g, std::size_t h, const std::vector<int>& fitted) const;
  bool is_silent(std::size_t g, const std::vector<int>& fitted) const;

  const SaddleProblem& problem_;
  const std::vector<CellGroup>& groups_;
  std::size_t d_;
  Eigen::MatrixXd slopes_;  ///< sigma'_gi x_i, a row for each i
};

CellConditions::CellConditions(const SaddleProblem& problem, const std::vector<CellGroup>& groups)
    : problem_(problem),
      groups_(groups),
      d_(static_cast<std::size_t>(problem.data.dimension())),
      slopes_(problem.data.size(), static_cast<Eigen::Index>(groups.size() * d_)) {
  for (int i = 0; i < problem.data.size(); ++i) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (std::size_t k = 0; k < d_; ++k) {
        slopes_(i, static_cast<Eigen::Index>(g * d_ + k)) =
            slope(g, i).midpoint() * problem.data.approximate_input(i)[k];
      }
    }
  }
}

bool CellConditions::same_condition(std::size_t g, std::size_t h,
                                    const std::vector<int>& fitted) const {
  bool equal = true;
  std::vector<int> one;  // side of g, and of h, for all rows
  bool constant = true;
  for (int i = 0; i < problem_.data.size(); ++i) {
    if (std::ranges::find(fitted, i) != fitted.end()) continue;
    const int a = groups_[g].sides[static_cast<std::size_t>(i)];
    const int b = groups_[h].sides[static_cast<std::size_t>(i)];
    equal = equal && a == b;
    if (one.empty()) one = {a, b};
    constant = constant && one == std::vector{a, b};
  }
  return equal || constant;
}

bool CellConditions::is_silent(std::size_t g, const std::vector<int>& fitted) const {
  for (int i = 0; i < problem_.data.size(); ++i) {
    const bool is_fitted = std::ranges::find(fitted, i) != fitted.end();
    if (!is_fitted && !identical(slope(g, i), 0)) return false;
  }
  return true;
}

std::optional<NearbyRoot> CellConditions::root(const std::vector<int>& fitted, const Box& centre,
                                               double size) const {
  const DataSet& data = problem_.data;
  std::vector<std::size_t> rest;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const bool again =
        std::ranges::any_of(rest, [&](std::size_t h) { return same_condition(g, h, fitted); });
    if (!again && !is_silent(g, fitted)) rest.push_back(g);
  }
  const auto values = [&](const std::vector<Expression>& q, const Equations::Number& number) {
    std::vector<Expression> sums(rest.size() * d_, number(0));
    std::vector<Expression> result(fitted.size(), number(0));
    for (int i = 0; i < data.size(); ++i) {
      const std::span<const Interval> x = data.input(i);
      Expression residual = number(data.label(i));
      for (std::size_t k = 0; k < q.size(); ++k) {
        residual -= number(slope(k / d_, i) * x[k % d_]) * q[k];
      }
      const auto place = std::ranges::find(fitted, i);
      if (place != fitted.end()) {
        result[static_cast<std::size_t>(place - fitted.begin())] = residual;
        continue;
      }
      for (std::size_t k = 0; k < sums.size(); ++k) {
        sums[k] += residual * number(slope(rest[k / d_], i) * x[k % d_]);
      }
    }
    result.insert(result.end(), sums.begin(), sums.end());
    return result;
  };
  const auto first = static_cast<Eigen::Index>(fitted.size());
  const auto d = static_cast<Eigen::Index>(d_);
  Eigen::MatrixXd jacobian =
      Eigen::MatrixXd::Zero(first + static_cast<Eigen::Index>(rest.size()) * d, slopes_.cols());
  for (int i = 0; i < data.size(); ++i) {
    const auto place = std::ranges::find(fitted, i);
    if (place != fitted.end()) {
      jacobian.row(place - fitted.begin()) = -slopes_.row(i);
      continue;
    }
    for (std::size_t e = 0; e < rest.size(); ++e) {
      jacobian.middleRows(first + static_cast<Eigen::Index>(e) * d, d) -=
          slopes_.row(i).segment(static_cast<Eigen::Index>(rest[e]) * d, d).transpose() *
          slopes_.row(i);
    }
  }
  return nearby_root({values, jacobian}, centre, size);
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
  const CellConditions conditions(problem, groups);
  std::vector<int> fitted = conditions.fitted();
  std::optional<NearbyRoot> sums = conditions.root(fitted, centre, size);
  if (!sums && !fitted.empty()) {
    fitted.clear();
    sums = conditions.root(fitted, centre, size);
  }
  if (!sums) return nothing;
  SaddlePoint point{{Proof::certified, ""}, std::vector<Box>(problem.saddle.size())};
  point.fitted = fitted;
  point.solved = sums->solved;
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
    const auto first = sums->box.begin() + static_cast<std::ptrdiff_t>(g * d);
    together.box.assign(first, first + static_cast<std::ptrdiff_t>(d));
    for (const std::size_t k : group.members) {
      const std::vector<double> w = midpoint(problem.saddle[k]);
      together.neurons.push_back(static_cast<int>(k));
      together.shares.push_back(w[0]);
      Box& exact = point.neurons[k];
      exact.emplace_back(w[0]);
      for (std::size_t t = 0; t < d; ++t) {
        exact.push_back(w[t + 1] + w[0] * (together.box[t] - sum[t]) / square);
      }
      if (sides_of(problem, exact) != group.sides) return nothing;
    }
  }
  return point;
}

KnownZeros known_zeros(const SaddleProblem& problem) {
  KnownZeros zeros;
  for (const Box& w : problem.saddle) {
    if (problem.network.kind == NetworkKind::two_layer) {
      std::vector<int> sides = sides_of(problem, w);
      const bool again = std::ranges::find(zeros.cells, sides) != zeros.cells.end();
      if (!sides.empty() && certainly_nonzero(w[0]) && !again) {
        zeros.cells.push_back(std::move(sides));
      }
    } else {
      Box& direction = zeros.directions.emplace_back(w);
      const Interval size = norm(w);
      for (Interval& entry : direction) entry /= size;
    }
  }
  return zeros;
}

SaddleCorrelation correlation_at_saddle(const SaddleProblem& problem, const DataSet& residual,
                                        KnownZeros zeros, std::size_t which) {
  if (which >= zeros.cells.size()) return {problem.network, residual, {}, std::move(zeros)};
  const std::vector<int> sides = zeros.cells[which];
  Network network = problem.network;
  network.leak = 0;
  network.leak_decimal.clear();
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  std::vector<int> flipped;
  for (int i = 0; i < residual.size(); ++i) {
    const int side = sides[static_cast<std::size_t>(i)];
    if (side > 0) flipped.push_back(i);
    for (const Interval& x : residual.input(i)) inputs.push_back(side > 0 ? -x : x);
    // Of rows of zeros, or of all without a kink, nothing is left.
    labels.push_back(side == 0 ? Interval(0) : (1 - problem.network.leak) * residual.label(i));
  }
  for (std::vector<int>& cell : zeros.cells) {
    for (const int i : flipped) cell[static_cast<std::size_t>(i)] *= -1;
  }
  DataSet data(residual.dimension(), std::move(inputs), std::move(labels));
  std::vector<int> classes = residual.row_classes();
  for (const int i : flipped) {
    if (!classes.empty()) classes[static_cast<std::size_t>(i)] *= -1;
  }
  data.set_row_classes(std::move(classes));
  return {std::move(network), std::move(data), std::move(flipped), std::move(zeros)};
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
