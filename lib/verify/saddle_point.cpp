#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "../geometry/least_squares.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/verify/saddle.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "nearby_root.hpp"
#include "neuron_model.hpp"
#include "saddle_residual.hpp"

namespace filippov {

namespace {

/// Neurons that are positive multiples of each other, as far as doubles tell.
struct Ray {
  std::vector<std::size_t> members;
  std::vector<double> direction;  ///< of unit norm
  Interval square = 0;            ///< sum of |w_k|^2
};

std::vector<Ray> rays_of(const std::vector<Box>& neurons) {
  constexpr double tolerance = 1e-6;
  std::vector<Ray> rays;
  for (std::size_t k = 0; k < neurons.size(); ++k) {
    std::vector<double> direction = midpoint(neurons[k]);
    double length = 0;
    for (const double entry : direction) length = std::hypot(length, entry);
    for (double& entry : direction) entry /= length;
    Ray* home = nullptr;
    for (Ray& ray : rays) {
      double distance = 0;
      for (std::size_t i = 0; i < direction.size(); ++i) {
        distance = std::hypot(distance, direction[i] - ray.direction[i]);
      }
      if (distance <= tolerance) home = &ray;
    }
    if (!home) home = &rays.emplace_back(Ray{{}, direction});
    home->members.push_back(k);
    home->square += detail::squared_norm(point_box(midpoint(neurons[k])));
  }
  return rays;
}

/// The gradient of the square loss with respect to one neuron per ray. With r_i = y_i - sum_g
/// sigma(x_i.w_g)^2 and p_gi = sigma sigma'(x_i.w_g) it is -2 sum_i r_i p_gi x_i for ray g: it
/// vanishes if r_i = 0 for the rows `fitted`, and what the others contribute vanishes.
class RayGradient {
 public:
  /// `leave`: where rows are only just silent, at a ray nearby for which they certainly are.
  RayGradient(const SaddleProblem& problem, const std::vector<Ray>& rays, bool leave);

  /// Rows where r_i has to be 0, as far as doubles tell.
  std::vector<int> fitted() const { return detail::spanned_rows(slopes_); }
  std::optional<detail::NearbyRoot> root(const std::vector<int>& fitted) const;

 private:
  double activation(int i, std::size_t g) const;
  void leave_touched_rows(std::size_t g);
  Eigen::MatrixXd jacobian(const std::vector<int>& fitted,
                           const std::vector<std::size_t>& rest) const;

