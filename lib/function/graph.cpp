#include "filippov/function/graph.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <limits>

#include "decimal_text.hpp"
#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

constexpr double exact_integer_limit = 9007199254740992.0;  // 2^53

bool is_exact_integer(double v) {
  return std::abs(v) < exact_integer_limit && v == std::nearbyint(v);
}

bool is_commutative(Operation operation) {
  return operation == Operation::add || operation == Operation::multiply;
}

}  // namespace

Interval Constant::range() const {
  if (unknown != 0) return enclosure;
  if (decimal.empty()) return value;
  return decimal == "pi" ? Interval::pi() : Interval::from_decimal(decimal);
}

std::size_t Graph::NodeHash::operator()(const Node& n) const {
  std::size_t seed = static_cast<std::size_t>(n.operation) * 2 + (n.continuous ? 1 : 0);
  for (const int field : {n.first, n.second, n.index}) {
    seed ^= static_cast<std::size_t>(field) + 0x9e3779b97f4a7c15ULL + (seed << 6) + (seed >> 2);
  }
  return seed;
}

Graph::Graph() = default;

NodeId Graph::insert(Node node) {
  // a + b and b + a are one node, kept in the order that came first.
  Node key = node;
  if (is_commutative(key.operation) && key.first > key.second) std::swap(key.first, key.second);
  const auto [place, inserted] = ids_.try_emplace(key, size());
  if (inserted) nodes_.push_back(node);
  return place->second;
}

bool Graph::same_switch(NodeId a, NodeId b) const {
  return node(a).operation == Operation::select && node(b).operation == Operation::select &&
         node(a).index == node(b).index;
}

NodeId Graph::combine(Operation operation, NodeId a, NodeId b) {
  const Node key{.operation = operation, .first = a, .second = b};
  if (const auto known = rewritten_.find(key); known != rewritten_.end()) return known->second;
  const Node p = node(a);
  const Node q = node(b);
  const auto operate = [&](NodeId x, NodeId y) {
    return operation == Operation::add        ? add(x, y)
           : operation == Operation::subtract ? subtract(x, y)
                                              : multiply(x, y);
  };
  const NodeId first = operate(p.first, q.first);
  const NodeId second = operate(p.second, q.second);
  return rewritten_[key] = insert_select(p.index, first, second, p.continuous && q.continuous);
}

bool Graph::vanishes_on_switch(NodeId jumping, NodeId factor) const {
  if (node(jumping).operation != Operation::select) return false;
  const NodeId h = switches_[static_cast<std::size_t>(node(jumping).index)].node;
  const Node& f = node(factor);
  return factor == h ||
         (f.operation == Operation::multiply && is_constant(f.first) && f.second == h);
}

NodeId Graph::multiply_select(NodeId jumping, NodeId factor) {
  const Node key{.operation = Operation::multiply, .first = jumping, .second = factor};
  if (const auto known = rewritten_.find(key); known != rewritten_.end()) return known->second;
  const Node n = node(jumping);
  const NodeId first = multiply(n.first, factor);
  const NodeId second = multiply(n.second, factor);
  return rewritten_[key] = insert_select(n.index, first, second, true);
}

NodeId Graph::insert_select(int switch_index, NodeId a, NodeId b, bool continuous) {
  const auto is_inner = [&](NodeId id) {
    return node(id).operation == Operation::select && node(id).index == switch_index;
  };
  if (is_inner(a)) a = node(a).first;
  if (is_inner(b)) b = node(b).second;
  if (a == b) return a;
  return insert({.operation = Operation::select,
                 .continuous = continuous,
                 .first = a,
                 .second = b,
                 .index = switch_index});
}

NodeId Graph::constant(double value) { return constant(value, {}); }

