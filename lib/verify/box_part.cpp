#include "box_part.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "../arithmetic/infinity.hpp"
#include "../geometry/linear_system.hpp"
#include "../inclusion/sign_columns.hpp"

namespace filippov::detail {

namespace {

std::vector<NodeId> gradient_nodes(Graph& graph, NodeId node, int dimension) {
  std::vector<NodeId> entries(static_cast<std::size_t>(dimension), graph.constant(0));
  for (const auto& [coordinate, entry] : graph.gradient(node).entries) {
    entries[static_cast<std::size_t>(coordinate)] = entry;
  }
  return entries;
}

IntervalReading switching_functions(const Graph& graph, int dimension,
                                    const std::vector<NodeId>& nodes) {
  std::set<int> switches;
  for (const NodeId node : nodes) switches.merge(discontinuous_switches(graph, node));
  std::vector<NodeId> outputs;
  for (const int j : switches) {
    outputs.push_back(graph.switches()[static_cast<std::size_t>(j)].node);
  }
  return IntervalReading(Program(graph, dimension, outputs));
}

/// The coordinate that contributes most to the spread of G (X - m).
std::size_t largest_share(const Box& gradient, const Box& box) {
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i < box.size(); ++i) {
    const double share = gradient[i].magnitude() * box[i].width();
    if (share > most) {
      most = share;
      best = i;
    }
  }
  return best;
}

}  // namespace

Chart::Chart(const Function& f, Box domain) : domain_(std::move(domain)) {
  Graph& graph = *f.graph();
  const int n = f.dimension();
  const std::vector<NodeId> value{f.node()};
  const std::vector<NodeId> gradient = gradient_nodes(graph, f.node(), n);
  std::vector<NodeId> hessian;
  for (const NodeId entry : gradient) {
    const auto row = gradient_nodes(graph, entry, n);
    hessian.insert(hessian.end(), row.begin(), row.end());
  }
  value_ = IntervalReading(Program(graph, n, value));
  gradient_ = IntervalReading(Program(graph, n, gradient));
  hessian_ = IntervalReading(Program(graph, n, hessian));
  jumps_ = switching_functions(graph, n, value);
  kinks_ = switching_functions(graph, n, gradient);
  approximate_ = DoubleReading(Program(graph, n, value));
}

std::optional<Box> Chart::read(IntervalReading& reading, const Box& box) const {
  reading.evaluate(0, box);
  Box values;
  for (std::size_t i = 0; i < reading.program().outputs().size(); ++i) {
    if (reading.domain(static_cast<int>(i)) != Domain::everywhere) return std::nullopt;
    values.push_back(reading.output(static_cast<int>(i)));
    if (!values.back().is_bounded()) return std::nullopt;
  }
  return values;
}

bool Chart::no_sign_change(IntervalReading& switches, const Box& box) const {
  if (switches.program().outputs().empty()) return true;
  const auto values = read(switches, box);
  return values && std::ranges::all_of(*values, [](Interval h) { return certainly_nonzero(h); });
}

std::optional<double> Chart::value_at(const std::vector<double>& point) {
  const Box box = point_box(point);
  if (!no_sign_change(jumps_, box)) return std::nullopt;
  const auto value = read(value_, box);
  if (!value) return std::nullopt;
  return (*value)[0].lower();
}

bool Chart::examine(BoxPart& part, double lower, std::optional<Attained>& attained) {
  part.split = widest(part.box);
  constexpr int most = 50;
  for (int step = 0; step < most; ++step) {
    Step outcome = first_order(part, lower, attained);
    if (outcome == Step::done) outcome = second_order(part);
    if (outcome == Step::excluded) return false;
    if (outcome == Step::done) break;
  }
  return true;
}

Chart::Step Chart::first_order(BoxPart& part, double lower, std::optional<Attained>& attained) {
  Box& box = part.box;
  value_.evaluate(0, box);
  if (value_.domain(0) == Domain::nowhere) return Step::excluded;
  const bool defined = value_.domain(0) == Domain::everywhere;
  part.upper = std::min(part.upper, value_.output(0).upper());
  if (part.upper < lower) return Step::excluded;

  const std::vector<double> middle = midpoint(box);
  const Box centre = point_box(middle);
  const auto at_centre = no_sign_change(jumps_, centre) ? read(value_, centre) : std::nullopt;
  if (at_centre) {
    const double value = (*at_centre)[0].lower();
    if (!attained || value > attained->value) attained = {middle, value};
    lower = std::max(lower, value);
  }
  if (!defined || !no_sign_change(jumps_, box)) return Step::done;
  const auto gradient = read(gradient_, box);
  if (!gradient) return Step::done;

  bool shrunk = false;
  for (std::size_t i = 0; i < box.size(); ++i) {
    const Interval slope = (*gradient)[i];
    if (box[i].is_point() || slope.contains_zero()) continue;
    const bool rising = certainly_positive(slope);
    const double end = rising ? box[i].upper() : box[i].lower();
    if (end != (rising ? domain_[i].upper() : domain_[i].lower())) return Step::excluded;
    box[i] = end;
    part.one_root = false;
    shrunk = true;
  }
  if (shrunk) return Step::shrunk;
  part.split = largest_share(*gradient, box);
  if (at_centre) {
    const Interval bound = (*at_centre)[0] + dot(*gradient, box - centre);
    part.upper = std::min(part.upper, bound.upper());
  }
  return part.upper < lower ? Step::excluded : Step::done;
}

