#include "filippov/solution/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace filippov {

std::string_view name(EventKind kind) {
  switch (kind) {
    case EventKind::crossing:
      return "crossing";
    case EventKind::sliding_entry:
      return "sliding-entry";
    case EventKind::sliding_change:
      return "sliding-change";
    case EventKind::sliding_exit:
      return "sliding-exit";
    case EventKind::grazing:
      return "grazing";
    case EventKind::branching:
      return "branching";
    case EventKind::equilibrium:
      return "equilibrium";
    case EventKind::accumulation:
      return "accumulation";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& stream, const Event& event) {
  std::string kind(name(event.kind));
  std::replace(kind.begin(), kind.end(), '-', ' ');
  std::string line = fmt::format("t = {:.6g}  {}", event.t, kind);
  const char* separator = "  ";
  for (const int surface : event.surfaces) {
    const auto j = static_cast<std::size_t>(surface);
    const bool named = event.surface_names && j < event.surface_names->size();
    line += separator;
    line += named ? (*event.surface_names)[j] : fmt::format("h{}", surface + 1);
    line += " = 0";
    separator = ", ";
  }
  return stream << line;
}

}  // namespace filippov
