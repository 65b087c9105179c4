#pragma once

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace filippov::benchmarks {

template <class Callable>
double seconds_of(const Callable& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// Median time of a call in seconds. After one call to warm up it repeats for `budget` seconds, 3
/// times at least and 1000 times at most.
template <class Callable>
double median_seconds(const Callable& call, double budget = 0.3) {
  call();
  std::vector<double> times;
  for (double spent = 0; times.size() < 3 || (times.size() < 1000 && spent < budget);) {
    times.push_back(seconds_of(call));
    spent += times.back();
  }
  return median(std::move(times));
}

/// What two calls take, one after the other in turns, so that a machine that slows down slows both.
struct PairOfTimes {
  double first;   ///< median, in seconds
  double second;  ///< median, in seconds
  double ratio;   ///< median of second / first, turn by turn
};

template <class First, class Second>
PairOfTimes median_pair(const First& first, const Second& second, double budget = 0.6) {
  first();
  second();
  std::vector<double> a, b, ratios;
  for (double spent = 0; a.size() < 3 || (a.size() < 2000 && spent < budget);) {
    a.push_back(seconds_of(first));
    b.push_back(seconds_of(second));
    ratios.push_back(b.back() / a.back());
    spent += a.back() + b.back();
  }
  return {median(a), median(b), median(ratios)};
}

}  // namespace filippov::benchmarks