  const SaddleProblem& problem_;
  std::size_t d_;
  std::size_t rays_;
  double leak_;
  double size_ = 0;
  Box centre_;
  Eigen::MatrixXd slopes_;  ///< p_gi x_i, a row for each i
};

RayGradient::RayGradient(const SaddleProblem& problem, const std::vector<Ray>& rays, bool leave)
    : problem_(problem),
      d_(problem.saddle.front().size()),
      rays_(rays.size()),
      leak_(problem.network.leak.midpoint()),
      slopes_(problem.data.size(), static_cast<Eigen::Index>(rays.size() * d_)) {
  for (const Ray& ray : rays) {
    const Interval length = sqrt(ray.square);
    size_ = std::max(size_, length.upper());
    for (const double entry : ray.direction) centre_.emplace_back((entry * length).midpoint());
  }
  for (std::size_t g = 0; g < rays_ && leave; ++g) leave_touched_rows(g);
  for (int i = 0; i < problem.data.size(); ++i) {
    for (std::size_t g = 0; g < rays_; ++g) {
      const double t = activation(i, g);
      for (std::size_t k = 0; k < d_; ++k) {
        slopes_(i, static_cast<Eigen::Index>(g * d_ + k)) =
            (t > 0 ? t : leak_ * leak_ * t) * problem.data.approximate_input(i)[k];
      }
    }
  }
}

double RayGradient::activation(int i, std::size_t g) const {
  double t = 0;
  for (std::size_t k = 0; k < d_; ++k) {
    t += problem_.data.approximate_input(i)[k] * centre_[g * d_ + k].midpoint();
  }
  return t;
}

/// Descent without a leak often ends where rows with r_i < 0 are only just silent, x_i.w = 0: on
/// the boundary of a set of saddles, where the gradient is the same. Turns the ray into that set,
/// where it can keep its products with the active rows.
void RayGradient::leave_touched_rows(std::size_t g) {
  constexpr double tolerance = 1e-6;
  const auto d = static_cast<Eigen::Index>(d_);
  double length = 0;
  for (std::size_t k = g * d_; k < (g + 1) * d_; ++k) {
    length = std::hypot(length, centre_[k].midpoint());
  }
  Eigen::MatrixXd rows(0, d);
  Eigen::VectorXd change(0);
  for (int i = 0; i < problem_.data.size(); ++i) {
    const Eigen::Map<const Eigen::VectorXd> x(problem_.data.approximate_input(i).data(), d);
    const double t = activation(i, g);
    const double margin = tolerance * length * x.norm();
    if (t <= -margin) continue;
    rows.conservativeResize(rows.rows() + 1, Eigen::NoChange);
    rows.bottomRows(1) = x.transpose();
    change.conservativeResize(rows.rows());
    change(rows.rows() - 1) = t < margin ? -margin - t : 0;
  }
  if (change.isZero(0)) return;
  const Eigen::VectorXd turn = detail::LeastSquares(rows).solve(change);
  if (!((rows * turn - change).norm() < 1e-6 * change.norm())) return;
  for (Eigen::Index k = 0; k < d; ++k) {
    Interval& entry = centre_[g * d_ + static_cast<std::size_t>(k)];
    entry = entry.midpoint() + turn(k);
  }
}

/// Of r_i for i in `fitted`, then of sum_i r_i p_gi x_i over the other i for the rays `rest`.
Eigen::MatrixXd RayGradient::jacobian(const std::vector<int>& fitted,
                                      const std::vector<std::size_t>& rest) const {
  const auto d = static_cast<Eigen::Index>(d_);
  const auto first = static_cast<Eigen::Index>(fitted.size());
  Eigen::MatrixXd result =
      Eigen::MatrixXd::Zero(first + static_cast<Eigen::Index>(rest.size()) * d, slopes_.cols());
  for (std::size_t f = 0; f < fitted.size(); ++f) {
    result.row(static_cast<Eigen::Index>(f)) = -2 * slopes_.row(fitted[f]);
  }
  for (int i = 0; i < problem_.data.size(); ++i) {
    if (std::ranges::find(fitted, i) != fitted.end()) continue;
    const std::span<const double> row = problem_.data.approximate_input(i);
    const Eigen::Map<const Eigen::VectorXd> x(row.data(), d);
    double left = problem_.data.label(i).midpoint();
    for (std::size_t g = 0; g < rays_; ++g) {
      const double t = activation(i, g);
      left -= (t > 0 ? 1 : leak_ * leak_) * t * t;
    }
    for (std::size_t e = 0; e < rest.size(); ++e) {
      const auto to = first + static_cast<Eigen::Index>(e) * d;
      const auto from = static_cast<Eigen::Index>(rest[e]) * d;
      const double slope = activation(i, rest[e]) > 0 ? 1 : leak_ * leak_;
      result.middleRows(to, d) -= 2 * slopes_.row(i).segment(from, d).transpose() * slopes_.row(i);
      result.block(to, from, d, d) += left * slope * x * x.transpose();
    }
  }
  return result;
}

/// A box of all rays with a root, for every choice of data.
std::optional<detail::NearbyRoot> RayGradient::root(const std::vector<int>& fitted) const {
  const DataSet& data = problem_.data;
  const Network& network = problem_.network;
  const auto is_fitted = [&](int i) { return std::ranges::find(fitted, i) != fitted.end(); };
  std::vector<std::size_t> rest;
  for (std::size_t g = 0; g < rays_; ++g) {
    bool silent = identical(network.leak, 0);
    for (int i = 0; i < data.size() && silent; ++i) silent = is_fitted(i) || activation(i, g) < 0;
    if (!silent) rest.push_back(g);
  }
  const auto values = [&](const std::vector<Expression>& w,
                          const detail::Equations::Number& number) {
    const Expression leak = number(network.leak);
    const Expression squared_leak = number(sqr(network.leak));
    std::vector<Expression> sums(rest.size() * d_, number(0));
    std::vector<Expression> result(fitted.size(), number(0));
    for (int i = 0; i < data.size(); ++i) {
      const std::span<const Interval> x = data.input(i);
      Expression residual = number(data.label(i));
      std::vector<Expression> slopes;
      for (std::size_t g = 0; g < rays_; ++g) {
        Expression h = number(0);
        for (std::size_t k = 0; k < d_; ++k) h += number(x[k]) * w[g * d_ + k];
        const Expression sigma = leaky_relu(leak, h);
        residual -= sigma * sigma;
        slopes.push_back(leaky_relu(squared_leak, h));
      }
      const auto place = std::ranges::find(fitted, i);
      if (place != fitted.end()) {
        result[static_cast<std::size_t>(place - fitted.begin())] = residual;
        continue;
      }
      for (std::size_t e = 0; e < rest.size(); ++e) {
        const Expression pull = residual * slopes[rest[e]];
        for (std::size_t k = 0; k < d_; ++k) sums[e * d_ + k] += pull * number(x[k]);
      }
    }
    result.insert(result.end(), sums.begin(), sums.end());
    return result;
  };
  std::optional<detail::NearbyRoot> root =
      detail::nearby_root({values, jacobian(fitted, rest)}, centre_, size_);
  // The other rays have no active row besides those that are fitted.
  for (std::size_t g = 0; g < rays_ && root; ++g) {
    if (std::ranges::find(rest, g) != rest.end()) continue;
    for (int i = 0; i < data.size(); ++i) {
      const Interval t = dot(data.input(i), std::span(root->box).subspan(g * d_, d_));
      if (!is_fitted(i) && !certainly_less_equal(t, 0)) return std::nullopt;
    }
  }
  return root;
}

/// An exact saddle; without neurons if it is not proved.
SaddlePoint prove_saddle(const SaddleProblem& problem, bool leave) {
  const std::vector<Ray> rays = rays_of(problem.saddle);
  const std::size_t d = problem.saddle.front().size();
  const RayGradient gradient(problem, rays, leave);
  std::vector<int> fitted = gradient.fitted();
  std::optional<detail::NearbyRoot> root = gradient.root(fitted);
  if (!root && !fitted.empty()) {
    fitted.clear();
    root = gradient.root(fitted);
  }
  if (!root) return {{Proof::undecided, ""}, {}};
  SaddlePoint point{{Proof::certified, ""}, std::vector<Box>(problem.saddle.size())};
  point.fitted = fitted;
  point.solved = root->solved;
  for (std::size_t g = 0; g < rays.size(); ++g) {
    SaddleRay& ray = point.rays.emplace_back();
    const auto first = root->box.begin() + static_cast<std::ptrdiff_t>(g * d);
    ray.box.assign(first, first + static_cast<std::ptrdiff_t>(d));
    Interval square = 0;
    for (const std::size_t k : rays[g].members) {
      ray.neurons.push_back(static_cast<int>(k));
      ray.shares.push_back(detail::norm(point_box(midpoint(problem.saddle[k]))).midpoint());
      square += sqr(Interval(ray.shares.back()));
    }
    for (std::size_t m = 0; m < ray.shares.size(); ++m) {
      const Interval share = Interval(ray.shares[m]) / sqrt(square);
      for (const Interval& r : ray.box) point.neurons[rays[g].members[m]].push_back(share * r);
    }
  }
  return point;
}

}  // namespace

SaddlePoint nearby_saddle(const SaddleProblem& problem) {
  detail::check_saddle(problem);
  SaddlePoint result{{Proof::undecided, ""}, problem.saddle};
  const bool two_layer = problem.network.kind == NetworkKind::two_layer;
  SaddlePoint found = two_layer ? detail::two_layer_saddle(problem) : prove_saddle(problem, false);
  if (!found.neurons.empty()) return found;
  Network one = problem.network;
  one.neurons = 1;
  const DataSet residual = detail::saddle_residual(problem);
  const detail::NeuronModel model(one, residual, Loss{});
  std::vector<Box> gradient;
  bool exact = true;
  for (const Box& w : problem.saddle) {
    gradient.push_back(model.gradient(w));
    for (const Interval& entry : gradient.back()) exact = exact && identical(entry, 0);
  }
  if (exact) {
    result.exists.proof = Proof::certified;
    return result;
  }
  if (!two_layer && identical(one.leak, 0)) found = prove_saddle(problem, true);
  if (!found.neurons.empty()) return found;
  result.exists.reason = "the gradient encloses 0, but no exact saddle is proved there";
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const Box& w = problem.saddle[k];
    // What the terms of the gradient add up to without their signs.
    const Interval jacobian = two_layer ? 2 * spectral_bound(one, problem.data) * detail::norm(w)
                                        : model.jacobian_norm(point_box(midpoint(w)));
    const Interval scale = detail::norm(model.coefficients()) * jacobian;
    for (const Interval& entry : gradient[k]) {
      if (entry.contains_zero()) continue;
      if (certainly_less(1e-6 * scale, abs(entry))) {
        throw Error(fmt::format(
            "the weights are not a saddle: a component of the gradient is in {}, expected 0, and "
            "none is found nearby",
            to_string(entry)));
      }
      result.exists.reason =
          fmt::format("no exact saddle is proved nearby; a component of the gradient is in {}",
                      to_string(entry));
    }
  }
  return result;
}

}  // namespace filippov
