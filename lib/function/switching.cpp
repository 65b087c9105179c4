#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/graph.hpp"
#include "filippov/function/interval_reading.hpp"
#include "rational.hpp"

namespace filippov {

namespace {

using detail::Rational;

constexpr NodeId constant_atom = -1;

/// sum_k c_k atom_k with exact c_k, none 0, and atoms increasing.
using LinearForm = std::vector<std::pair<NodeId, Rational>>;

/// The constant as a rational number; nothing for pi and for numbers of which only an enclosure is
/// known.
std::optional<Rational> rational(const Graph& graph, NodeId id) {
  if (!graph.is_constant(id)) return std::nullopt;
  const Constant& c = graph.constants()[static_cast<std::size_t>(graph.node(id).index)];
  if (c.is_double()) return Rational(c.value);
  return c.unknown == 0 ? Rational::from_decimal(c.decimal) : std::nullopt;
}

LinearForm linear_form(const Graph& graph, NodeId root) {
  std::map<NodeId, Rational> terms;
  std::vector<std::pair<NodeId, Rational>> open;
  open.emplace_back(root, Rational(1));
  const auto push_multiple = [&](NodeId id, Rational factor, const Rational& c) {
    factor *= c;
    open.emplace_back(id, std::move(factor));
  };
  while (!open.empty()) {
    auto [id, factor] = std::move(open.back());
    open.pop_back();
    const Node& n = graph.node(id);
    switch (n.operation) {
      case Operation::add:
        open.emplace_back(n.first, factor);
        open.emplace_back(n.second, std::move(factor));
        continue;
      case Operation::subtract:
        open.emplace_back(n.first, factor);
        open.emplace_back(n.second, -factor);
        continue;
      case Operation::negate:
        open.emplace_back(n.first, -factor);
        continue;
      case Operation::multiply:
        if (const auto c = rational(graph, n.first)) {
          push_multiple(n.second, std::move(factor), *c);
          continue;
        }
        if (const auto c = rational(graph, n.second)) {
          push_multiple(n.first, std::move(factor), *c);
          continue;
        }
        break;
      case Operation::divide:
        if (const auto c = rational(graph, n.second); c && c->sign() != 0) {
          factor /= *c;
          open.emplace_back(n.first, std::move(factor));
          continue;
        }
        break;
      case Operation::constant:
        if (const auto c = rational(graph, id)) {
          factor *= *c;
          id = constant_atom;
        }
        break;
      default:
        break;
    }
    terms[id] += factor;
  }
  std::erase_if(terms, [](const auto& term) { return term.second.sign() == 0; });
  return {terms.begin(), terms.end()};
}

/// The sign of what has this form, if it is a number and known: 0 where it is exactly 0.
std::optional<int> fixed_sign(const Graph& graph, const LinearForm& form) {
  if (form.empty()) return 0;
  if (form.size() == 1 && form.front().first == constant_atom) return form.front().second.sign();
  // With pi, and numbers of which only an enclosure is known. Variables may have cancelled.
  Interval sum = 0;
  for (const auto& [atom, coefficient] : form) {
    if (atom == constant_atom) {
      sum += coefficient.enclosure();
      continue;
    }
    if (!graph.is_constant(atom)) return std::nullopt;
    const NodeId outputs[] = {atom};
    IntervalReading reading(Program(graph, 0, outputs));
    reading.evaluate(0, {});
    sum += coefficient.enclosure() * reading.output(0);
  }
  if (certainly_positive(sum)) return 1;
  if (certainly_negative(sum)) return -1;
  return std::nullopt;
}

}  // namespace

/// Forms are compared exactly: equal ones are proved to be the same function up to the factor.
std::pair<int, int> Graph::switch_of(NodeId h, std::string_view name) {
  LinearForm form = linear_form(*this, h);
  // Divide by the first coefficient that is not the constant term's.
  const auto leading = std::find_if(form.begin(), form.end(),
                                    [](const auto& term) { return term.first != constant_atom; });
  if (leading == form.end()) throw Error("a constant has no switching surface");
  const Rational scale = leading->second;
  std::string key;
  for (auto& [atom, coefficient] : form) {
    coefficient /= scale;
    key += std::to_string(atom) + ':' + coefficient.text() + ' ';
  }
  const std::pair<int, int> created{static_cast<int>(switches_.size()), scale.sign()};
  const auto [place, inserted] = switches_by_form_.try_emplace(std::move(key), created);
  if (inserted) switches_.push_back({h, name.empty() ? surface_name(h) : std::string(name)});
  return {place->second.first, place->second.second == scale.sign() ? 1 : -1};
}

std::optional<double> Graph::number(NodeId id) const {
  const LinearForm form = linear_form(*this, id);
  if (form.empty()) return 0;
  if (form.size() > 1 || form.front().first != constant_atom) return std::nullopt;
  return form.front().second.exact_double();
}

NodeId Graph::select(NodeId h, NodeId a, NodeId b, std::string_view name, bool continuous) {
  if (a == b) return a;
  if (const auto fixed = fixed_sign(*this, linear_form(*this, h))) {
    if (*fixed == 0 && !continuous) {
      throw Error("select on a switching function that is identically zero");
    }
    return *fixed >= 0 ? a : b;
  }
  const auto [j, orientation] = switch_of(h, name);
  if (orientation < 0) std::swap(a, b);
  return insert_select(j, a, b, continuous);
}

NodeId Graph::sign(NodeId h, std::string_view name) {
  if (linear_form(*this, h).empty()) return constant(0);
  return select(h, constant(1), constant(-1), name);
}

NodeId Graph::step(NodeId h, std::string_view name) {
  if (linear_form(*this, h).empty()) return constant(0.5);
  return select(h, constant(1), constant(0), name);
}

NodeId Graph::absolute(NodeId h, std::string_view name) {
  if (linear_form(*this, h).empty()) return constant(0);
  return select(h, h, negate(h), name, true);
}

NodeId Graph::relu(NodeId h, std::string_view name) {
  return select(h, h, constant(0), name, true);
}

NodeId Graph::leaky_relu(NodeId slope, NodeId h, std::string_view name) {
  return select(h, h, multiply(slope, h), name, true);
}

NodeId Graph::maximum(NodeId a, NodeId b) { return select(subtract(a, b), a, b, {}, true); }

NodeId Graph::minimum(NodeId a, NodeId b) { return select(subtract(a, b), b, a, {}, true); }

}  // namespace filippov
