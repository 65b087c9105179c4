#pragma once

#include <optional>
#include <vector>

#include "filippov/solution/event.hpp"

namespace filippov::detail {

/// Where infinitely many events accumulate, extrapolated.
struct AccumulationPoint {
  double t = 0;
  std::vector<double> x;
  std::vector<int> surfaces;  ///< all surfaces of the events that accumulate
};

/// Watches events for a cycle that repeats ever faster (Zeno): the durations of the last three
/// cycles form a geometric sequence with a ratio below 0.95, and what is left of it is less than
/// 5e-7 of the time elapsed. A spiral whose ratio tends to 1 never qualifies.
class AccumulationGuard {
 public:
  explicit AccumulationGuard(double start) : start_(start) {}

  /// Call with every event and the state there; returns the limit once it is clear.
  std::optional<AccumulationPoint> add(const Event& event);
  void reset() { events_.clear(); }

 private:
  std::optional<AccumulationPoint> cycle_limit(std::size_t length) const;

  double start_;
  std::vector<Event> events_;  ///< the last few
};

}  // namespace filippov::detail
