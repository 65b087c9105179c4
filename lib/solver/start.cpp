#include "start.hpp"

#include <fmt/format.h>

#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov::detail {

namespace {

constexpr double start_tolerance = 1e-14;

std::string coordinates(std::span<const double> x) {
  return fmt::format("({})", fmt::join(x, ", "));
}

}  // namespace

void check_start(const Inclusion& inclusion, std::span<const double> x) {
  if (x.size() != static_cast<std::size_t>(inclusion.dimension())) {
    throw Error(
        fmt::format("initial state has {} entries: expected {}", x.size(), inclusion.dimension()));
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i])) {
      throw Error(fmt::format("entry {} of the initial state is {}: expected a finite number",
                              i + 1, x[i]));
    }
  }
}

LocalPoint start_point(const Inclusion& inclusion, double t, std::span<const double> x) {
  check_start(inclusion, x);
  LocalPoint point{t, x, Signature(static_cast<std::size_t>(inclusion.switch_count()), 1), {}};
  for (int j = 0; j < inclusion.switch_count(); ++j) {
    const double h = inclusion.switching(j, t, x, point.signature);
    if (std::isnan(h)) continue;  // of a branch that is not taken, or caught below
    point.signature[static_cast<std::size_t>(j)] = h < 0 ? -1 : 1;
  }
  std::vector<double> scale;
  for (const double value : x) scale.push_back(std::abs(value));
  complete_active(inclusion, point, start_tolerance, scale);
  check_domain(inclusion, t, x, point.signature);
  for (const int j : inclusion.live_switches(point.signature)) {
    check_height(inclusion, j, inclusion.switching(j, t, x, point.signature), t, x);
  }
  return point;
}

void check_domain(const Inclusion& inclusion, double t, std::span<const double> x,
                  const Signature& signature) {
  std::vector<double> f(x.size());
  inclusion.selection(t, x, signature, f);
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (!std::isfinite(f[i])) {
      throw Error(fmt::format(
          "component {} of the right-hand side is {} at the start x = {}, t = {}: expected a start "
          "inside the domain of log, sqrt and division",
          i + 1, f[i], coordinates(x), t));
    }
  }
}

void check_height(const Inclusion& inclusion, int j, double height, double t,
                  std::span<const double> x) {
  if (std::isfinite(height)) return;
  throw Error(fmt::format(
      "switching function {} is {} at the start x = {}, t = {}: expected a start inside the "
      "domain of log, sqrt and division",
      inclusion.surface_name(j), height, coordinates(x), t));
}

}  // namespace filippov::detail
