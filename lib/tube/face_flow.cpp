#include "face_flow.hpp"

#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

/// The terms of the series at the centre that are computed in twice the digits. From one to the
/// next they become some ten times smaller; what is rounded away of the later ones is far below the
/// remainder.
constexpr int precise_terms = 6;

/// Wider by a part of the width at each end, for who computes it again in another order of
/// operations: derivatives; with more room the remainder, on a box that the checker makes wider;
/// and that box, but under a disturbance, which the checker bounds by the room that the box leaves.
constexpr double box_room = 0.02;
constexpr double derivative_room = 0.1;
constexpr double remainder_room = 0.5;
double width(const UpwardInterval& x) { return x.upper() - x.lower(); }

UpwardInterval with_room(const UpwardInterval& x, double part) {
  const double more = part * width(x);
  return x + UpwardInterval(-more, more);
}

Program program_of(const FaceSystems& systems, const FaceSystem& system,
                   const std::vector<NodeId>& watched) {
  std::vector<NodeId> outputs = system.field;
  outputs.insert(outputs.end(), watched.begin(), watched.end());
  return Program(*systems.graph(), systems.dimension(), outputs);
}

}  // namespace

FaceFlow::FaceFlow(const FaceSystems& systems, const FaceSystem& system,
                   const std::vector<NodeId>& watched, const StepControl& control)
    : dimension_(systems.dimension()),
      direction_(systems.direction()),
      watched_(static_cast<int>(watched.size())),
      highest_order_(control.order),
      order_(control.order),
      tolerance_(control.tolerance),
      part_(std::pow(10, -0.2 * order_)),
      box_room_(control.with_room && !control.jacobian ? box_room : 0),
      derivative_room_(control.with_room ? derivative_room : 0),
      remainder_room_(control.with_room ? remainder_room : 0) {
  const Program program = program_of(systems, system, watched);
  // The checker has the formulas as they are written, and is to find nothing wider.
  at_center_ = IntervalTaylorReading(program, order_, !control.with_room);
  over_set_ = IntervalTaylorReading(at_center_, order_);
  over_box_ = IntervalTaylorReading(at_center_, order_ + 1);
  Graph& graph = *systems.graph();
  jacobian_.assign(system.field.size() * system.field.size(), graph.constant(0));
  for (std::size_t i = 0; control.jacobian && i < system.field.size(); ++i) {
    for (const auto& [coordinate, node] : graph.gradient(system.field[i]).entries) {
      jacobian_[i * system.field.size() + static_cast<std::size_t>(coordinate)] = node;
    }
  }
}

std::optional<std::vector<double>> FaceFlow::disturb(double t, const std::vector<double>& strength,
                                                     NodeReading& nodes) {
  const auto n = static_cast<std::size_t>(dimension_);
  const Interval h(length_);
  const Interval times = hull(Interval(t), Interval(t) + Interval(direction_) * h);
  std::vector<double> z;
  for (const double s : strength) z.push_back((Interval(2) * h * Interval(s)).upper());
  for (int attempt = 0; attempt < 20; ++attempt) {
    std::vector<Interval> wide;
    for (std::size_t i = 0; i < n; ++i) {
      wide.push_back(box_[i].interval() + Interval(-z[i], z[i]));
    }
    const auto jacobian = nodes.over(jacobian_, times, wide);
    if (!jacobian) return std::nullopt;
    // growth = strength + M+ z, upper bounds
    std::vector<Interval> growth;
    for (std::size_t i = 0; i < n; ++i) {
      Interval sum(strength[i]);
      for (std::size_t j = 0; j < n; ++j) {
        const Interval entry = (*jacobian)[i * n + j];
        const double bound = i == j ? std::max(0.0, entry.upper()) : entry.magnitude();
        sum += Interval(bound) * Interval(z[j]);
      }
      growth.push_back(Interval(sum.upper()));
    }
    bool inside = true;
    for (std::size_t i = 0; i < n; ++i) {
      const double needed = (h * growth[i]).upper();
      inside = inside && needed <= z[i];
      if (needed > z[i]) z[i] = 1.2 * needed;
    }
    if (!inside) continue;
    std::vector<double> result;
    for (std::size_t i = 0; i < n; ++i) {
      Interval second(0);
      for (std::size_t j = 0; j < n; ++j) {
        const Interval entry = (*jacobian)[i * n + j];
        const double bound = i == j ? std::max(0.0, entry.upper()) : entry.magnitude();
        second += Interval(bound) * growth[j];
      }
      result.push_back((h * Interval(strength[i]) + sqr(h) / Interval(2) * second).upper());
      box_[i] = box_[i] + UpwardInterval(-z[i], z[i]);
    }
    return result;
  }
  return std::nullopt;
}

