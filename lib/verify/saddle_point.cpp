#include <fmt/format.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/verify/root.hpp"
#include "filippov/verify/saddle.hpp"
#include "filippov/verify/spectral_bound.hpp"
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

/// The gradient of the square loss with respect to one neuron per ray, with the sign of ascent.
VectorField gradient_of(const SaddleProblem& problem, std::size_t rays) {
  const DataSet& data = problem.data;
  const auto d = static_cast<std::size_t>(data.dimension());
  return {static_cast<int>(rays * d), [&](const auto& /*t*/, const std::vector<Expression>& w) {
            const auto number = [&](Interval value) {
              const std::shared_ptr<Graph>& graph = w.front().graph();
              return Expression(graph, graph->constant(value));
            };
            const Expression leak = number(problem.network.leak);
            const Expression squared_leak = number(sqr(problem.network.leak));
            std::vector<Expression> values(w.size(), 0.0);
            for (int i = 0; i < data.size(); ++i) {
              const std::span<const Interval> x = data.input(i);
              Expression residual = number(data.label(i));
              std::vector<Expression> slopes;
              for (std::size_t g = 0; g < rays; ++g) {
                Expression h = 0;
                for (std::size_t k = 0; k < d; ++k) h += number(x[k]) * w[g * d + k];
                const Expression sigma = leaky_relu(leak, h);
                residual -= sigma * sigma;
                slopes.push_back(2 * leaky_relu(squared_leak, h));
              }
              for (std::size_t g = 0; g < rays; ++g) {
                const Expression pull = residual * slopes[g];
                for (std::size_t k = 0; k < d; ++k) values[g * d + k] += pull * number(x[k]);
              }
            }
            return values;
          }};
}

/// An exact saddle; without rays if it is not proved.
SaddlePoint prove_saddle(const SaddleProblem& problem) {
  const std::vector<Ray> rays = rays_of(problem.saddle);
  const std::size_t d = problem.saddle.front().size();
  const VectorField gradient = gradient_of(problem, rays.size());
  Box centre;
  double size = 0;
  for (const Ray& ray : rays) {
    const Interval length = sqrt(ray.square);
    size = std::max(size, length.upper());
    for (const double entry : ray.direction) centre.emplace_back((entry * length).midpoint());
  }
  for (const double radius : {1e-12, 1e-10, 1e-8, 1e-6, 1e-4}) {
    const RootEnclosure root = enclose_root(gradient, detail::widened(centre, radius * size));
    if (root.unique_root.proof != Proof::certified) continue;
    SaddlePoint point{{Proof::certified, ""}, std::vector<Box>(problem.saddle.size())};
    for (std::size_t g = 0; g < rays.size(); ++g) {
      SaddleRay& ray = point.rays.emplace_back();
      const auto first = root.box.begin() + static_cast<std::ptrdiff_t>(g * d);
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
  return {{Proof::undecided, ""}, {}};
}

}  // namespace

SaddlePoint nearby_saddle(const SaddleProblem& problem) {
  detail::check_saddle(problem);
  SaddlePoint result{{Proof::undecided, ""}, problem.saddle};
  const bool two_layer = problem.network.kind == NetworkKind::two_layer;
  SaddlePoint found = two_layer ? detail::two_layer_saddle(problem) : prove_saddle(problem);
  if (!found.neurons.empty()) return found;
  Network one = problem.network;
  one.neurons = 1;
  const DataSet residual = detail::saddle_residual(problem);
  const detail::NeuronModel model(one, residual, Loss{});
  bool exact = true;
  for (const Box& w : problem.saddle) {
    const Box slope = model.gradient(w);
    // What the terms of the gradient add up to without their signs.
    const Interval jacobian = two_layer ? 2 * spectral_bound(one, problem.data) * detail::norm(w)
                                        : model.jacobian_norm(point_box(midpoint(w)));
    const Interval scale = detail::norm(model.coefficients()) * jacobian;
    for (const Interval& entry : slope) {
      exact = exact && identical(entry, 0);
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
  if (exact) {
    result.exists.proof = Proof::certified;
  } else if (result.exists.reason.empty()) {
    result.exists.reason = "the gradient encloses 0, but no exact saddle is proved there";
  }
  return result;
}

}  // namespace filippov
