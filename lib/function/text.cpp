#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/graph.hpp"

namespace filippov {

namespace {

/// Binding strength of what an expression prints as; an operand that binds less gets parentheses.
enum Precedence { sum = 1, product = 2, sign_prefix = 3, power = 4, atom = 5 };

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

/// Prints from left to right. Iterative: sums of 10^4 terms are deep.
class Printer {
 public:
  explicit Printer(const Graph& graph) : graph_(graph) {}

  /// The text, or somewhat more than its first `limit` characters.
  std::string print(NodeId root, std::size_t limit) const {
    std::string out;
    std::vector<Piece> open{Piece(root, sum)};
    while (!open.empty() && out.size() <= limit) {
      const Piece piece = std::move(open.back());
      open.pop_back();
      if (piece.node < 0) {
        out += piece.text;
        continue;
      }
      Printed printed = pieces(piece.node);
      const bool enclosed = printed.precedence < piece.precedence;
      if (enclosed) open.emplace_back(")");
      std::move(printed.pieces.rbegin(), printed.pieces.rend(), std::back_inserter(open));
      if (enclosed) open.emplace_back("(");
    }
    return out;
  }

 private:
  /// Text, or a node that is put into parentheses if it binds less than `precedence`.
  struct Piece {
    explicit Piece(std::string words) : text(std::move(words)) {}
    Piece(NodeId id, int least) : node(id), precedence(least) {}

    std::string text;
    NodeId node = -1;
    int precedence = sum;
  };

  struct Printed {
    int precedence;
    std::vector<Piece> pieces;
  };

  Printed pieces(NodeId id) const {
    const Node& n = graph_.node(id);
    switch (n.operation) {
      case Operation::constant:
        return constant(n.index);
      case Operation::variable:
        return {atom, {Piece(graph_.variable_name(n.index))}};
      case Operation::time:
        return {atom, {Piece("t")}};
      case Operation::add:
        return binary(sum, {n.first, sum}, " + ", {n.second, product});
      case Operation::subtract:
        return binary(sum, {n.first, sum}, " - ", {n.second, product});
      case Operation::multiply:
        if (n.first == n.second) return binary(power, {n.first, atom}, "^", Piece("2"));
        return binary(product, {n.first, product}, "*", {n.second, power});
      case Operation::divide:
        return binary(product, {n.first, product}, "/", {n.second, power});
      case Operation::negate:
        return {sign_prefix, {Piece("-"), {n.first, power}}};
      case Operation::integer_power:
        return binary(power, {n.first, atom}, "^",
                      Piece(n.index < 0 ? fmt::format("({})", n.index) : std::to_string(n.index)));
      case Operation::real_power:
        return binary(power, {n.first, atom}, "^", {n.second, atom});
      case Operation::select:
        return select(n);
      default:
        return call(function_name(n.operation), {n.first});
    }
  }

  static Printed binary(int precedence, Piece first, const char* symbol, Piece second) {
    return {precedence, {std::move(first), Piece(symbol), std::move(second)}};
  }

  static Printed call(const char* name, std::initializer_list<NodeId> arguments) {
    Printed printed{atom, {Piece(fmt::format("{}(", name))}};
    const char* separator = "";
    for (const NodeId argument : arguments) {
      printed.pieces.emplace_back(separator);
      printed.pieces.emplace_back(argument, sum);
      separator = ", ";
    }
    printed.pieces.emplace_back(")");
    return printed;
  }

  Printed constant(int index) const {
    const Constant& c = graph_.constants()[static_cast<std::size_t>(index)];
    if (c.unknown != 0) return {atom, {Piece(to_string(c.enclosure))}};
    std::string text = c.decimal.empty() ? fmt::format("{}", c.value) : c.decimal;
    const bool negative = text.front() == '-';
    return {negative ? sign_prefix : atom, {Piece(std::move(text))}};
  }

  Printed select(const Node& n) const {
    const NodeId h = graph_.switches()[static_cast<std::size_t>(n.index)].node;
    const Node& second = graph_.node(n.second);
    if (n.first == h) {
      if (graph_.is_negation(h, n.second)) return call("abs", {h});
      if (graph_.is_constant(n.second, 0)) return call("relu", {h});
      if (second.operation == Operation::multiply && second.first != second.second) {
        if (second.second == h) return call("leaky_relu", {second.first, h});
        if (second.first == h) return call("leaky_relu", {second.second, h});
      }
    }
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
    return call("select", {h, n.first, n.second});
  }

  const Graph& graph_;
};

constexpr std::size_t longest_text = 10'000'000;
constexpr std::size_t longest_name = 1000;

}  // namespace

std::string Graph::text(NodeId id) const {
  std::string text = Printer(*this).print(id, longest_text);
  if (text.size() > longest_text) {
    throw Error(fmt::format("expression is too large to print: expected at most {} characters",
                            longest_text));
  }
  return text;
}

std::string Graph::surface_name(NodeId h) const {
  std::string name = Printer(*this).print(h, longest_name);
  return name.size() > longest_name ? name.substr(0, longest_name) + "..." : name;
}

}  // namespace filippov