Chart::Step Chart::second_order(BoxPart& part) {
  const Box& box = part.box;
  std::vector<std::size_t> free;
  std::vector<std::size_t> inside;
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (box[i].is_point()) continue;
    free.push_back(i);
    if (box[i].lower() > domain_[i].lower() && box[i].upper() < domain_[i].upper()) {
      inside.push_back(i);
    }
  }
  if (inside.empty() || !no_sign_change(jumps_, box) || !no_sign_change(kinks_, box)) {
    return Step::done;
  }
  hessian_.evaluate(0, box);
  const std::size_t n = box.size();
  for (const std::size_t i : inside) {
    const int place = static_cast<int>(i * n + i);
    if (hessian_.domain(place) == Domain::everywhere &&
        certainly_positive(hessian_.output(place))) {
      return Step::excluded;
    }
  }
  return inside.size() == free.size() ? krawczyk(part, free) : Step::done;
}

/// K = m - Y g(m) + (I - Y H) (X - m) in the coordinates that are not points.
Chart::Step Chart::krawczyk(BoxPart& part, const std::vector<std::size_t>& free) {
  const std::size_t n = part.box.size();
  const auto size = static_cast<Eigen::Index>(free.size());
  const auto hessian = read(hessian_, part.box);
  Box centre = part.box;
  for (const std::size_t i : free) centre[i] = part.box[i].midpoint();
  const auto slope = read(gradient_, centre);
  if (!hessian || !slope) return Step::done;
  IntervalMatrix derivative(size, size);
  Box reduced;
  Box reduced_centre;
  Box reduced_slope;
  for (Eigen::Index i = 0; i < size; ++i) {
    const std::size_t row = free[static_cast<std::size_t>(i)];
    reduced.push_back(part.box[row]);
    reduced_centre.push_back(centre[row]);
    reduced_slope.push_back((*slope)[row]);
    for (Eigen::Index j = 0; j < size; ++j) {
      derivative.set(i, j, (*hessian)[row * n + free[static_cast<std::size_t>(j)]]);
    }
  }
  const Eigen::MatrixXd inverse = LinearSystem(derivative.midpoint()).inverse();
  if (!inverse.allFinite()) return Step::done;
  const IntervalMatrix y(inverse);
  const Box image = reduced_centre - y * reduced_slope +
                    (IntervalMatrix::identity(size) - y * derivative) * (reduced - reduced_centre);
  const auto common = intersect(reduced, image);
  if (!common) return Step::excluded;
  if (contains_in_interior(reduced, image)) part.one_root = true;
  const bool shrunk = width(*common) < 0.75 * width(reduced);
  for (std::size_t i = 0; i < free.size(); ++i) part.box[free[i]] = (*common)[i];
  return shrunk ? Step::shrunk : Step::done;
}

bool Chart::holds_one(Box box) {
  // Larger, so that a root on its boundary is inside.
  constexpr double least_share = 0x1p-40;
  for (std::size_t i = 0; i < box.size(); ++i) {
    const Interval whole = domain_[i];
    if (box[i].is_point() && (box[i].lower() == whole.lower() || box[i].lower() == whole.upper())) {
      continue;
    }
    const double reach = box[i].width() + least_share * whole.width();
    box[i] = intersect(box[i] + Interval(-reach, reach), whole).value_or(whole);
  }
  BoxPart part{std::move(box), infinity, 0, 0};
  constexpr int most = 5;
  for (int step = 0; step < most && !part.one_root; ++step) {
    if (second_order(part) != Step::shrunk) break;
  }
  return part.one_root ||
         std::ranges::all_of(part.box, [](Interval entry) { return entry.is_point(); });
}

std::vector<double> Chart::climb(std::vector<double> point) {
  const std::size_t n = point.size();
  const auto value = [&](const std::vector<double>& x) {
    approximate_.evaluate(0, x);
    const double y = approximate_.output(0);
    return std::isfinite(y) ? y : -infinity;
  };
  double best = value(point);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> direction(n);
  std::vector<double> trial(n);
  const auto try_step = [&](double share) {
    for (std::size_t i = 0; i < n; ++i) {
      const double reach = domain_[i].upper() - domain_[i].lower();
      trial[i] = std::clamp(point[i] + share * direction[i] * reach, domain_[i].lower(),
                            domain_[i].upper());
    }
    const double y = value(trial);
    if (!(y > best)) return false;
    best = y;
    point = trial;
    return true;
  };
  constexpr double least = 1e-14;
  constexpr int most = 2000;
  int tries = 0;
  for (double share = 0.25; share > least && tries < most;) {
    bool better = false;
    for (std::size_t k = 0; k < 2 * n; ++k, ++tries) {
      std::ranges::fill(direction, 0.0);
      if (k < n) {
        direction[k] = 1;
      } else {
        for (double& entry : direction) entry = normal(random);
      }
      if (try_step(share) || try_step(-share)) better = true;
    }
    if (!better) share *= 0.4;
  }
  return point;
}

}  // namespace filippov::detail
