#include "node_reading.hpp"

namespace filippov::detail {

std::optional<std::vector<Interval>> NodeReading::over(const std::vector<NodeId>& nodes, Interval t,
                                                       const std::vector<Interval>& box) {
  auto place = readings_.find(nodes);
  if (place == readings_.end()) {
    place = readings_
                .emplace(nodes,
                         IntervalReading(Program(*systems_.graph(), systems_.variables(), nodes)))
                .first;
  }
  IntervalReading& reading = place->second;
  if (systems_.disturbance().empty()) {
    reading.evaluate(t, box);
  } else {
    std::vector<Interval> all = box;
    for (const double most : systems_.disturbance()) all.emplace_back(-most, most);
    reading.evaluate(t, all);
  }
  std::vector<Interval> values;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (reading.domain(static_cast<int>(i)) != Domain::everywhere) return std::nullopt;
    values.push_back(reading.output(static_cast<int>(i)));
  }
  return values;
}

std::optional<Interval> NodeReading::at_center(NodeId node, double t, const AffineSet& set) {
  const std::vector<Interval> center(set.center().begin(), set.center().end());
  const auto value = over({node}, t, center);
  if (!value) return std::nullopt;
  return value->front();
}

std::optional<Interval> NodeReading::over(NodeId node, double t, const AffineSet& set,
                                          std::vector<Interval>* slope) {
  NodeGradient gradient = systems_.graph()->gradient(node);
  std::erase_if(gradient.entries,
                [&](const auto& entry) { return entry.first >= systems_.dimension(); });
  std::vector<NodeId> nodes;
  for (const auto& entry : gradient.entries) nodes.push_back(entry.second);
  std::vector<Interval> hull;
  for (const UpwardInterval& entry : set.hull_with_center()) hull.push_back(entry.interval());
  const auto values = over(nodes, t, hull);
  const auto center = at_center(node, t, set);
  if (!values || !center) return std::nullopt;
  IntervalVector row(static_cast<std::size_t>(set.dimension()));
  if (slope) slope->assign(row.size(), 0);
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const auto coordinate = static_cast<std::size_t>(gradient.entries[k].first);
    row[coordinate] = UpwardInterval((*values)[k]);
    if (slope) (*slope)[coordinate] = (*values)[k];
  }
  return (UpwardInterval(*center) + set.spread(row)).interval();
}

}  // namespace filippov::detail
