#include "filippov/function/expression.hpp"

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

constexpr const char* mixed =
    "expressions of two different functions were mixed: record both in one lambda";

/// The number `id` of `from`, made of constants alone as in Expression(8) / 3, recorded in `to`.
/// Throws Error if it is no number.
NodeId number_in(Graph& to, const Graph& from, NodeId id) {
  const Node& node = from.node(id);
  switch (node.operation) {
    case Operation::constant:
      return to.constant(from.constants()[static_cast<std::size_t>(node.index)]);
    case Operation::variable:
    case Operation::time:
    case Operation::select:
      throw Error(mixed);
    default:
      break;
  }
  const NodeId first = number_in(to, from, node.first);
  const NodeId second = node.second < 0 ? -1 : number_in(to, from, node.second);
  return to.record(node.operation, first, second, node.index);
}

/// Of two graphs the one that is not that of a number.
std::shared_ptr<Graph> common_graph(const Expression& a, const Expression& b) {
  if (a.graph() && b.graph() && a.graph() != b.graph()) {
    return a.is_number() ? b.graph() : a.graph();
  }
  if (a.graph()) return a.graph();
  if (b.graph()) return b.graph();
  return std::make_shared<Graph>();  // two numbers: recorded so that exact folding applies
}

Expression binary(const Expression& a, const Expression& b,
                  NodeId (Graph::*operation)(NodeId, NodeId)) {
  auto graph = common_graph(a, b);
  const NodeId first = a.node_in(*graph);
  const NodeId second = b.node_in(*graph);
  const NodeId node = ((*graph).*operation)(first, second);
  return {std::move(graph), node};
}

template <class Record>
Expression recorded(const Expression& a, const Record& record) {
  auto graph = common_graph(a, a);
  const NodeId node = record(*graph, a.node_in(*graph));
  return {std::move(graph), node};
}

Expression unary(Operation operation, const Expression& a) {
  return recorded(a, [&](Graph& g, NodeId n) { return g.unary(operation, n); });
}

}  // namespace

NodeId Expression::node_in(Graph& graph) const {
  if (!graph_) return graph.constant(value_);
  if (graph_.get() == &graph) return node_;
  return number_in(graph, *graph_, node_);
}

bool Expression::is_number() const {
  if (!graph_) return true;
  Graph scratch;
  try {
    number_in(scratch, *graph_, node_);
  } catch (const Error&) {
    return false;
  }
  return true;
}

Expression& Expression::operator+=(const Expression& b) { return *this = *this + b; }
Expression& Expression::operator-=(const Expression& b) { return *this = *this - b; }
Expression& Expression::operator*=(const Expression& b) { return *this = *this * b; }
Expression& Expression::operator/=(const Expression& b) { return *this = *this / b; }

Expression operator+(const Expression& a, const Expression& b) { return binary(a, b, &Graph::add); }
Expression operator-(const Expression& a, const Expression& b) {
  return binary(a, b, &Graph::subtract);
}
Expression operator*(const Expression& a, const Expression& b) {
  return binary(a, b, &Graph::multiply);
}
Expression operator/(const Expression& a, const Expression& b) {
  return binary(a, b, &Graph::divide);
}
Expression operator+(const Expression& a) { return a; }
Expression operator-(const Expression& a) {
  return recorded(a, [](Graph& g, NodeId n) { return g.negate(n); });
}

Expression pow(const Expression& a, const Expression& b) { return binary(a, b, &Graph::power); }
Expression sqrt(const Expression& a) { return unary(Operation::square_root, a); }
Expression exp(const Expression& a) { return unary(Operation::exponential, a); }
Expression log(const Expression& a) { return unary(Operation::logarithm, a); }
Expression sin(const Expression& a) { return unary(Operation::sine, a); }
Expression cos(const Expression& a) { return unary(Operation::cosine, a); }
Expression tan(const Expression& a) { return unary(Operation::tangent, a); }
Expression atan(const Expression& a) { return unary(Operation::arctangent, a); }
Expression sinh(const Expression& a) { return unary(Operation::hyperbolic_sine, a); }
Expression cosh(const Expression& a) { return unary(Operation::hyperbolic_cosine, a); }
Expression tanh(const Expression& a) { return unary(Operation::hyperbolic_tangent, a); }

Expression abs(const Expression& a) {
  return recorded(a, [](Graph& g, NodeId n) { return g.absolute(n); });
}
Expression max(const Expression& a, const Expression& b) { return binary(a, b, &Graph::maximum); }
Expression min(const Expression& a, const Expression& b) { return binary(a, b, &Graph::minimum); }
Expression relu(const Expression& a) {
  return recorded(a, [](Graph& g, NodeId n) { return g.relu(n); });
}
Expression leaky_relu(const Expression& slope, const Expression& a) {
  auto graph = common_graph(slope, a);
  const NodeId node = graph->leaky_relu(slope.node_in(*graph), a.node_in(*graph));
  return {std::move(graph), node};
}
Expression sign(const Expression& a) {
  return recorded(a, [](Graph& g, NodeId n) { return g.sign(n); });
}
Expression step(const Expression& a) {
  return recorded(a, [](Graph& g, NodeId n) { return g.step(n); });
}
Expression select(const Expression& h, const Expression& a, const Expression& b) {
  auto graph = h.graph() ? common_graph(h, a.graph() ? a : b) : common_graph(a, b);
  const NodeId node = graph->select(h.node_in(*graph), a.node_in(*graph), b.node_in(*graph));
  return {std::move(graph), node};
}

}  // namespace filippov
