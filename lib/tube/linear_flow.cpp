#include "linear_flow.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

SmallIntervalMatrix product(const SmallIntervalMatrix& a, const SmallIntervalMatrix& b) {
  const int n = a.columns();
  SmallIntervalMatrix c(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      UpwardInterval sum;
      for (int k = 0; k < n; ++k) sum = add_product(sum, a(i, k), b(k, j));
      c(i, j) = sum;
    }
  }
  return c;
}

/// a += factor b
void add_multiple(SmallIntervalMatrix& a, const SmallIntervalMatrix& b, double factor) {
  for (int i = 0; i < a.columns(); ++i) {
    for (int j = 0; j < a.columns(); ++j) a(i, j) = add_product(a(i, j), b(i, j), factor);
  }
}

/// The largest sum of magnitudes in a row.
double norm(const SmallIntervalMatrix& a) {
  double largest = 0;
  for (int i = 0; i < a.columns(); ++i) {
    double sum = 0;  // rounded upward
    for (int j = 0; j < a.columns(); ++j) sum += a(i, j).magnitude();
    largest = std::max(largest, sum);
  }
  return largest;
}

UpwardInterval around_zero(double radius) { return {-radius, radius}; }

UpwardInterval hull_of(const UpwardInterval& a, const UpwardInterval& b) {
  return {std::min(a.lower(), b.lower()), std::max(a.upper(), b.upper())};
}

}  // namespace

std::unique_ptr<LinearFlow> LinearFlow::make(FaceSystems& systems, const FaceSystem& system,
                                             int order) {
  const int n = systems.dimension();
  std::vector<NodeId> entries;
  std::vector<std::pair<int, int>> places;
  for (int i = 0; i < n; ++i) {
    for (const auto& [j, node] :
         systems.graph()->gradient(system.field[static_cast<std::size_t>(i)]).entries) {
      entries.push_back(node);
      places.emplace_back(i, j);
    }
  }
  const Program program(*systems.graph(), n, entries);
  const int first_moving = program.first_instruction_slot() + program.constant_instructions();
  for (const int slot : program.outputs()) {
    if (slot <= n || slot >= first_moving) return nullptr;
  }
  const IntervalReading reading(program);
  SmallIntervalMatrix matrix(n, n);
  for (std::size_t k = 0; k < entries.size(); ++k) {
    if (reading.domain(static_cast<int>(k)) != Domain::everywhere) return nullptr;
    matrix(places[k].first, places[k].second) = UpwardInterval(reading.output(static_cast<int>(k)));
  }
  const Program forcing(*systems.graph(), n, systems.at_origin(system.field));
  constexpr int highest = 40;  // its binomial coefficients are doubles
  order = std::min(order, highest);
  return std::unique_ptr<LinearFlow>(
      new LinearFlow(std::move(matrix), system.field, forcing, systems.direction(), order));
}

LinearFlow::LinearFlow(SmallIntervalMatrix matrix, std::vector<NodeId> field,
                       const Program& forcing, double direction, int order)
    : dimension_(matrix.columns()),
      order_(order),
      direction_(direction),
      matrix_(std::move(matrix)),
      field_(std::move(field)),
      at_time_(forcing, order),
      over_times_(forcing, order + 1) {}

double LinearFlow::decay() const {
  double fastest = 0;
  for (int i = 0; i < dimension_; ++i) fastest = std::max(fastest, -matrix_(i, i).upper());
  return fastest;
}

/// Contains z over [0, h] for z' = A z + r, z(0) in `start`, r(s) in `forcing`; nothing if that is
/// not proved. With z_j in Z_j, z_i' = a z_i + q, where q in sum_{j != i} A_ij Z_j + r_i: so that
/// z_i is in z_i(0) + [0, h] (a Z_i + q), and, if a < 0, between z_i(0) and q / -a. Where that is
/// in the interior of Z no solution gets to its boundary (Mueller 1927; Walter, Differential and
/// Integral Inequalities, 1970).
std::optional<IntervalVector> LinearFlow::bound(const IntervalVector& start,
                                                const IntervalVector& forcing,
                                                UpwardInterval elapsed) const {
  const UpwardInterval during(0, elapsed.upper());
  IntervalVector z = start;
  for (int attempt = 0; attempt < 40; ++attempt) {
    bool inside = true;
    IntervalVector next(z);
    for (int i = 0; i < dimension_; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const UpwardInterval a = matrix_(i, i);
      UpwardInterval q = forcing[at];
      for (int j = 0; j < dimension_; ++j) {
        if (j != i) q = add_product(q, matrix_(i, j), z[static_cast<std::size_t>(j)]);
      }
      UpwardInterval needed = start[at] + during * add_product(q, a, z[at]);
      if (a.is_negative()) {
        const UpwardInterval drawn = hull_of(start[at], q / -a);
        needed = UpwardInterval(std::max(needed.lower(), drawn.lower()),
                                std::min(needed.upper(), drawn.upper()));
      }
      if (!needed.is_bounded()) return std::nullopt;
      if (z[at].contains_inside(needed)) continue;
      inside = false;
      const UpwardInterval wide = hull_of(z[at], needed);
      next[at] = wide + around_zero(0.05 * (wide.upper() - wide.lower()) + 1e-290);
    }
    if (inside) return z;
    z = std::move(next);
  }
  return std::nullopt;
}

