#include "filippov/network/recorded_network.hpp"

#include <fmt/format.h>

#include <memory>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/interval_reading.hpp"

namespace filippov {

namespace {

/// A number of a data set as it was written, or what is known of it.
Expression number(const std::shared_ptr<Graph>& graph, Interval x, std::string_view decimal) {
  if (decimal.empty()) return {graph, graph->constant(x)};
  return {graph, graph->constant(x.midpoint(), decimal)};
}

}  // namespace

void RecordedNetwork::check(const DataSet& data) const {
  if (data.dimension() == features_) return;
  throw Error(fmt::format("the data have {} features, expected {} as the network has",
                          data.dimension(), features_));
}

Expression RecordedNetwork::record(const DataSet& data, int i, const std::shared_ptr<Graph>& graph,
                                   const std::vector<Expression>& w) const {
  check(data);
  std::vector<Expression> x;
  for (int k = 0; k < features_; ++k) {
    x.push_back(
        number(graph, data.input(i)[static_cast<std::size_t>(k)], data.input_decimal(i, k)));
  }
  return formula_(x, w);
}

Function RecordedNetwork::output(const DataSet& data, int i) const {
  const auto graph = std::make_shared<Graph>();
  const Expression h = record(data, i, graph, detail::graph_variables(graph, weights_));
  return {weights_, graph, h.node_in(*graph)};
}

Function RecordedNetwork::squared_norm(const DataSet& data) const {
  const auto graph = std::make_shared<Graph>();
  const std::vector<Expression> w = detail::graph_variables(graph, weights_);
  Expression sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    const Expression h = record(data, i, graph, w);
    sum += h * h;
  }
  return {weights_, graph, sum.node_in(*graph)};
}

Function RecordedNetwork::correlation(const DataSet& data, const Loss& loss) const {
  check_labels(loss, data);
  const auto graph = std::make_shared<Graph>();
  const std::vector<Expression> w = detail::graph_variables(graph, weights_);
  Expression sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    Expression z = number(graph, data.label(i), data.label_decimal(i));
    if (loss.kind == LossKind::logistic) z = z / 2;
    sum += z * record(data, i, graph, w);
  }
  if (loss.mean) sum = sum / data.size();
  return {weights_, graph, sum.node_in(*graph)};
}

Function RecordedNetwork::combination(const DataSet& data, const std::vector<Interval>& c) const {
  if (static_cast<int>(c.size()) != data.size()) {
    throw Error(fmt::format("{} coefficients for {} examples", c.size(), data.size()));
  }
  const auto graph = std::make_shared<Graph>();
  const std::vector<Expression> w = detail::graph_variables(graph, weights_);
  Expression sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    sum += number(graph, c[static_cast<std::size_t>(i)], {}) * record(data, i, graph, w);
  }
  return {weights_, graph, sum.node_in(*graph)};
}

/// As a function of (z, y).
Function RecordedLoss::derivative_function(int order) const {
  const auto graph = std::make_shared<Graph>();
  const std::vector<Expression> x = detail::graph_variables(graph, 2);
  NodeId node = formula_(x[0], x[1]).node_in(*graph);
  for (int k = 0; k < order; ++k) {
    NodeId next = graph->constant(0);
    for (const auto& [coordinate, derivative] : graph->gradient(node).entries) {
      if (coordinate == 0) next = derivative;
    }
    node = next;
  }
  return {2, graph, node};
}

namespace {

Interval over(const Function& f, Interval z, Interval y) {
  const NodeId output = f.node();
  IntervalReading reading(Program(*f.graph(), 2, {&output, 1}));
  const Interval box[] = {z, y};
  reading.evaluate(0, box);
  if (reading.domain(0) != Domain::everywhere) {
    throw Error(fmt::format("the loss is not differentiable on all of z in [{}, {}], y in [{}, {}]",
                            z.lower(), z.upper(), y.lower(), y.upper()));
  }
  return reading.output(0);
}

}  // namespace

Interval RecordedLoss::derivative(Interval z, Interval y) const {
  return over(derivative_function(1), z, y);
}

Interval RecordedLoss::second_derivative(Interval z, Interval y) const {
  return over(derivative_function(2), z, y);
}

bool RecordedLoss::has_continuous_derivative() const {
  const Function f = derivative_function(1);
  const Graph& graph = *f.graph();
  std::vector<char> seen(static_cast<std::size_t>(graph.size()), 0);
  std::vector<NodeId> open{f.node()};
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    if (id < 0 || seen[static_cast<std::size_t>(id)] != 0) continue;
    seen[static_cast<std::size_t>(id)] = 1;
    const Node& node = graph.node(id);
    if (node.operation == Operation::select && !node.continuous) return false;
    if (node.operation == Operation::constant || node.operation == Operation::variable ||
        node.operation == Operation::time) {
      continue;
    }
    open.push_back(node.first);
    open.push_back(node.second);
  }
  return true;
}

std::vector<Interval> RecordedLoss::pulls(const DataSet& data) const {
  const Function f = derivative_function(1);
  std::vector<Interval> result;
  for (int i = 0; i < data.size(); ++i) result.push_back(-over(f, 0, data.label(i)));
  return result;
}

Function RecordedLoss::training_loss(const RecordedNetwork& network, const DataSet& data) const {
  const auto graph = std::make_shared<Graph>();
  const std::vector<Expression> w = detail::graph_variables(graph, network.weights());
  Expression sum = 0;
  for (int i = 0; i < data.size(); ++i) {
    sum += formula_(network.record(data, i, graph, w),
                    number(graph, data.label(i), data.label_decimal(i)));
  }
  return {network.weights(), graph, sum.node_in(*graph)};
}

}  // namespace filippov
