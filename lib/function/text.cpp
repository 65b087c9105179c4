#include <fmt/format.h>

#include "filippov/function/graph.hpp"

namespace filippov {

namespace {

/// Binding strength of what an expression prints as; an operand that binds less gets parentheses.
enum Precedence { sum = 1, product = 2, sign_prefix = 3, power = 4, atom = 5 };

struct Printed {
  std::string text;
  int precedence;
};

const char* function_name(Operation operation) {
  switch (operation) {
    case Operation::square_root:
      return "sqrt";
    case Operation::exponential:
      return "exp";
    case Operation::logarithm:
      return "log";
    case Operation::sine:
      return "sin";
    case Operation::cosine:
      return "cos";
    case Operation::tangent:
      return "tan";
    case Operation::arctangent:
      return "atan";
    case Operation::hyperbolic_sine:
      return "sinh";
    case Operation::hyperbolic_cosine:
      return "cosh";
    default:
      return "tanh";
  }
}

class Printer {
 public:
  explicit Printer(const Graph& graph) : graph_(graph) {}

  Printed print(NodeId id) const {
    const Node& n = graph_.node(id);
    switch (n.operation) {
      case Operation::constant:
        return constant(n.index);
      case Operation::variable:
        return {graph_.variable_name(n.index), atom};
      case Operation::time:
        return {"t", atom};
      case Operation::add:
        return {at(n.first, sum) + " + " + at(n.second, sum), sum};
      case Operation::subtract:
        return {at(n.first, sum) + " - " + at(n.second, product), sum};
      case Operation::multiply:
        return {at(n.first, product) + "*" + at(n.second, product), product};
      case Operation::divide:
        return {at(n.first, product) + "/" + at(n.second, sign_prefix), product};
      case Operation::negate:
        return {fmt::format("-{}", at(n.first, product)), sign_prefix};
      case Operation::integer_power:
        return {at(n.first, atom) + "^" +
                    (n.index < 0 ? fmt::format("({})", n.index) : std::to_string(n.index)),
                power};
      case Operation::real_power:
        return {at(n.first, atom) + "^" + at(n.second, atom), power};
      case Operation::select:
        return {select(n), atom};
      default:
        return {fmt::format("{}({})", function_name(n.operation), print(n.first).text), atom};
    }
  }

 private:
  std::string at(NodeId id, int precedence) const {
    Printed p = print(id);
    return p.precedence < precedence ? fmt::format("({})", p.text) : p.text;
  }

  Printed constant(int index) const {
    const Constant& c = graph_.constants()[static_cast<std::size_t>(index)];
    std::string text = c.decimal.empty() ? fmt::format("{}", c.value) : c.decimal;
    const bool negative = text.front() == '-';
    return {std::move(text), negative ? sign_prefix : atom};
  }

  std::string select(const Node& n) const {
    const NodeId h = graph_.switches()[static_cast<std::size_t>(n.index)].node;
    const auto call = [&](const char* name, std::initializer_list<NodeId> arguments) {
      std::string list;
      for (const NodeId a : arguments) list += (list.empty() ? "" : ", ") + print(a).text;
      return fmt::format("{}({})", name, list);
    };
    const Node& first = graph_.node(n.first);
    const Node& second = graph_.node(n.second);
    if (n.first == h && second.operation == Operation::negate && second.first == h) {
      return call("abs", {h});
    }
    if (n.first == h && graph_.is_constant(n.second, 0)) return call("relu", {h});
    if (graph_.is_constant(n.first, 1)) {
      if (graph_.is_constant(n.second, -1)) return call("sign", {h});
      if (graph_.is_constant(n.second, 0)) return call("step", {h});
    }
    const Node& difference = graph_.node(h);
    if (difference.operation == Operation::subtract) {
      if (difference.first == n.first && difference.second == n.second) {
        return call("max", {n.first, n.second});
      }
      if (difference.first == n.second && difference.second == n.first) {
        return call("min", {n.second, n.first});
      }
    }
    if (n.first == h && first.operation == Operation::subtract && first.first == second.second &&
        first.second == second.first && second.operation == Operation::subtract) {
      return call("abs", {h});
    }
    return call("select", {h, n.first, n.second});
  }

  const Graph& graph_;
};

}  // namespace

std::string Graph::text(NodeId id) const { return Printer(*this).print(id).text; }

}  // namespace filippov
