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

}  // namespace filippov::benchmarks
