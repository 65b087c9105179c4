#include "filippov/function/function.hpp"

#include <fmt/format.h>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/double_reading.hpp"

namespace filippov {

namespace {

void require_dimension(std::span<const double> x, int dimension) {
  if (x.size() != static_cast<std::size_t>(dimension)) {
    throw Error(fmt::format("point has {} entries: expected {}", x.size(), dimension));
  }
}

}  // namespace

namespace detail {

std::vector<Expression> graph_variables(const std::shared_ptr<Graph>& graph, int dimension) {
  if (dimension < 1) throw Error(fmt::format("dimension is {}: expected at least 1", dimension));
  std::vector<Expression> x;
  for (int i = 0; i < dimension; ++i) x.emplace_back(graph, graph->variable(i));
  return x;
}

Expression graph_time(const std::shared_ptr<Graph>& graph) { return {graph, graph->time()}; }

}  // namespace detail

Function::Function(int dimension, std::shared_ptr<Graph> graph, NodeId node)
    : dimension_(dimension), graph_(std::move(graph)), node_(node) {}

double Function::operator()(std::span<const double> x) const {
  require_dimension(x, dimension_);
  const NodeId outputs[] = {node_};
  DoubleReading reading(Program(*graph_, dimension_, outputs));
  reading.evaluate(0, x);
  return reading.output(0);
}

VectorField::VectorField(int dimension, std::shared_ptr<Graph> graph, std::vector<NodeId> nodes)
    : dimension_(dimension), graph_(std::move(graph)), nodes_(std::move(nodes)) {}

void VectorField::record(const std::vector<Expression>& values) {
  for (const Expression& value : values) nodes_.push_back(value.node_in(*graph_));
}

std::vector<double> VectorField::operator()(double t, std::span<const double> x) const {
  require_dimension(x, dimension_);
  DoubleReading reading(Program(*graph_, dimension_, nodes_));
  reading.evaluate(t, x);
  std::vector<double> value;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    value.push_back(reading.output(static_cast<int>(i)));
  }
  return value;
}

}  // namespace filippov
