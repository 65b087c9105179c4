#include "angle_tics.hpp"

#include <cmath>
#include <numbers>

namespace filippov::detail {

void angle_tics(GnuplotScript& script, char axis, const Range& range, bool labels) {
  constexpr double quarter = std::numbers::pi / 2;
  script.add("set {}tics (", axis);
  const char* separator = "";
  for (int k = static_cast<int>(std::ceil(range.low / quarter)); k * quarter <= range.high; ++k) {
    std::string label = "0";
    if (k % 2 == 0 && k != 0)
      label = fmt::format("{}π", k == 2 ? "" : k == -2 ? "-" : fmt::format("{}", k / 2));
    if (k % 2 != 0)
      label = fmt::format("{}π/2", k == 1 ? "" : k == -1 ? "-" : fmt::format("{}", k));
    script.add("{}'{}' {:.9g}", separator, labels ? label : "", k * quarter);
    separator = ", ";
  }
  script.add(")\n");
}

}  // namespace filippov::detail
