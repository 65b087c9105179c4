// Critical points on the sphere of u as KKT points of a neuron.

#include <algorithm>
#include <cmath>

#include "critical_points.hpp"

namespace filippov::detail {

namespace {

std::vector<double> midpoints(const std::vector<Interval>& box) {
  std::vector<double> point;
  for (const Interval& entry : box) point.push_back(entry.midpoint());
  return point;
}

/// (v, scale box)
std::vector<Interval> neuron(Interval v, Interval scale, const std::vector<Interval>& box) {
  std::vector<Interval> w{v};
  for (const Interval& entry : box) w.push_back(scale * entry);
  return w;
}

KktPoint undecided(const CriticalPoint& c, std::vector<Interval> box, Interval objective) {
  KktPoint point;
  point.u = midpoints(box);
  point.box = std::move(box);
  point.objective = objective;
  point.kinks = c.kinks;
  return point;
}

}  // namespace

void CriticalPoints::undecided(std::string why, const std::vector<Interval>& where) {
  CriticalPoint point{.u = where, .box = where, .value = Interval::entire()};
  point.certified = false;
  points.push_back(std::move(point));
  complete = false;
  if (reason.empty()) reason = std::move(why);
}

CriticalPoints line_points(const RidgeFunction& f) {
  CriticalPoints result;
  std::vector<Number> slopes;
  for (const int u : {1, -1}) {
    Number value = f.squared() ? f.base()[0] : u * f.base()[0];
    for (const Ridge& ridge : f.ridges()) {
      const Number h = u * ridge.direction[0];
      if (h.sign() == 1) value += ridge.factor * (f.squared() ? h * h : h);
    }
    CriticalPoint point{.u = {Interval(u)}, .box = {Interval(u)}, .value = value.range()};
    const std::optional<int> sign = value.sign();
    if (f.squared()) {
      point.extremum = 1;
    } else if (sign && *sign != 0) {
      point.extremum = sign;
    }
    result.points.push_back(std::move(point));
    slopes.push_back(u * value);
  }
  if (!f.squared()) {
    const auto order = (slopes[0] * slopes[1]).sign();
    if (order) result.critical_at_zero = *order <= 0;
  }
  return result;
}

KktPoints squared_points(const CriticalPoints& critical) {
  KktPoints result{{}, critical.complete, critical.reason};
  for (const CriticalPoint& c : critical.points) {
    KktPoint point;
    point.u = midpoints(c.u);
    point.box = c.box;
    point.objective = c.value;
    point.certified = c.certified;
    point.dimension = c.dimension;
    point.arc = c.arc;
    point.kinks = c.kinks;
    if (c.extremum) point.stable = *c.extremum == 1;
    result.points.push_back(std::move(point));
  }
  return result;
}

KktPoints two_layer_points(const CriticalPoints& critical, int dimension) {
  KktPoints result{{}, critical.complete, critical.reason};
  const auto incomplete = [&](const char* reason) {
    result.complete = false;
    if (result.reason.empty()) result.reason = reason;
  };
  const Interval share = sqrt(Interval(0.5));
  const Interval whole(-1, 1);
  bool reaches_poles = false;
  bool positive = false;
  bool negative = false;
  bool definite = critical.complete;
  for (const CriticalPoint& c : critical.points) {
    const bool zero = identical(c.value, 0);
    if (zero) {
      KktPoint point;
      point.u = midpoints(neuron(0, 1, c.u));
      point.box = neuron(whole, Interval(0, 1), c.box);
      for (std::size_t k = 1; k < point.box.size(); ++k) point.box[k] = hull(point.box[k], 0);
      point.objective = 0;
      point.certified = c.certified;
      point.dimension = c.dimension + 1;
      point.kinks = c.kinks;
      // Where F is more than 0 nearby v > 0 makes N positive, where it is less v < 0 does.
      if (c.extremum) point.stable = false;
      reaches_poles = true;
      definite = false;
      result.points.push_back(std::move(point));
      continue;
    }
    if (!c.certified || c.value.contains_zero()) {
      incomplete("whether the correlation vanishes at a critical point could not be decided");
      result.points.push_back(
          undecided(c, neuron(whole, Interval(0, 1), c.box), whole * c.value / 2));
      definite = false;
      continue;
    }
    positive = positive || certainly_positive(c.value);
    negative = negative || certainly_negative(c.value);
    for (const int v : {1, -1}) {
      KktPoint point;
      point.box = neuron(v * share, share, c.box);
      point.u = midpoints(neuron(v * share, share, c.u));
      point.objective = v * c.value / 2;
      point.certified = true;
      point.kinks = c.kinks;
      if (certainly_negative(point.objective)) {
        point.stable = false;  // another |v| makes it larger
      } else if (c.extremum) {
        point.stable = *c.extremum == v;
      }
      result.points.push_back(std::move(point));
    }
  }
  for (const std::vector<Interval>& zero : critical.zeros) {
    KktPoint point;
    point.box = neuron(0, 1, zero);
    point.u = midpoints(point.box);
    point.objective = 0;
    point.certified = true;
    point.stable = false;  // F is not 0 nearby, and v has either sign
    result.points.push_back(std::move(point));
  }
  for (const std::vector<double>& zero : critical.zero_curves) {
    KktPoint point;
    point.u.push_back(0);
    point.u.insert(point.u.end(), zero.begin(), zero.end());
    point.box.assign(static_cast<std::size_t>(dimension) + 1, whole);
    point.box[0] = 0;
    point.objective = 0;
    point.certified = true;
    point.stable = false;
    point.dimension = dimension - 2;
    result.points.push_back(std::move(point));
  }
  if (reaches_poles) return result;
  if (!critical.critical_at_zero) {
    incomplete("whether u = 0 is a KKT point was not decided");
    return result;
  }
  if (!*critical.critical_at_zero) return result;
  for (const int v : {1, -1}) {
    KktPoint point;
    point.box.assign(static_cast<std::size_t>(dimension) + 1, 0);
    point.box[0] = v;
    point.u = midpoints(point.box);
    point.objective = 0;
    point.certified = true;
    // Near it N = v F(u) to first order: less than 0 where v F < 0 on all of the sphere.
    if (v > 0 ? positive : negative) {
      point.stable = false;
    } else if (definite) {
      point.stable = true;
    }
    result.points.push_back(std::move(point));
  }
  return result;
}

}  // namespace filippov::detail
