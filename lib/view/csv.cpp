#include "filippov/view/csv.hpp"

#include <fmt/format.h>

#include <iterator>

#include "branches.hpp"
#include "checks.hpp"
#include "sampling.hpp"

namespace filippov {

std::string trajectory_csv(const Solution& solution, std::span<const std::string> variables) {
  detail::require_names(solution, variables);
  std::string text = "t";
  for (const std::string& variable : variables) text += "," + variable;
  const std::vector<const Solution*> list = detail::branches(solution);
  const bool numbered = list.size() > 1;
  text += numbered ? ",branch\n" : "\n";
  for (std::size_t k = 0; k < list.size(); ++k) {
    for (const detail::Sample& sample : detail::sample(*list[k], 1e-3)) {
      fmt::format_to(std::back_inserter(text), "{}", sample.t);
      for (const double value : sample.x) fmt::format_to(std::back_inserter(text), ",{}", value);
      if (numbered) fmt::format_to(std::back_inserter(text), ",{}", k);
      text += '\n';
    }
  }
  return text;
}

}  // namespace filippov
