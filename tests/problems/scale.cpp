#include "scale.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::problems {

VectorField many_relays(int count) {
  return {count + 1, [=](auto t, const auto& x) {
            std::vector<Expression> f;
            Expression sum = 0;
            for (int i = 1; i <= count; ++i) {
              const Expression u = sign(x[static_cast<std::size_t>(i - 1)]);
              f.push_back(-(0.6 + 0.4 * i / count) * u + 0.5 * cos(t));
              sum += static_cast<double>(i) / count * u;
            }
            f.push_back(sum);
            return f;
          }};
}

std::vector<double> many_relays_start(int count) {
  std::vector<double> x;
  for (int i = 1; i <= count; ++i) {
    x.push_back((i % 2 == 0 ? 1 : -1) * (0.2 + static_cast<double>(i) / count));
  }
  x.push_back(0);
  return x;
}

double many_relays_sum(int count, double end) {
  const std::vector<double> start = many_relays_start(count);
  double sum = 0;
  for (int i = 1; i <= count; ++i) {
    const double a = 0.6 + 0.4 * i / count;
    const double x = start[static_cast<std::size_t>(i - 1)];
    const double s = x > 0 ? 1 : -1;
    double t = std::abs(x) / a;
    for (int k = 0; k < 60; ++k) {  // Newton; the derivative lies between a/6 and 2 a
      t -= (x - s * a * t + std::sin(t) / 2) / (-s * a + std::cos(t) / 2);
    }
    sum += static_cast<double>(i) / count * (s * t + (std::sin(end) - std::sin(t)) / (2 * a));
  }
  return sum;
}

Function total_variation(int count) {
  return {count, [=](const auto& x) {
            Expression sum = 0;
            for (std::size_t i = 0; i + 1 < x.size(); ++i) sum += abs(x[i] - x[i + 1]);
            return sum;
          }};
}

std::vector<double> wavy_start(int count) {
  std::vector<double> x;
  for (int i = 1; i <= count; ++i) x.push_back(std::sin(0.01 * i) + 0.5 * std::sin(1.7 * i));
  return x;
}

double total_variation_defect(const std::vector<double>& start, const std::vector<double>& x,
                              double time, double resolution) {
  double defect = 0;
  double z = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    z += start[i] - x[i];
    if (i + 1 == x.size()) return std::max(defect, std::abs(z));
    const double step = x[i] - x[i + 1];
    if (std::abs(step) > resolution) {
      defect = std::max(defect, std::abs(z - std::copysign(time, step)));
    } else {
      defect = std::max(defect, std::abs(z) - time);
    }
  }
  return defect;
}

}  // namespace filippov::problems
