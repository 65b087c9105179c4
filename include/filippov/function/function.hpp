#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "filippov/function/expression.hpp"

namespace filippov {

namespace detail {
/// The coordinates x[0..dimension-1] as expressions of `graph`.
std::vector<Expression> graph_variables(const std::shared_ptr<Graph>& graph, int dimension);
Expression graph_time(const std::shared_ptr<Graph>& graph);
}  // namespace detail

/// A scalar function f: R^n -> R, recorded as a graph.
///
///     Function f(2, [](const auto& u) { return u[0] * abs(u[1]); });
class Function {
 public:
  template <class Callable>
  requires std::invocable < Callable, const std::vector<Expression>
  & > Function(int dimension, const Callable& callable)
      : dimension_(dimension),
  graph_(std::make_shared<Graph>()),
  node_(Expression(callable(detail::graph_variables(graph_, dimension))).node_in(*graph_)) {}
  Function(int dimension, std::shared_ptr<Graph> graph, NodeId node);

  int dimension() const { return dimension_; }
  const std::shared_ptr<Graph>& graph() const { return graph_; }
  NodeId node() const { return node_; }

  /// f(x), x of n entries. On a switching surface a discontinuous select takes the mean of its
  /// branches (sign(0) = 0).
  double operator()(std::span<const double> x) const;
  std::string text() const { return graph_->text(node_); }

 private:
  int dimension_;
  std::shared_ptr<Graph> graph_;
  NodeId node_;
};

/// A map (t, x) -> R^m, x in R^n, recorded as a graph; the right-hand side of a Filippov system
/// when m = n.
///
///     VectorField f(2, [](auto t, const auto& x) { return vector(x[1], cos(t) - sign(x[1])); });
class VectorField {
 public:
  template <class Callable>
  requires std::invocable < Callable, Expression, const std::vector<Expression>
  & > VectorField(int dimension, const Callable& callable)
      : dimension_(dimension),
  graph_(std::make_shared<Graph>()) {
    record(callable(detail::graph_time(graph_), detail::graph_variables(graph_, dimension)));
  }
  VectorField(int dimension, std::shared_ptr<Graph> graph, std::vector<NodeId> nodes);

  int dimension() const { return dimension_; }
  const std::shared_ptr<Graph>& graph() const { return graph_; }
  const std::vector<NodeId>& nodes() const { return nodes_; }

  /// f(t, x); on a switching surface a discontinuous select takes the mean of its branches.
  std::vector<double> operator()(double t, std::span<const double> x) const;

 private:
  void record(const std::vector<Expression>& values);

  int dimension_;
  std::shared_ptr<Graph> graph_;
  std::vector<NodeId> nodes_;
};

}  // namespace filippov