NodeId Graph::constant(double value, std::string_view decimal) {
  if (!std::isfinite(value)) throw Error("constant is not finite: expected a finite number");
  if (value == 0) value = 0;  // one zero
  std::string text(decimal);
  if (is_exact_integer(value) && detail::same_number(decimal, fmt::format("{:.0f}", value))) {
    text.clear();
  }
  const auto key = std::make_pair(value, text);
  const auto [place, inserted] =
      constant_ids_.try_emplace(key, static_cast<int>(constants_.size()));
  if (inserted) constants_.push_back({.value = value, .decimal = std::move(text)});
  Node node;
  node.index = place->second;
  return insert(node);
}

NodeId Graph::constant(Interval enclosure) {
  if (!enclosure.is_bounded()) throw Error("constant is not bounded: expected a bounded interval");
  if (enclosure.is_point()) return constant(enclosure.lower());
  static std::atomic<long> count = 0;
  return constant(Constant{enclosure.midpoint(), {}, enclosure, ++count});
}

NodeId Graph::constant(const Constant& number) {
  if (number.unknown == 0) return constant(number.value, number.decimal);
  const auto [place, inserted] =
      unknown_ids_.try_emplace(number.unknown, static_cast<int>(constants_.size()));
  if (inserted) constants_.push_back(number);
  Node node;
  node.index = place->second;
  return insert(node);
}

NodeId Graph::variable(int coordinate) {
  Node node;
  node.operation = Operation::variable;
  node.index = coordinate;
  return insert(node);
}

NodeId Graph::time() {
  Node node;
  node.operation = Operation::time;
  return insert(node);
}

double Graph::constant_value(NodeId id) const {
  return constants_[static_cast<std::size_t>(node(id).index)].value;
}

bool Graph::is_constant(NodeId id, double value) const {
  return is_constant(id) && constant_value(id) == value &&
         constants_[static_cast<std::size_t>(node(id).index)].is_double();
}

bool Graph::is_integer(NodeId id) const {
  return is_constant(id) && is_exact_integer(constant_value(id)) &&
         constants_[static_cast<std::size_t>(node(id).index)].is_double();
}

NodeId Graph::add(NodeId a, NodeId b) {
  if (is_constant(a, 0)) return b;
  if (is_constant(b, 0)) return a;
  if (is_integer(a) && is_integer(b)) {
    const double sum = constant_value(a) + constant_value(b);
    if (is_exact_integer(sum)) return constant(sum);
  }
  if (node(b).operation == Operation::negate) return subtract(a, node(b).first);
  if (node(a).operation == Operation::negate) return subtract(b, node(a).first);
  if (same_switch(a, b)) return combine(Operation::add, a, b);
  return insert({.operation = Operation::add, .first = a, .second = b});
}

NodeId Graph::subtract(NodeId a, NodeId b) {
  if (a == b) return constant(0);
  if (is_constant(b, 0)) return a;
  if (is_constant(a, 0)) return negate(b);
  if (is_integer(a) && is_integer(b)) {
    const double difference = constant_value(a) - constant_value(b);
    if (is_exact_integer(difference)) return constant(difference);
  }
  if (node(b).operation == Operation::negate) return add(a, node(b).first);
  if (same_switch(a, b)) return combine(Operation::subtract, a, b);
  return insert({.operation = Operation::subtract, .first = a, .second = b});
}

NodeId Graph::multiply(NodeId a, NodeId b) {
  if (is_constant(b) && !is_constant(a)) std::swap(a, b);
  if (is_constant(a, 0)) return a;
  if (is_constant(a, 1)) return b;
  if (is_constant(b, 1)) return a;
  if (is_constant(a, -1)) return negate(b);
  if (is_integer(a) && is_integer(b)) {
    const double product = constant_value(a) * constant_value(b);
    if (is_exact_integer(product)) return constant(product);
  }
  if (node(a).operation == Operation::negate) return negate(multiply(node(a).first, b));
  if (node(b).operation == Operation::negate) return negate(multiply(a, node(b).first));
  if (same_switch(a, b)) return combine(Operation::multiply, a, b);
  if (vanishes_on_switch(a, b)) return multiply_select(a, b);
  if (vanishes_on_switch(b, a)) return multiply_select(b, a);
  return insert({.operation = Operation::multiply, .first = a, .second = b});
}