bool LinearFlow::exponentiate(UpwardInterval elapsed) {
  const int n = dimension_;
  int doublings = 0;
  const double size = norm(matrix_) * elapsed.upper();
  if (!(size < 1e15)) return false;
  while (std::ldexp(size, -doublings) > 0.25) ++doublings;
  const UpwardInterval h = elapsed * std::ldexp(1.0, -doublings);
  SmallIntervalMatrix scaled(n, n);
  SmallIntervalMatrix power(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) scaled(i, j) = matrix_(i, j) * h;
    power(i, i) = UpwardInterval(1.0);
  }
  // sum_j (Ah)^j / j!, and sum_j (Ah)^j k! / (k+1+j)! up to j = last; what is left out is less than
  // 1/4^last in every entry.
  constexpr int last = 40;
  exponential_ = SmallIntervalMatrix(n, n);
  integrals_.assign(static_cast<std::size_t>(order_) + 1, SmallIntervalMatrix(n, n));
  UpwardInterval factor(1.0);
  std::vector<UpwardInterval> factors;
  for (int k = 0; k <= order_; ++k) factors.push_back(divided(UpwardInterval(1.0), k + 1));
  const auto add = [&](SmallIntervalMatrix& sum, const UpwardInterval& c) {
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) sum(i, j) = add_product(sum(i, j), power(i, j), c);
    }
  };
  for (int j = 0; j <= last; ++j) {
    add(exponential_, factor);
    for (std::size_t k = 0; k < factors.size(); ++k) {
      add(integrals_[k], factors[k]);
      factors[k] = divided(factors[k], static_cast<double>(k) + 2 + j);
    }
    factor = divided(factor, j + 1);
    if (norm(power) * factor.upper() < 1e-24) {
      // The rest is at most norm(power) / (j+1)! (1/4 + 1/16 + ...).
      const UpwardInterval rest = around_zero(norm(power) * factor.upper());
      for (int i = 0; i < n; ++i) {
        for (int l = 0; l < n; ++l) {
          exponential_(i, l) = exponential_(i, l) + rest;
          for (SmallIntervalMatrix& integral : integrals_) integral(i, l) = integral(i, l) + rest;
        }
      }
      break;
    }
    power = product(power, scaled);
  }
  for (int s = 0; s < doublings; ++s) {
    // From the last, as each needs those before it.
    for (int k = order_; k >= 0; --k) {
      SmallIntervalMatrix sum = product(exponential_, integrals_[static_cast<std::size_t>(k)]);
      double binomial = 1;
      for (int j = 0; j <= k; ++j) {
        add_multiple(sum, integrals_[static_cast<std::size_t>(j)], binomial);
        binomial = std::round(binomial * (k - j) / (j + 1));
      }
      for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) {
          integrals_[static_cast<std::size_t>(k)](i, j) = sum(i, j) * std::ldexp(1.0, -k - 1);
        }
      }
    }
    exponential_ = product(exponential_, exponential_);
  }
  return true;
}

bool LinearFlow::step(double t, Interval times, UpwardInterval elapsed, const AffineSet& set,
                      NodeReading& nodes) {
  const auto n = static_cast<std::size_t>(dimension_);
  const std::vector<Interval> center(set.center().begin(), set.center().end());
  const auto rate = nodes.over(field_, t, center);
  const auto rates = nodes.over(field_, times, center);
  if (!rate || !rates) return false;
  IntervalVector start = set.hull_with_center();
  IntervalVector forcing(n);
  for (std::size_t i = 0; i < n; ++i) {
    start[i] = start[i] - UpwardInterval(set.center()[i]);
    forcing[i] = UpwardInterval((*rates)[i]);
  }
  const auto deviation = bound(start, forcing, elapsed);
  if (!deviation) return false;
  box_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    box_[i] = UpwardInterval(set.center()[i]) + (*deviation)[i];
  }
  // The remainder of b: |integral of e^{A(h-s)} s^{p+1} b_{p+1}| <= sup |e^{As}| |b_{p+1}| h^{p+2}.
  const IntervalVector origin(n);
  if (!at_time_.evaluate(t, direction_, origin.data(), order_, false) ||
      !over_times_.evaluate(times, direction_, origin.data(), order_ + 1, false)) {
    return false;
  }
  std::vector<double> remainder(n, 0.0);
  UpwardInterval power(1.0);
  for (int k = 0; k < order_ + 2; ++k) power = power * elapsed;
  for (std::size_t j = 0; j < n; ++j) {
    const double last = over_times_.output(static_cast<int>(j), order_ + 1).magnitude();
    if (last == 0) continue;
    IntervalVector unit(n);
    unit[j] = UpwardInterval(1.0);
    const auto column = bound(unit, origin, elapsed);
    if (!column) return false;
    for (std::size_t i = 0; i < n; ++i) {
      const UpwardInterval size = UpwardInterval((*column)[i].magnitude()) * last;
      remainder[i] += (size * power).upper();  // rounded upward
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double width = start[i].upper() - start[i].lower();
    const double allowed = std::max({0x1p-52 * box_[i].magnitude(), 1e-2 * width, 1e-30});
    if (!(remainder[i] <= allowed)) return false;
  }
  if (!exponentiate(elapsed)) return false;
  move_.assign(n, UpwardInterval());
  power = elapsed;
  for (int k = 0; k <= order_; ++k) {
    const SmallIntervalMatrix& integral = integrals_[static_cast<std::size_t>(k)];
    for (std::size_t j = 0; j < n; ++j) {
      const int column = static_cast<int>(j);
      const UpwardInterval coefficient =
          power * (k == 0 ? UpwardInterval((*rate)[j]) : at_time_.output(column, k));
      for (std::size_t i = 0; i < n; ++i) {
        move_[i] = add_product(move_[i], integral(static_cast<int>(i), column), coefficient);
      }
    }
    power = power * elapsed;
  }
  for (std::size_t i = 0; i < n; ++i) {
    move_[i] = move_[i] + around_zero(remainder[i]);
    if (!move_[i].is_bounded()) return false;
  }
  return true;
}

}  // namespace filippov::detail
