#include "surface_reading.hpp"

#include <algorithm>

#include "../inclusion/sign_columns.hpp"

namespace filippov::detail {

namespace {

Program field_program(const FilippovMap& map) {
  return Program(*map.field().graph(), map.dimension(), map.field().nodes());
}

Program jacobian_program(const FilippovMap& map) {
  Graph& graph = *map.field().graph();
  std::vector<NodeId> entries;
  for (const NodeId node : map.field().nodes()) {
    for (const auto& entry : graph.gradient(node).entries) entries.push_back(entry.second);
  }
  return Program(graph, map.dimension(), entries);
}

}  // namespace

SurfaceReading::SurfaceReading(const FilippovMap& map, double direction,
                               const std::vector<double>& disturbance)
    : map_(map),
      direction_(direction),
      disturbance_(disturbance),
      field_(field_program(map)),
      jacobian_(jacobian_program(map)) {}

bool SurfaceReading::differentiable(Interval t, const Box& box, const Signature& sides) {
  jacobian_.evaluate(t, box, sides);
  for (std::size_t k = 0; k < jacobian_.program().outputs().size(); ++k) {
    if (jacobian_.domain(static_cast<int>(k)) != Domain::everywhere) return false;
  }
  return true;
}

Box SurfaceReading::values(Interval t, const Box& box, const Signature& sides) {
  field_.evaluate(t, box, sides);
  Box result;
  for (int i = 0; i < map_.dimension(); ++i) {
    if (field_.domain(i) != Domain::everywhere) return {};
    Interval value = field_.output(i);
    if (!disturbance_.empty()) {
      const double most = disturbance_[static_cast<std::size_t>(i)];
      value += Interval(-most, most);
    }
    result.push_back(direction_ > 0 ? value : -value);
  }
  return result;
}

SurfaceReading::Vector SurfaceReading::make(const std::vector<std::pair<int, NodeId>>& entries,
                                            NodeId last) {
  Vector vector;
  std::vector<NodeId> outputs;
  for (const auto& [component, node] : entries) {
    vector.components.push_back(component);
    outputs.push_back(node);
  }
  outputs.push_back(last);
  const Program program(*map_.field().graph(), map_.dimension(), outputs);
  const int first_moving = program.first_instruction_slot() + program.constant_instructions();
  for (std::size_t i = 0; i + 1 < outputs.size(); ++i) {
    const int slot = program.outputs()[i];
    vector.constant = vector.constant && slot > map_.dimension() && slot < first_moving;
  }
  vector.reading = IntervalReading(program);
  return vector;
}

SurfaceReading::Vector& SurfaceReading::gradient(int j) {
  const auto place = gradients_.find(j);
  if (place != gradients_.end()) return place->second;
  const NodeGradient& nodes = map_.gradient_nodes(j);
  const NodeId time = nodes.time >= 0 ? nodes.time : map_.field().graph()->constant(0);
  return gradients_.emplace(j, make(nodes.entries, time)).first->second;
}

SurfaceReading::Vector& SurfaceReading::column(int j) {
  const auto place = columns_.find(j);
  if (place != columns_.end()) return place->second;
  return columns_.emplace(j, make(map_.sign_column(j), map_.field().graph()->constant(0)))
      .first->second;
}

Interval SurfaceReading::rate(int j, Interval t, const Box& box, const Signature& sides) {
  const Box field = values(t, box, sides);
  Vector& normal = gradient(j);
  normal.reading.evaluate(t, box, sides);
  if (field.empty()) return Interval::entire();
  const auto count = static_cast<int>(normal.components.size());
  for (int k = 0; k <= count; ++k) {
    if (normal.reading.domain(k) != Domain::everywhere) return Interval::entire();
  }
  const Interval time = normal.reading.output(count);
  Interval sum = direction_ > 0 ? time : -time;
  for (int k = 0; k < count; ++k) {
    sum += normal.reading.output(k) *
           field[static_cast<std::size_t>(normal.components[static_cast<std::size_t>(k)])];
  }
  return sum;
}

Interval SurfaceReading::coupling(int i, int j, Interval t, const Box& box, const Signature& sides,
                                  bool& constant) {
  Vector& normal = gradient(i);
  Vector& jump = column(j);
  constant = constant && normal.constant && jump.constant;
  normal.reading.evaluate(t, box, sides);
  jump.reading.evaluate(t, box, sides);
  Interval sum;
  for (std::size_t a = 0; a < normal.components.size(); ++a) {
    for (std::size_t b = 0; b < jump.components.size(); ++b) {
      if (normal.components[a] != jump.components[b]) continue;
      const int p = static_cast<int>(a);
      const int q = static_cast<int>(b);
      if (normal.reading.domain(p) != Domain::everywhere ||
          jump.reading.domain(q) != Domain::everywhere) {
        return Interval::entire();
      }
      sum += normal.reading.output(p) * jump.reading.output(q);
    }
  }
  return direction_ > 0 ? sum : -sum;
}

Interval SurfaceReading::kink(int j, Interval t, const Box& box, const Signature& sides) {
  bool constant = true;
  return coupling(j, j, t, box, sides, constant);
}

Interval SurfaceReading::switching(int j, Interval t, const Box& box, const Signature& sides) {
  auto place = switching_.find(j);
  if (place == switching_.end()) {
    const NodeId outputs[] = {map_.field().graph()->switches()[static_cast<std::size_t>(j)].node};
    place =
        switching_
            .emplace(j, IntervalReading(Program(*map_.field().graph(), map_.dimension(), outputs)))
            .first;
  }
  IntervalReading& reading = place->second;
  reading.evaluate(t, box, sides);
  if (reading.domain(0) != Domain::everywhere) return Interval::entire();
  return reading.output(0);
}

bool SurfaceReading::jumps_with(int j, int i) {
  auto place = jumps_.find(j);
  if (place == jumps_.end()) {
    const Graph& graph = *map_.field().graph();
    const NodeId h = graph.switches()[static_cast<std::size_t>(j)].node;
    place = jumps_.emplace(j, discontinuous_switches(graph, h)).first;
  }
  return place->second.contains(i);
}

bool SurfaceReading::smooth(int j, Interval t, const Box& box, const Signature& sides) {
  Graph& graph = *map_.field().graph();
  const NodeId h = graph.switches()[static_cast<std::size_t>(j)].node;
  for (const int i : live_switches(graph, map_.dimension(), {h}, sides)) {
    if (sides[static_cast<std::size_t>(i)] == 0) return false;
  }
  auto place = second_derivatives_.find(j);
  if (place == second_derivatives_.end()) {
    const NodeGradient& first = map_.gradient_nodes(j);
    std::vector<NodeId> slopes;
    for (const auto& entry : first.entries) slopes.push_back(entry.second);
    if (first.time >= 0) slopes.push_back(first.time);
    std::vector<NodeId> entries;
    for (const NodeId slope : slopes) {
      const NodeGradient second = graph.gradient(slope);
      for (const auto& entry : second.entries) entries.push_back(entry.second);
    }
    const Program program(graph, map_.dimension(), entries);
    place = second_derivatives_.emplace(j, IntervalReading(program)).first;
  }
  IntervalReading& reading = place->second;
  reading.evaluate(t, box, sides);
  for (std::size_t k = 0; k < reading.program().outputs().size(); ++k) {
    if (reading.domain(static_cast<int>(k)) != Domain::everywhere) return false;
  }
  return true;
}

bool SurfaceReading::independent(const std::vector<int>& surfaces, Interval t, const Box& box,
                                 Signature sides) {
  const auto n = static_cast<std::size_t>(map_.dimension());
  for (unsigned corner = 0; corner < 1U << surfaces.size(); ++corner) {
    for (std::size_t k = 0; k < surfaces.size(); ++k) {
      sides[static_cast<std::size_t>(surfaces[k])] =
          static_cast<signed char>(corner >> k & 1U ? 1 : -1);
    }
    // Elimination with pivots that do not contain 0.
    std::vector<Box> rows;
    for (const int j : surfaces) {
      Vector& normal = gradient(j);
      normal.reading.evaluate(t, box, sides);
      Box& row = rows.emplace_back(n);
      for (std::size_t k = 0; k < normal.components.size(); ++k) {
        if (normal.reading.domain(static_cast<int>(k)) != Domain::everywhere) return false;
        row[static_cast<std::size_t>(normal.components[k])] =
            normal.reading.output(static_cast<int>(k));
      }
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto pivot =
          std::max_element(rows[r].begin(), rows[r].end(),
                           [](Interval a, Interval b) { return a.mignitude() < b.mignitude(); });
      if (pivot == rows[r].end() || pivot->contains_zero()) return false;
      const auto column = static_cast<std::size_t>(pivot - rows[r].begin());
      for (std::size_t i = r + 1; i < rows.size(); ++i) {
        const Interval factor = rows[i][column] / rows[r][column];
        for (std::size_t k = 0; k < n; ++k) {
          rows[i][k] = k == column ? Interval(0) : rows[i][k] - factor * rows[r][k];
        }
      }
    }
  }
  return true;
}

}  // namespace filippov::detail
