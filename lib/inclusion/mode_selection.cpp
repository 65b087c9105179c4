#include "mode_selection.hpp"

#include <fmt/format.h>

#include "../function/printable.hpp"
#include "filippov/arithmetic/error.hpp"

namespace filippov::detail {

namespace {

class ModeSelection {
 public:
  ModeSelection(Graph& graph, const std::vector<NamedSwitch>& switches,
                const std::vector<Mode>& modes)
      : graph_(graph), switches_(switches), modes_(modes) {}

  /// The right-hand side where the first switches have the signs of `pattern`; `candidates` are the
  /// modes that agree with them.
  std::vector<NodeId> build(Signature& pattern, const std::vector<std::size_t>& candidates) const {
    if (candidates.empty()) {
      throw Error(fmt::format("no mode holds where {}: expected exactly one", describe(pattern)));
    }
    const std::size_t k = pattern.size();
    if (k == switches_.size()) {
      if (candidates.size() > 1) {
        throw Error(fmt::format("modes {} and {} both hold where {}: expected exactly one",
                                candidates[0] + 1, candidates[1] + 1, describe(pattern)));
      }
      return modes_[candidates[0]].rhs;
    }
    const std::vector<NodeId> positive = side(pattern, candidates, 1);
    const std::vector<NodeId> negative = side(pattern, candidates, -1);
    std::vector<NodeId> rhs;
    for (std::size_t i = 0; i < positive.size(); ++i) {
      rhs.push_back(graph_.select(switches_[k].node, positive[i], negative[i], switches_[k].name));
    }
    return rhs;
  }

 private:
  std::vector<NodeId> side(Signature& pattern, const std::vector<std::size_t>& candidates,
                           signed char sign) const {
    std::vector<std::size_t> agreeing;
    for (const std::size_t m : candidates) {
      if (modes_[m].where[pattern.size()] != -sign) agreeing.push_back(m);
    }
    pattern.push_back(sign);
    std::vector<NodeId> rhs = build(pattern, agreeing);
    pattern.pop_back();
    return rhs;
  }

  std::string describe(const Signature& pattern) const {
    std::string text;
    for (std::size_t k = 0; k < pattern.size(); ++k) {
      text += fmt::format("{}{} = \"{}\"", k == 0 ? "" : ", ", printable(switches_[k].name),
                          pattern[k] > 0 ? '+' : '-');
    }
    return text;
  }

  Graph& graph_;
  const std::vector<NamedSwitch>& switches_;
  const std::vector<Mode>& modes_;
};

}  // namespace

std::vector<NodeId> select_modes(Graph& graph, const std::vector<NamedSwitch>& switches,
                                 const std::vector<Mode>& modes) {
  std::vector<std::size_t> all(modes.size());
  for (std::size_t m = 0; m < modes.size(); ++m) all[m] = m;
  Signature pattern;
  return ModeSelection(graph, switches, modes).build(pattern, all);
}

}  // namespace filippov::detail