/// What a term of coordinate i may be: as large as the tolerance.
double FaceFlow::scale(const AffineSet& set, int i) const {
  const auto at = static_cast<std::size_t>(i);
  return std::max(
      {tolerance_ * std::abs(set.center()[at]), 1e-2 * part_ * radius(i), 1e-3 * tolerance_});
}

/// The step at which the last two Taylor terms at the centre are as large as the tolerance.
double FaceFlow::suggest(const AffineSet& set) const {
  double length = std::numeric_limits<double>::infinity();
  for (const int k : {order_ - 1, order_}) {
    double largest = 0;
    for (int i = 0; i < dimension_; ++i) {
      largest = std::max(largest, at_center_.state(i, k).magnitude() / scale(set, i));
    }
    if (largest > 0) length = std::min(length, std::pow(largest, -1.0 / k));
  }
  return length;
}

/// The lowest order with which the terms left out are far below the tolerance over a step of that
/// length, by the terms of the step before, which are not far from those of this one.
int FaceFlow::sufficient_order(const AffineSet& set, double length) const {
  constexpr double far_below = 1e-4;
  constexpr int lowest = 3;
  // The last two terms of an order, of which one may vanish, in units of what they may be.
  const auto last = [&](int order) {
    double largest = 0;
    for (const int k : {order - 1, order}) {
      for (int i = 0; i < dimension_; ++i) {
        const double term = at_center_.state(i, k).magnitude() * std::pow(length, k);
        largest = std::max(largest, term / scale(set, i));
      }
    }
    return largest;
  };
  if (!(last(order_) <= 1)) return highest_order_;
  int order = order_ + 1;
  while (order > lowest && last(order - 1) <= far_below) --order;
  return std::min(order, highest_order_);
}

bool FaceFlow::step(double t, const AffineSet& set, double longest) {
  start_ = set.hull_with_center();
  // Not for the checker, which is told what suffices for it.
  if (length_ > 0 && derivative_room_ == 0) {
    constexpr double negligible = 1e-3;
    order_ = sufficient_order(set, longest);
    if (order_ < highest_order_ && step_of_order(t, set, longest) &&
        remainder_excess(length_) <= negligible) {
      return true;
    }
  }
  order_ = highest_order_;
  return step_of_order(t, set, longest);
}

bool FaceFlow::step_of_order(double t, const AffineSet& set, double longest) {
  const IntervalVector center = set.center_point();
  if (!at_center_.evaluate(t, direction_, center.data(), order_, false)) return false;
  precise_ = std::min(order_, precise_terms);
  if (!at_center_.evaluate_precisely(t, direction_, set.center().data(), precise_)) precise_ = 0;
  if (!over_set_.evaluate(t, direction_, start_.data(), order_, true)) return false;
  double length = std::min(longest, suggest(set));
  const double smallest = std::max(std::abs(t) * 0x1p-48, 1e-300);
  for (int attempt = 0; attempt < 60; ++attempt) {
    if (!(length > smallest) && attempt > 0) return false;
    if (!prove(t, length)) {
      length *= 0.7;
      continue;
    }
    // A remainder that widens the set much is worth a shorter step.
    const double excess = remainder_excess(length);
    if (excess <= 1 || attempt > 20) {
      length_ = length;
      return true;
    }
    length *= std::max(0.5, 0.9 * std::pow(excess, -1.0 / (order_ + 1)));
  }
  return false;
}

/// The remainder at the end of the step, in units of what it may be: some rounding errors of the
/// state, or a small part of the width that the set has.
double FaceFlow::remainder_excess(double length) const {
  double excess = 0;
  const double power = std::pow(length, order_ + 1);
  for (int i = 0; i < dimension_; ++i) {
    const UpwardInterval entry = start_[static_cast<std::size_t>(i)];
    const double width = entry.upper() - entry.lower();
    const double allowed =
        std::max({0x1p-54 * box_[static_cast<std::size_t>(i)].magnitude(), part_ * width, 1e-30});
    excess = std::max(excess, over_box_.state(i, order_ + 1).magnitude() * power / allowed);
  }
  return excess;
}