NodeId Graph::divide(NodeId a, NodeId b) {
  if (is_constant(b, 0)) throw Error("division by the constant zero");
  if (is_constant(b, 1)) return a;
  if (is_constant(b, -1)) return negate(a);
  if (is_constant(a, 0)) return a;
  if (node(a).operation == Operation::negate) return negate(divide(node(a).first, b));
  return insert({.operation = Operation::divide, .first = a, .second = b});
}

NodeId Graph::negate(NodeId a) {
  if (node(a).operation == Operation::negate) return node(a).first;
  if (is_constant(a)) {
    const Constant c = constants_[static_cast<std::size_t>(node(a).index)];
    if (c.is_double()) return constant(-c.value);
    if (c.decimal.starts_with('-')) return constant(-c.value, c.decimal.substr(1));
    if (!c.decimal.empty() && c.decimal != "pi")
      return constant(-c.value, fmt::format("-{}", c.decimal));
  }
  if (node(a).operation == Operation::subtract) return subtract(node(a).second, node(a).first);
  if (node(a).operation == Operation::select) {
    const Node key{.operation = Operation::negate, .first = a};
    if (const auto known = rewritten_.find(key); known != rewritten_.end()) return known->second;
    const Node n = node(a);
    const NodeId first = negate(n.first);
    const NodeId second = negate(n.second);
    return rewritten_[key] = insert_select(n.index, first, second, n.continuous);
  }
  return insert({.operation = Operation::negate, .first = a});
}

NodeId Graph::integer_power(NodeId a, int exponent) {
  if (exponent == 0) return constant(1);
  if (exponent == 1) return a;
  if (exponent == 2) return multiply(a, a);
  if (exponent == -1) return divide(constant(1), a);
  return insert({.operation = Operation::integer_power, .first = a, .index = exponent});
}

NodeId Graph::power(NodeId a, NodeId b) {
  if (is_integer(b) && std::abs(constant_value(b)) <= std::numeric_limits<int>::max()) {
    return integer_power(a, static_cast<int>(constant_value(b)));
  }
  if (is_constant(b) && constant_value(b) == 0.5) {
    const Constant& c = constants_[static_cast<std::size_t>(node(b).index)];
    if (c.is_double() || detail::same_number(c.decimal, "0.5")) {
      return unary(Operation::square_root, a);
    }
  }
  return insert({.operation = Operation::real_power, .first = a, .second = b});
}

NodeId Graph::unary(Operation operation, NodeId a) {
  return insert({.operation = operation, .first = a});
}

NodeId Graph::record(Operation operation, NodeId first, NodeId second, int index) {
  switch (operation) {
    case Operation::add:
      return add(first, second);
    case Operation::subtract:
      return subtract(first, second);
    case Operation::multiply:
      return multiply(first, second);
    case Operation::divide:
      return divide(first, second);
    case Operation::negate:
      return negate(first);
    case Operation::integer_power:
      return integer_power(first, index);
    case Operation::real_power:
      return power(first, second);
    case Operation::constant:
    case Operation::variable:
    case Operation::time:
    case Operation::select:
      throw Error("a constant, a coordinate, the time and a select are not recorded as operations");
    default:
      return unary(operation, first);
  }
}

bool Graph::is_negation(NodeId a, NodeId b) const {
  const Node& p = node(a);
  const Node& q = node(b);
  if (q.operation == Operation::negate) return q.first == a;
  if (p.operation == Operation::negate) return p.first == b;
  if (p.operation == Operation::subtract && q.operation == Operation::subtract) {
    return p.first == q.second && p.second == q.first;
  }
  const auto known = rewritten_.find({.operation = Operation::negate, .first = a});
  return known != rewritten_.end() && known->second == b;
}

std::string Graph::variable_name(int coordinate) const {
  const auto i = static_cast<std::size_t>(coordinate);
  return i < names_.size() ? names_[i] : fmt::format("x{}", coordinate + 1);
}

}  // namespace filippov
