#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace filippov::benchmarks {

/// Median time of a call in seconds. After one call to warm up it repeats for `budget` seconds, 3
/// times at least and 1000 times at most.
template <class Callable>
double median_seconds(const Callable& call, double budget = 0.3) {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  call();
  std::vector<double> times;
  const auto begin = Clock::now();
  while (times.size() < 3 || (times.size() < 1000 && seconds(Clock::now() - begin) < budget)) {
    const auto start = Clock::now();
    call();
    times.push_back(seconds(Clock::now() - start));
  }
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

/// What two calls take, one after the other in turns, so that a machine that slows down slows both.
struct PairOfTimes {
  double first;   ///< median, in seconds
  double second;  ///< median, in seconds
  double ratio;   ///< median of second / first, turn by turn
};

template <class First, class Second>
PairOfTimes median_pair(const First& first, const Second& second, double budget = 0.6) {
  using Clock = std::chrono::steady_clock;
  const auto time = [](const auto& call) {
    const auto start = Clock::now();
    call();
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  const auto median = [](std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
  };
  first();
  second();
  std::vector<double> a, b, ratios;
  for (double spent = 0; a.size() < 3 || (a.size() < 2000 && spent < budget);) {
    a.push_back(time(first));
    b.push_back(time(second));
    ratios.push_back(b.back() / a.back());
    spent += a.back() + b.back();
  }
  return {median(a), median(b), median(ratios)};
}

}  // namespace filippov::benchmarks
