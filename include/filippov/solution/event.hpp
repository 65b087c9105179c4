#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "filippov/function/program.hpp"

namespace filippov {

/// What happens at an event.
enum class EventKind {
  crossing,        ///< the state changes side of the surfaces and no set slid on changes
  sliding_entry,   ///< from no surface to sliding on some
  sliding_change,  ///< the set of surfaces slid on changes, empty neither before nor after
  sliding_exit,    ///< from sliding on some surfaces to none
  grazing,         ///< the surface (or the end of the sliding region) is touched, not crossed
  branching,       ///< several solutions continue from here
  equilibrium,     ///< the state comes to rest for ever
  accumulation,    ///< infinitely many events accumulate here; t is the extrapolated time
};

std::string_view name(EventKind kind);  ///< "sliding-entry" etc.

struct Event {
  double t = 0;
  EventKind kind = EventKind::crossing;
  std::vector<int> surfaces = {};  ///< surfaces hit or left, increasing
  std::vector<int> sliding = {};   ///< surfaces slid on afterwards
  Signature signature = {};        ///< sides afterwards
  /// State. Empty, like `sliding` and `signature`, where SolverOptions::largest_event_state says
  /// so.
  std::vector<double> x = {};
  /// Names of all surfaces, for printing; shared by the events of a solve. May be null.
  std::shared_ptr<const std::vector<std::string>> surface_names = nullptr;
};

/// One line without its end: "t = 3.0712  sliding entry  x2 = 0", times to six digits. A surface
/// without a name is h1, h2, ...
std::ostream& operator<<(std::ostream& stream, const Event& event);

}  // namespace filippov
