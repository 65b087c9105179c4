#include "filippov/inclusion/clarke.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <random>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/double_reading.hpp"
#include "sign_columns.hpp"

namespace filippov {

namespace {

/// Looks for points of surfaces where a formula jumps: from random points, by Newton's method.
class JumpSearch {
 public:
  explicit JumpSearch(const Function& f)
      : f_(f), value_(Program(*f.graph(), f.dimension(), std::vector<NodeId>{f.node()})) {}

  /// A point of h_j = 0 with different limits of f from both sides; empty when none was found.
  std::vector<double> across(int j) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> uniform(-2, 2);
    const Graph& graph = *f_.graph();
    const NodeGradient gradient = f_.graph()->gradient(h(j));
    std::vector<NodeId> outputs{h(j)};
    for (const auto& entry : gradient.entries) outputs.push_back(entry.second);
    DoubleReading surface(Program(graph, f_.dimension(), outputs));
    constexpr int attempts = 50;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      std::vector<double> x(static_cast<std::size_t>(f_.dimension()));
      for (double& entry : x) entry = uniform(random);
      constexpr int iterations = 30;
      for (int i = 0; i < iterations; ++i) {
        surface.evaluate(0, x);
        double square = 0;
        for (std::size_t k = 1; k < outputs.size(); ++k) {
          square += std::pow(surface.output(static_cast<int>(k)), 2);
        }
        if (surface.output(0) == 0 || !(square > 0)) break;
        for (std::size_t k = 0; k < gradient.entries.size(); ++k) {
          x[static_cast<std::size_t>(gradient.entries[k].first)] -=
              surface.output(0) * surface.output(static_cast<int>(k) + 1) / square;
        }
      }
      surface.evaluate(0, x);
      double size = 0;
      for (std::size_t k = 0; k < gradient.entries.size(); ++k) {
        size += std::abs(surface.output(static_cast<int>(k) + 1) *
                         x[static_cast<std::size_t>(gradient.entries[k].first)]);
      }
      if (std::abs(surface.output(0)) <= 1e-13 * size && jumps(j, x)) return x;
    }
    return {};
  }

 private:
  NodeId h(int j) const { return f_.graph()->switches()[static_cast<std::size_t>(j)].node; }

  bool jumps(int j, const std::vector<double>& x) {
    const double above = value(j, 1, x);
    const double below = value(j, -1, x);
    // Well above what the distance from the surface makes of a continuous formula.
    return std::abs(above - below) > 1e-6 * (1 + std::abs(above) + std::abs(below));
  }

  double value(int j, signed char sign, const std::vector<double>& x) {
    Signature s(f_.graph()->switches().size(), 0);
    s[static_cast<std::size_t>(j)] = sign;
    value_.evaluate(0, x, s);
    return value_.output(0);
  }

  const Function& f_;
  DoubleReading value_;
};

/// A function that jumps is not locally Lipschitz and has no Clarke subdifferential.
void require_continuous(const Function& f) {
  for (const int j : detail::discontinuous_switches(*f.graph(), f.node())) {
    const std::vector<double> x = JumpSearch(f).across(j);
    if (x.empty()) continue;
    throw Error(fmt::format(
        "{} jumps across {} = 0, as at ({}): expected a continuous formula, others have no Clarke "
        "gradient",
        f.text(), f.graph()->switches()[static_cast<std::size_t>(j)].name,
        fmt::format("{:.6g}", fmt::join(x, ", "))));
  }
}

FilippovMap gradient_flow(const Function& f, int parameters, bool ascending) {
  require_continuous(f);
  const std::shared_ptr<Graph>& graph = f.graph();
  const NodeGradient gradient = graph->gradient(f.node());
  std::vector<NodeId> nodes(static_cast<std::size_t>(f.dimension()), graph->constant(0));
  for (const auto& [coordinate, node] : gradient.entries) {
    if (coordinate >= f.dimension() - parameters) continue;
    nodes[static_cast<std::size_t>(coordinate)] = ascending ? node : graph->negate(node);
  }
  return FilippovMap(VectorField(f.dimension(), graph, std::move(nodes)), parameters == 0);
}

}  // namespace

FilippovMap ascent(const Function& f, int parameters) { return gradient_flow(f, parameters, true); }

FilippovMap descent(const Function& f, int parameters) {
  return gradient_flow(f, parameters, false);
}

}  // namespace filippov
