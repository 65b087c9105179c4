#include <algorithm>
#include <cmath>
#include <limits>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/graph.hpp"

namespace filippov {

namespace {

constexpr NodeId constant_atom = -1;

}  // namespace

/// The node as sum_k c_k atom_k with known constants c_k, atoms increasing; not yet normalised.
Graph::LinearForm Graph::linear_form(NodeId root) const {
  std::map<NodeId, double> terms;
  std::vector<std::pair<NodeId, double>> open{{root, 1.0}};
  while (!open.empty()) {
    const auto [id, factor] = open.back();
    open.pop_back();
    const Node& n = node(id);
    switch (n.operation) {
      case Operation::constant:
        terms[is_known(id) ? constant_atom : id] +=
            is_known(id) ? factor * constant_value(id) : factor;
        break;
      case Operation::add:
        open.emplace_back(n.first, factor);
        open.emplace_back(n.second, factor);
        break;
      case Operation::subtract:
        open.emplace_back(n.first, factor);
        open.emplace_back(n.second, -factor);
        break;
      case Operation::negate:
        open.emplace_back(n.first, -factor);
        break;
      case Operation::multiply:
        if (is_known(n.first)) {
          open.emplace_back(n.second, factor * constant_value(n.first));
        } else if (is_known(n.second)) {
          open.emplace_back(n.first, factor * constant_value(n.second));
        } else {
          terms[id] += factor;
        }
        break;
      case Operation::divide:
        if (is_known(n.second)) {
          open.emplace_back(n.first, factor / constant_value(n.second));
        } else {
          terms[id] += factor;
        }
        break;
      default:
        terms[id] += factor;
    }
  }
  std::erase_if(terms, [](const auto& term) { return term.second == 0; });
  return {terms.begin(), terms.end()};
}

std::pair<int, int> Graph::switch_of(NodeId h, std::string_view name) {
  LinearForm form = linear_form(h);
  // Divide by the first coefficient that is not the constant term's.
  const auto leading = std::find_if(form.begin(), form.end(),
                                    [](const auto& term) { return term.first != constant_atom; });
  if (leading == form.end()) throw Error("a constant has no switching surface");
  const double scale = leading->second;
  std::vector<NodeId> atoms;
  for (auto& [atom, coefficient] : form) {
    atoms.push_back(atom);
    coefficient /= scale;
  }
  std::vector<int>& candidates = switches_by_atoms_[atoms];
  for (const int j : candidates) {
    const LinearForm& other = switch_forms_[static_cast<std::size_t>(j)];
    // Decimal coefficients such as 0.3 and 0.1 have quotients that are off by roundings.
    const bool same = std::equal(form.begin(), form.end(), other.begin(), [](auto& a, auto& b) {
      return std::abs(a.second - b.second) <=
             8 * std::numeric_limits<double>::epsilon() * std::abs(b.second);
    });
    if (!same) continue;
    const double own = linear_form(switches_[static_cast<std::size_t>(j)]
                                       .node)[static_cast<std::size_t>(leading - form.begin())]
                           .second;
    return {j, (own > 0) == (scale > 0) ? 1 : -1};
  }
  const int j = static_cast<int>(switches_.size());
  switches_.push_back({h, name.empty() ? surface_name(h) : std::string(name)});
  switch_forms_.push_back(std::move(form));
  candidates.push_back(j);
  return {j, 1};
}

NodeId Graph::select(NodeId h, NodeId a, NodeId b, std::string_view name, bool continuous) {
  if (a == b) return a;
  const LinearForm form = linear_form(h);
  const bool fixed = std::all_of(form.begin(), form.end(),
                                 [](const auto& term) { return term.first == constant_atom; });
  if (fixed) {
    if (form.empty()) {
      if (continuous) return a;
      throw Error("select on a switching function that is identically zero");
    }
    return form.front().second > 0 ? a : b;
  }
  const auto [j, orientation] = switch_of(h, name);
  if (orientation < 0) std::swap(a, b);
  return insert_select(j, a, b, continuous);
}

NodeId Graph::sign(NodeId h, std::string_view name) {
  if (linear_form(h).empty()) return constant(0);
  return select(h, constant(1), constant(-1), name);
}

NodeId Graph::step(NodeId h, std::string_view name) {
  if (linear_form(h).empty()) return constant(0.5);
  return select(h, constant(1), constant(0), name);
}

NodeId Graph::absolute(NodeId h, std::string_view name) {
  if (linear_form(h).empty()) return constant(0);
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