UpwardInterval FaceFlow::coefficient(int i, int k) const {
  const UpwardInterval natural = over_set_.state(i, k);
  if (box_room_ == 0 || k == 0) return natural;
  UpwardInterval mean = at_center_.state(i, k);
  for (int j = 0; j < dimension_; ++j) {
    mean = add_product(mean, over_set_.state_derivative(i, j, k),
                       start_[static_cast<std::size_t>(j)] - at_center_.state(j, 0));
  }
  return {std::min(natural.lower(), mean.lower()), std::max(natural.upper(), mean.upper())};
}

/// What is so narrow beside other coordinates consists of rounding errors, of which the checker has
/// others.
double FaceFlow::box_room_of(int i) const {
  if (box_room_ == 0) return 0;
  double widest = 0;
  for (int j = 0; j < dimension_; ++j) widest = std::max(widest, radius(j));
  return radius(i) < 0x1p-40 * widest ? 25 * box_room_ : box_room_;
}

bool FaceFlow::prove(double t, double length) {
  const UpwardInterval range(0, length);
  IntervalVector polynomial(static_cast<std::size_t>(dimension_));
  box_.resize(static_cast<std::size_t>(dimension_));
  UpwardInterval power(1.0);
  for (int k = 0; k <= order_; ++k) power = power * range;
  for (int i = 0; i < dimension_; ++i) {
    UpwardInterval sum;
    for (int k = order_; k >= 0; --k) sum = add_product(coefficient(i, k), sum, range);
    if (!sum.is_bounded()) return false;
    polynomial[static_cast<std::size_t>(i)] = sum;
    const double last = over_set_.state(i, order_).magnitude() * std::pow(length, order_);
    const double guess =
        2 * last + box_room_of(i) * width(sum) + 0x1p-51 * sum.magnitude() + 1e-290;
    box_[static_cast<std::size_t>(i)] = sum + UpwardInterval(-guess, guess);
  }
  const double end = t + direction_ * length;
  for (int attempt = 0; attempt < 4; ++attempt) {
    if (!over_box_.evaluate(direction_ > 0 ? Interval(t, std::nextafter(end, INFINITY))
                                           : Interval(std::nextafter(end, -INFINITY), t),
                            direction_, box_.data(), order_ + 1, false)) {
      return false;
    }
    bool inside = true;
    for (int i = 0; i < dimension_; ++i) {
      const UpwardInterval needed = add_product(polynomial[static_cast<std::size_t>(i)],
                                                over_box_.state(i, order_ + 1), power);
      UpwardInterval& entry = box_[static_cast<std::size_t>(i)];
      if (!needed.is_bounded()) return false;
      if (entry.contains_inside(needed)) continue;
      inside = false;
      const UpwardInterval more = needed - polynomial[static_cast<std::size_t>(i)];
      const double room = 1.5 * more.magnitude() +
                          box_room_of(i) * width(polynomial[static_cast<std::size_t>(i)]) + 1e-290;
      entry = polynomial[static_cast<std::size_t>(i)] + UpwardInterval(-room, room);
    }
    if (inside) return true;
  }
  return false;
}

void FaceFlow::at(const PreciseInterval& elapsed, std::vector<PreciseInterval>& move,
                  SmallIntervalMatrix& slope) const {
  const UpwardInterval h = elapsed.interval();
  move.resize(static_cast<std::size_t>(dimension_));
  slope = SmallIntervalMatrix(dimension_, dimension_);
  for (int i = 0; i < dimension_; ++i) {
    UpwardInterval tail = with_room(over_box_.state(i, order_ + 1), remainder_room_);
    for (int k = order_; k > precise_; --k) {
      tail = add_product(at_center_.state(i, k), tail, h);
    }
    PreciseInterval sum(tail);
    for (int k = precise_; k >= 1; --k) {
      sum = add_product(at_center_.precise_state(i, k), sum, elapsed);
    }
    move[static_cast<std::size_t>(i)] = sum * elapsed;
    for (int j = 0; j < dimension_; ++j) {
      UpwardInterval derivative;
      for (int k = order_; k >= 0; --k) {
        derivative = add_product(over_set_.state_derivative(i, j, k), derivative, h);
      }
      slope(i, j) = with_room(derivative, derivative_room_);
    }
  }
}

std::pair<int, int> FaceFlow::sufficient_orders(double elapsed,
                                                const SmallIntervalMatrix& slope) const {
  // Before an event the remainder is to be smaller than that of the tube.
  if (remainder_room_ == 0 || elapsed < length_) return {highest_order_ + 2, highest_order_ + 2};
  const std::vector<double> room = room_in(elapsed, slope);
  int order = order_;
  while (order > 1 && remainder_fits(order - 1, elapsed, room)) --order;
  // With a remainder derivatives are computed twice.
  for (int k = 0; k < 0.6 * order - 1; ++k) {
    if (slope_remainder_fits(k, elapsed, room)) return {order, k};
  }
  return {order, order};
}

