#include "filippov/function/program.hpp"

#include <algorithm>
#include <memory>

namespace filippov {

namespace {

/// What is known of the nodes of a graph while a program is made of some of them. Kept from one
/// program to the next, so that making a small one from a large graph costs little.
class Notes {
 public:
  void begin(int nodes) {
    if (static_cast<std::size_t>(nodes) > notes_.size()) {
      notes_.resize(static_cast<std::size_t>(nodes));
    }
    ++program_;
  }
  /// True the first time that a node is named.
  bool visit(NodeId id) {
    Note& note = notes_[static_cast<std::size_t>(id)];
    if (note.program == program_) return false;
    note = {program_, -1, false};
    return true;
  }
  int& slot(NodeId id) { return notes_[static_cast<std::size_t>(id)].slot; }
  /// The node depends on constants alone.
  bool& is_fixed(NodeId id) { return notes_[static_cast<std::size_t>(id)].is_fixed; }

 private:
  struct Note {
    long program = 0;
    int slot = -1;
    bool is_fixed = false;
  };
  std::vector<Note> notes_;
  long program_ = 0;
};

/// Memory kept from one program to the next.
struct Workspace {
  Notes notes;
  std::vector<std::pair<NodeId, bool>> open;
  std::vector<NodeId> order;
  std::vector<NodeId> fixed;
  std::vector<NodeId> moving;
};

/// Gathers what the outputs need, with fixed switches resolved, in an order that evaluates operands
/// first. Iterative: sums of 10^4 terms are deep.
class Collector {
 public:
  Collector(const Graph& graph, const Signature& signature, Workspace& workspace)
      : graph_(graph),
        signature_(signature),
        notes_(workspace.notes),
        open_(workspace.open),
        order_(workspace.order) {
    notes_.begin(graph.size());
    order_.clear();
  }

  /// The node that `id` stands for in this mode.
  NodeId resolve(NodeId id) {
    while (graph_.node(id).operation == Operation::select) {
      const Node& n = graph_.node(id);
      const int sign = sign_of(n.index);
      live_.push_back(n.index);
      if (sign == 0) break;
      id = sign > 0 ? n.first : n.second;
    }
    return id;
  }

  void visit(NodeId root) {
    open_.assign(1, {resolve(root), false});
    while (!open_.empty()) {
      const auto [id, operands_done] = open_.back();
      open_.pop_back();
      if (operands_done) {
        order_.push_back(id);
        continue;
      }
      if (!notes_.visit(id)) continue;
      open_.emplace_back(id, true);
      const Node& n = graph_.node(id);
      for (const NodeId operand : {condition_node(n), n.second, n.first}) {
        if (operand >= 0) open_.emplace_back(resolve(operand), false);
      }
    }
  }

  NodeId condition_node(const Node& n) const {
    return n.operation == Operation::select
               ? graph_.switches()[static_cast<std::size_t>(n.index)].node
               : -1;
  }

  const std::vector<NodeId>& order() const { return order_; }
  std::vector<int>& live() { return live_; }

 private:
  int sign_of(int j) const {
    const auto i = static_cast<std::size_t>(j);
    return i < signature_.size() ? signature_[i] : 0;
  }

  const Graph& graph_;
  const Signature& signature_;
  Notes& notes_;
  std::vector<std::pair<NodeId, bool>>& open_;
  std::vector<NodeId>& order_;
  std::vector<int> live_;
};

}  // namespace

Program::Program(const Graph& graph, int dimension, std::span<const NodeId> outputs,
                 const Signature& signature)
    : Program(graph, dimension, outputs, signature, {}) {}

Program::Program(const Graph& graph, int dimension, std::span<const NodeId> outputs,
                 const Signature& signature, std::span<const int> slots)
    : dimension_(dimension) {
  // Behind a pointer: the address of a thread's own variable is asked for again and again.
  thread_local const auto own_workspace = std::make_unique<Workspace>();
  Workspace& workspace = *own_workspace;
  Notes& notes = workspace.notes;
  Collector collector(graph, signature, workspace);
  for (const NodeId output : outputs) collector.visit(output);

  // Constants first, then what depends on constants alone, then the rest.
  std::vector<NodeId>& fixed = workspace.fixed;
  std::vector<NodeId>& moving = workspace.moving;
  fixed.clear();
  moving.clear();
  for (const NodeId id : collector.order()) {
    const Node& n = graph.node(id);
    switch (n.operation) {
      case Operation::constant:
        notes.slot(id) = first_constant_slot() + static_cast<int>(constants_.size());
        constants_.push_back(graph.constants()[static_cast<std::size_t>(n.index)]);
        notes.is_fixed(id) = true;
        break;
      case Operation::variable:
        notes.slot(id) = slots.empty() ? n.index : slots[static_cast<std::size_t>(n.index)];
        break;
      case Operation::time:
        notes.slot(id) = dimension_;
        break;
      default: {
        bool all_fixed = true;
        for (const NodeId operand : {n.first, n.second, collector.condition_node(n)}) {
          if (operand >= 0) all_fixed = all_fixed && notes.is_fixed(collector.resolve(operand));
        }
        notes.is_fixed(id) = all_fixed;
        (all_fixed ? fixed : moving).push_back(id);
      }
    }
  }
  constant_instructions_ = static_cast<int>(fixed.size());
  fixed.insert(fixed.end(), moving.begin(), moving.end());
  const auto slot_of = [&](NodeId id) { return id < 0 ? -1 : notes.slot(collector.resolve(id)); };
  instructions_.reserve(fixed.size());
  outputs_.reserve(outputs.size());
  for (const NodeId id : fixed) {
    const Node& n = graph.node(id);
    notes.slot(id) = slot_count();
    instructions_.push_back({n.operation, n.continuous, slot_of(n.first), slot_of(n.second),
                             n.index, slot_of(collector.condition_node(n))});
  }
  for (const NodeId output : outputs) outputs_.push_back(slot_of(output));

  live_ = std::move(collector.live());
  std::sort(live_.begin(), live_.end());
  live_.erase(std::unique(live_.begin(), live_.end()), live_.end());
}

std::vector<NodeId> record(Graph& graph, const Program& program, std::vector<NodeId> coordinates) {
  std::vector<NodeId> at = std::move(coordinates);
  at.push_back(graph.time());
  for (const Constant& constant : program.constants()) at.push_back(graph.constant(constant));
  for (const Instruction& code : program.instructions()) {
    const NodeId a = at[static_cast<std::size_t>(code.first)];
    const NodeId b = code.second < 0 ? -1 : at[static_cast<std::size_t>(code.second)];
    at.push_back(graph.record(code.operation, a, b, code.index));
  }
  std::vector<NodeId> recorded;
  for (const int slot : program.outputs()) recorded.push_back(at[static_cast<std::size_t>(slot)]);
  return recorded;
}

}  // namespace filippov
