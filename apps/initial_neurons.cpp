#include "initial_neurons.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string_view>

#include "filippov/arithmetic/error.hpp"
#include "filippov/network/initialization.hpp"

namespace filippov::apps {

namespace {

std::vector<std::vector<Interval>> rows_of(const std::vector<Interval>& weights,
                                           const NetworkProblem& problem) {
  const auto size = static_cast<std::ptrdiff_t>(neuron_size(problem.network, problem.data));
  std::vector<std::vector<Interval>> rows;
  for (auto row = weights.begin(); row != weights.end(); row += size) {
    rows.emplace_back(row, row + size);
  }
  return rows;
}

}  // namespace

std::vector<std::vector<Interval>> neuron_rows(const std::string& file,
                                               const NetworkProblem& problem) {
  return rows_of(read_neurons(file, problem.network, problem.data), problem);
}

std::vector<std::vector<Interval>> initial_neurons(const std::string& init,
                                                   const NetworkProblem& problem) {
  constexpr std::string_view random = "random:";
  std::vector<Interval> weights;
  if (init.starts_with(random)) {
    const char* const first = init.data() + random.size();
    const char* const last = init.data() + init.size();
    std::uint64_t seed = 0;
    const auto [end, error] = std::from_chars(first, last, seed);
    if (error != std::errc() || end != last) {
      throw Error(fmt::format("--init is {}: expected random: and an integer >= 0", init));
    }
    const std::vector<double> drawn = random_neurons(seed, problem.network, problem.data);
    weights.assign(drawn.begin(), drawn.end());
  } else {
    weights = read_neurons(init, problem.network, problem.data);
  }
  std::vector<std::vector<Interval>> rows = rows_of(weights, problem);
  if (problem.neurons_given && static_cast<int>(rows.size()) != problem.network.neurons) {
    throw Error(fmt::format("--init: {} has {} neurons, expected {} as --network says", init,
                            rows.size(), problem.network.neurons));
  }
  return rows;
}

}  // namespace filippov::apps