std::vector<double> FaceFlow::room_in(double elapsed, const SmallIntervalMatrix& slope) const {
  std::vector<double> room;
  for (int i = 0; i < dimension_; ++i) {
    double derivatives = 0;
    for (int j = 0; j < dimension_; ++j) derivatives += width(slope(i, j)) * radius(j);
    room.push_back(2 * remainder_room_ * last_term(i, order_, elapsed) +
                   2 * derivative_room_ / (1 + 2 * derivative_room_) * derivatives);
  }
  return room;
}

bool FaceFlow::remainder_fits(int order, double elapsed, const std::vector<double>& room) const {
  for (int i = 0; i < dimension_; ++i) {
    if (!(last_term(i, order, elapsed) <= 0.2 * room[static_cast<std::size_t>(i)])) return false;
  }
  // What is watched is to be seen positive, at the ends of the step at least.
  const double power = std::pow(elapsed, order + 1);
  for (int i = dimension_; i < dimension_ + watched_; ++i) {
    UpwardInterval end;
    for (int k = order_; k >= 0; --k) {
      end = add_product(at_center_.output(i, k), end, UpwardInterval(elapsed));
    }
    const double least = std::min(at_center_.output(i, 0).lower(), end.lower());
    if (!(over_box_.output(i, order + 1).magnitude() * power <= 1e-3 * least)) return false;
  }
  return true;
}

bool FaceFlow::slope_remainder_fits(int order, double elapsed,
                                    const std::vector<double>& room) const {
  const int k = order + 1;
  double norm = 0;
  double widest = 0;
  double inflation = 1;  // from the set to the box
  for (int i = 0; i < dimension_; ++i) {
    double row = 0;
    for (int j = 0; j < dimension_; ++j) row += over_set_.state_derivative(i, j, 1).magnitude();
    norm = std::max(norm, row);
    widest = std::max(widest, radius(i));
    const double over_set = over_set_.state(i, k).magnitude();
    if (over_set > 0) inflation = std::max(inflation, over_box_.state(i, k).magnitude() / over_set);
  }
  // Derivatives V in between: |V - 1| <= exp(L t) - 1 where |Df| <= L, and more on the box.
  const double growth = std::expm1(1.5 * norm * elapsed);
  for (int i = 0; i < dimension_; ++i) {
    double last = 0;
    for (int j = 0; j < dimension_; ++j) {
      last += over_set_.state_derivative(i, j, k).magnitude() * (radius(j) + growth * widest);
    }
    last *= inflation * std::pow(elapsed, k);
    if (!(last <= 0.02 * room[static_cast<std::size_t>(i)])) return false;
  }
  return true;
}

double FaceFlow::radius(int i) const { return 0.5 * width(start_[static_cast<std::size_t>(i)]); }

double FaceFlow::last_term(int i, int order, double elapsed) const {
  return width(over_box_.state(i, order + 1)) * std::pow(elapsed, order + 1);
}

IntervalPolynomial FaceFlow::roughly_watched(int i) const {
  const int output = dimension_ + i;
  std::vector<UpwardInterval> coefficients;
  for (int k = 0; k <= order_; ++k) coefficients.push_back(over_set_.output(output, k));
  coefficients.push_back(over_box_.output(output, order_ + 1));
  return IntervalPolynomial(std::move(coefficients));
}

double FaceFlow::decay() const {
  double fastest = 0;
  for (int i = 0; i < dimension_; ++i) {
    fastest = std::max(fastest, -over_set_.state_derivative(i, i, 1).upper());
  }
  return fastest;
}

IntervalPolynomial FaceFlow::watched(int i, const AffineSet& set) const {
  const int output = dimension_ + i;
  std::vector<UpwardInterval> coefficients;
  IntervalVector row(static_cast<std::size_t>(dimension_));
  for (int k = 0; k <= order_; ++k) {
    for (int j = 0; j < dimension_; ++j) {
      row[static_cast<std::size_t>(j)] = over_set_.output_derivative(output, j, k);
    }
    coefficients.push_back(at_center_.output(output, k) + set.spread(row));
  }
  coefficients.push_back(over_box_.output(output, order_ + 1));
  return IntervalPolynomial(std::move(coefficients));
}

}  // namespace filippov::detail
