#include "theorem_summary.hpp"

#include <fmt/format.h>

#include "filippov/arithmetic/error.hpp"
#include "numbers.hpp"
#include "table.hpp"

namespace filippov::apps {

Interval read_epsilon(const std::optional<std::string>& text) {
  if (!text) throw Error("--epsilon is missing: expected a number in (0, eta)");
  if (!(read_number(*text, "--epsilon") > 0)) {
    throw Error(fmt::format("--epsilon is {}: expected a positive number", *text));
  }
  return Interval::from_decimal(*text);
}

std::string neuron_table(const std::vector<NeuronAlignment>& neurons) {
  std::vector<std::vector<std::string>> rows{{"neuron", "tends to", "N there", "non-branching"}};
  for (const NeuronAlignment& neuron : neurons) {
    std::string direction = "0";
    std::string objective;
    if (neuron.which == AlignmentCase::aligned && neuron.limit.box.empty()) {
      direction = "not proved";
    } else if (neuron.which == AlignmentCase::aligned) {
      direction.clear();
      for (const Interval& entry : neuron.limit.box) {
        direction += fmt::format("{}{:.10g}", direction.empty() ? "" : ", ", entry.midpoint());
      }
      objective = fmt::format("{:.10g}", neuron.limit.objective.midpoint());
      if (!neuron.limit.kinks.empty()) objective += " on a kink";
      if (neuron.turns_to_limit.proof != Proof::certified) objective += ", perhaps passing by";
    }
    rows.push_back({fmt::format("{}", rows.size()), direction, objective,
                    fmt::format("{}{}", name(neuron.nonbranching.proof),
                                neuron.for_all_time ? " for all t >= 0" : "")});
  }
  return table(rows);
}

}  // namespace filippov::apps
