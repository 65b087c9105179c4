#include "separable.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sign_columns.hpp"

namespace filippov::detail {

namespace {

std::vector<int> sorted(std::vector<int> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

/// Whether output k of the program is a number, whatever x and t.
bool is_number(const Program& program, std::size_t k) {
  const int slot = program.outputs()[k];
  return slot >= program.first_constant_slot() &&
         slot < program.first_instruction_slot() + program.constant_instructions();
}

}  // namespace

std::shared_ptr<const Separable> Separable::of(const FilippovMap& map) {
  const auto live = unconditional_switches(*map.field().graph(), map.field().nodes());
  if (!live) return nullptr;
  const std::shared_ptr<Separable> result(new Separable(map));
  const auto n = static_cast<std::size_t>(map.dimension());
  const auto m = static_cast<std::size_t>(map.switch_count());
  result->field_ = map.field().nodes();
  result->live_.assign(m, false);
  for (const int j : *live) result->live_[static_cast<std::size_t>(j)] = true;
  result->surfaces_.resize(m);
  result->surfaces_at_.resize(n);
  result->terms_at_.resize(n);
  // Gradients add nodes to the graph: before anything counts them.
  for (std::size_t j = 0; j < m; ++j) {
    const std::shared_ptr<Graph>& graph = map.field().graph();
    result->gradients_.push_back(graph->gradient(graph->switches()[j].node));
  }
  result->describe_surfaces();
  result->find_passive();
  for (int i = 0; i < map.dimension(); ++i) {
    if (result->passive_[static_cast<std::size_t>(i)]) result->split_passive(i);
  }
  for (int i = 0; i < map.dimension(); ++i) {
    const std::vector<NodeId> nodes = result->nodes_at(i);
    result->conditional_.push_back(result->has_conditional_reads(nodes));
    result->reads_.push_back(result->coordinates_in(nodes, nullptr));
    result->switches_at_.push_back(result->switches_in(nodes));
    for (const int j : result->switches_at_.back()) {
      result->surfaces_[static_cast<std::size_t>(j)].acts.push_back(i);
    }
  }
  result->describe_columns();
  return result;
}

std::vector<NodeId> Separable::nodes_at(int i) const {
  std::vector<NodeId> nodes{field_[static_cast<std::size_t>(i)]};
  for (const Term& term : terms_at(i)) nodes.push_back(term.node);
  return nodes;
}

/// Calls visit(node) once for each node that `nodes` depend on; it returns the operands to go on
/// to, -1 for none.
template <class Visit>
void Separable::walk(std::vector<NodeId> open, const Visit& visit) const {
  seen_.resize(static_cast<std::size_t>(graph().size()), 0);
  ++stamp_;
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (seen_[static_cast<std::size_t>(id)] == stamp_) continue;
    seen_[static_cast<std::size_t>(id)] = stamp_;
    for (const NodeId operand : visit(graph().node(id))) {
      if (operand >= 0) open.push_back(operand);
    }
  }
}

std::vector<int> Separable::coordinates_in(const std::vector<NodeId>& nodes,
                                           const Signature* signature) const {
  std::vector<int> found;
  walk(nodes, [&](const Node& n) {
    if (n.operation == Operation::variable) found.push_back(n.index);
    const int sign = n.operation == Operation::select && signature
                         ? (*signature)[static_cast<std::size_t>(n.index)]
                         : 0;
    return std::array{sign >= 0 ? n.first : -1, sign <= 0 ? n.second : -1};
  });
  return sorted(std::move(found));
}

std::vector<int> Separable::switches_in(const std::vector<NodeId>& nodes) const {
  std::vector<int> found;
  walk(nodes, [&](const Node& n) {
    if (n.operation == Operation::select) found.push_back(n.index);
    return std::array{n.first, n.second};
  });
  return sorted(std::move(found));
}

bool Separable::has_conditional_reads(const std::vector<NodeId>& nodes) const {
  bool found = false;
  walk(nodes, [&](const Node& n) {
    if (n.operation != Operation::select) return std::array{n.first, n.second};
    // Selects between numbers read nothing in either branch.
    if (!graph().is_constant(n.first) || !graph().is_constant(n.second)) found = true;
    return std::array{-1, -1};
  });
  return found;
}

void Separable::describe_surfaces() {
  std::vector<NodeId> outputs;
  std::vector<NodeId> heights;
  for (std::size_t j = 0; j < surfaces_.size(); ++j) {
    Surface& surface = surfaces_[j];
    const NodeId h = graph().switches()[j].node;
    heights.push_back(h);
    surface.reads = coordinates_in({h}, nullptr);
    surface.jumps = map_->jumps_across(static_cast<int>(j));
    if (live_[j]) {
      for (const int i : surface.reads) {
        surfaces_at_[static_cast<std::size_t>(i)].push_back(static_cast<int>(j));
      }
    }
    for (const auto& entry : gradients_[j].entries) outputs.push_back(entry.second);
    if (gradients_[j].time >= 0) outputs.push_back(gradients_[j].time);
  }
  const std::vector<double> origin(static_cast<std::size_t>(dimension()), 0.0);
  DoubleReading slopes(Program(graph(), dimension(), outputs));
  DoubleReading values(Program(graph(), dimension(), heights));
  slopes.evaluate(0, origin);
  values.evaluate(0, origin);
  std::size_t k = 0;
  for (std::size_t j = 0; j < surfaces_.size(); ++j) {
    Surface& surface = surfaces_[j];
    surface.is_affine = true;
    for (const auto& entry : gradients_[j].entries) {
      surface.is_affine = surface.is_affine && is_number(slopes.program(), k);
      surface.gradient.emplace_back(entry.first, slopes.output(static_cast<int>(k++)));
    }
    if (gradients_[j].time >= 0) {
      surface.is_affine = surface.is_affine && is_number(slopes.program(), k);
      surface.time_rate = slopes.output(static_cast<int>(k++));
    }
    surface.offset = values.output(static_cast<int>(j));
    surface.is_affine = surface.is_affine && std::isfinite(surface.offset);
  }
}

void Separable::find_passive() {
  passive_.assign(static_cast<std::size_t>(dimension()), true);
  std::vector<NodeId> roots = field_;
  for (const SwitchingFunction& h : graph().switches()) roots.push_back(h.node);
  for (const int i : coordinates_in(roots, nullptr)) passive_[static_cast<std::size_t>(i)] = false;
}

/// Takes f_i apart into terms and gives each a home; what has none stays with i.
void Separable::split_passive(int i) {
  std::vector<Term> open{{i, 1, field_[static_cast<std::size_t>(i)]}};
  std::vector<std::pair<int, Term>> placed;
  std::vector<Term> left;
  while (!open.empty()) {
    const Term term = open.back();
    open.pop_back();
    const Node& n = graph().node(term.node);
    const auto factor_of = [&](NodeId id) { return graph().constant_value(id); };
    if (n.operation == Operation::add) {
      open.push_back({i, term.factor, n.first});
      open.push_back({i, term.factor, n.second});
    } else if (n.operation == Operation::subtract) {
      open.push_back({i, term.factor, n.first});
      open.push_back({i, -term.factor, n.second});
    } else if (n.operation == Operation::negate) {
      open.push_back({i, -term.factor, n.first});
    } else if (n.operation == Operation::multiply && graph().is_constant(n.first)) {
      open.push_back({i, term.factor * factor_of(n.first), n.second});
    } else if (n.operation == Operation::divide && graph().is_constant(n.second)) {
      open.push_back({i, term.factor / factor_of(n.second), n.first});
    } else {
      const std::vector<int> reads = coordinates_in({term.node}, nullptr);
      const std::vector<int> named = switches_in({term.node});
      int home = reads.empty() ? -1 : reads.front();
      for (const int j : named) {
        const std::vector<int>& of_surface = surfaces_[static_cast<std::size_t>(j)].reads;
        if (home < 0 && !of_surface.empty()) home = of_surface.front();
      }
      if (home < 0) {
        left.push_back(term);
      } else {
        placed.emplace_back(home, term);
      }
    }
  }
  if (placed.empty()) return;
  const std::shared_ptr<Graph>& graph = map_->field().graph();
  NodeId rest = graph->constant(0);
  for (const Term& term : left) {
    rest = graph->add(rest, graph->multiply(graph->constant(term.factor), term.node));
  }
  field_[static_cast<std::size_t>(i)] = rest;
  for (const auto& [home, term] : placed) {
    terms_at_[static_cast<std::size_t>(home)].push_back(term);
  }
}

void Separable::describe_columns() {
  std::vector<NodeId> outputs;
  for (int j = 0; j < surface_count(); ++j) {
    for (const auto& entry : map_->sign_column(j)) outputs.push_back(entry.second);
  }
  const std::vector<double> origin(static_cast<std::size_t>(dimension()), 0.0);
  DoubleReading columns(Program(graph(), dimension(), outputs));
  columns.evaluate(0, origin);
  std::size_t k = 0;
  for (int j = 0; j < surface_count(); ++j) {
    Surface& surface = surfaces_[static_cast<std::size_t>(j)];
    surface.has_constant_column = map_->is_affine_in(j);
    for (const auto& entry : map_->sign_column(j)) {
      surface.has_constant_column = surface.has_constant_column && is_number(columns.program(), k);
      surface.column.emplace_back(entry.first, columns.output(static_cast<int>(k++)));
    }
  }
}

void Separable::switching_values(double t, std::span<const double> x, std::vector<double>& values,
                                 std::vector<double>& sizes) const {
  std::vector<NodeId> outputs;
  for (const SwitchingFunction& h : graph().switches()) outputs.push_back(h.node);
  for (const NodeGradient& gradient : gradients_) {
    for (const auto& entry : gradient.entries) outputs.push_back(entry.second);
    if (gradient.time >= 0) outputs.push_back(gradient.time);
  }
  DoubleReading reading(Program(graph(), dimension(), outputs));
  reading.evaluate(t, x);
  values.clear();
  sizes.clear();
  int k = 0;
  for (; k < surface_count(); ++k) values.push_back(reading.output(k));
  for (const NodeGradient& gradient : gradients_) {
    double size = 0;
    for (const auto& entry : gradient.entries) {
      size += std::abs(reading.output(k++) * x[static_cast<std::size_t>(entry.first)]);
    }
    if (gradient.time >= 0) size += std::abs(reading.output(k++) * t);
    sizes.push_back(size);
  }
}

}  // namespace filippov::detail
