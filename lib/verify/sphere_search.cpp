#include <cmath>
#include <limits>
#include <random>

#include "filippov/verify/sphere_maximum.hpp"

namespace filippov {

namespace {

constexpr int random_starts = 32;
constexpr int max_steps = 2000;

/// Scales u to about unit norm; false if it is zero.
bool normalize(std::vector<double>& u) {
  double square = 0;
  for (const double x : u) square += x * x;
  const double norm = std::sqrt(square);
  if (!(norm > 0) || !std::isfinite(norm)) return false;
  for (double& x : u) x /= norm;
  return true;
}

/// Follows u -> c / |c| from u, of unit norm, until g grows no more.
double climb(const SublinearFunction& g, std::vector<double>& u) {
  double value = g.upper(u);
  std::vector<double> next(u.size());
  for (int step = 0; step < max_steps; ++step) {
    g.subgradient(u, next);
    if (!normalize(next)) break;
    const double increased = g.upper(next);
    if (!(increased > value)) break;
    const bool settled = increased <= value * (1 + 4 * std::numeric_limits<double>::epsilon());
    u.swap(next);
    value = increased;
    if (settled) break;
  }
  return value;
}

}  // namespace

SphereMaximum search_sphere(const SublinearFunction& g,
                            std::span<const std::vector<double>> directions) {
  const auto dimension = static_cast<std::size_t>(g.dimension());
  std::vector<double> best;
  double best_value = -1;
  const auto try_from = [&](std::vector<double> u) {
    if (!normalize(u)) return;
    const double value = climb(g, u);
    if (value > best_value) {
      best_value = value;
      best = std::move(u);
    }
  };
  for (std::size_t k = 0; k < dimension; ++k) {
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> u(dimension, 0.0);
      u[k] = sign;
      try_from(std::move(u));
    }
  }
  for (const std::vector<double>& direction : directions) try_from(direction);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  for (int k = 0; k < random_starts; ++k) {
    std::vector<double> u(dimension);
    for (double& x : u) x = normal(random);
    try_from(std::move(u));
  }
  Interval square = 0;
  for (const double x : best) square += sqr(Interval(x));
  const Interval value = g.value(best) / sqrt(square);
  return {.value = value, .argument = std::move(best)};
}

}  // namespace filippov
