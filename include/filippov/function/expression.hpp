#pragma once

#include <memory>
#include <vector>

#include "filippov/function/graph.hpp"

namespace filippov {

/// A scalar that records what is done with it: the argument type of the user's generic lambda.
///
/// Mixed arithmetic with double works; an Expression made from a double belongs to no graph until
/// it meets one that does. Nonsmooth functions become selects on switching functions (see Graph).
class Expression {
 public:
  Expression(double value) : value_(value) {}  // NOLINT: implicit, so that 2 * x works
  Expression(std::shared_ptr<Graph> graph, NodeId node) : graph_(std::move(graph)), node_(node) {}

  const std::shared_ptr<Graph>& graph() const { return graph_; }
  /// The node of this expression in `graph`.
  NodeId node_in(Graph& graph) const;
  /// It is made of constants alone.
  bool is_number() const;

  Expression& operator+=(const Expression& b);
  Expression& operator-=(const Expression& b);
  Expression& operator*=(const Expression& b);
  Expression& operator/=(const Expression& b);

 private:
  std::shared_ptr<Graph> graph_;
  NodeId node_ = -1;
  double value_ = 0;
};

Expression operator+(const Expression& a, const Expression& b);
Expression operator-(const Expression& a, const Expression& b);
Expression operator*(const Expression& a, const Expression& b);
Expression operator/(const Expression& a, const Expression& b);
Expression operator-(const Expression& a);
Expression operator+(const Expression& a);

Expression pow(const Expression& a, const Expression& b);
Expression sqrt(const Expression& a);
Expression exp(const Expression& a);
Expression log(const Expression& a);
Expression sin(const Expression& a);
Expression cos(const Expression& a);
Expression tan(const Expression& a);
Expression atan(const Expression& a);
Expression sinh(const Expression& a);
Expression cosh(const Expression& a);
Expression tanh(const Expression& a);

Expression abs(const Expression& a);
Expression max(const Expression& a, const Expression& b);
Expression min(const Expression& a, const Expression& b);
/// max(0, a)
Expression relu(const Expression& a);
/// a where a > 0, slope * a where a < 0
Expression leaky_relu(const Expression& slope, const Expression& a);
/// -1, 1; set-valued [-1, 1] where a = 0
Expression sign(const Expression& a);
/// 0, 1; set-valued [0, 1] where a = 0
Expression step(const Expression& a);
/// a where h > 0, b where h < 0; set-valued conv{a, b} where h = 0
Expression select(const Expression& h, const Expression& a, const Expression& b);

/// A vector of expressions, for the value of a recorded vector field.
template <class... Scalars>
std::vector<Expression> vector(const Scalars&... scalars) {
  return {Expression(scalars)...};
}

}  // namespace filippov
