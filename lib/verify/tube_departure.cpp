#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "../tube/pieces.hpp"
#include "activation_cell.hpp"
#include "departure.hpp"
#include "filippov/network/scaled_flow.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/verify/spectral_bound.hpp"

namespace filippov::detail {

namespace {

constexpr int tube_order = 10;

/// A neuron and a data row.
using Hyperplane = std::pair<std::size_t, int>;

std::vector<int> rows_of(const std::set<Hyperplane>& hyperplanes, std::size_t neuron) {
  std::vector<int> rows;
  for (const Hyperplane& h : hyperplanes) {
    if (h.first == neuron) rows.push_back(h.second);
  }
  return rows;
}

class Comparison {
 public:
  Comparison(const DepartureProblem& problem, const std::vector<TubeCourse>& courses,
             const std::vector<double>& times)
      : problem_(problem),
        courses_(courses),
        times_(times),
        size_(problem.neurons.front()->start().size()),
        map_(scaled_flow(problem.network, problem.data, problem.loss)) {
    const Interval terms = problem.loss.mean ? Interval(problem.data.size()) : Interval(1);
    curvature_ = (problem.loss.kind == LossKind::square ? Interval(1) : Interval(0, 0.25)) / terms;
    for (int j = 0; j < map_.switch_count(); ++j) hyperplanes_.push_back(hyperplanes_of(j));
    for (std::size_t k = 0; k < courses.size(); ++k) {
      const NeuronCourse& neuron = *problem.neurons[k];
      std::vector<std::vector<Hyperplane>> rows;
      for (int j = 0; j < neuron.surface_count(); ++j) {
        rows.emplace_back();
        for (const int row : neuron.rows_of(j)) rows.back().emplace_back(k, row);
      }
      own_hyperplanes_.push_back(std::move(rows));
    }
  }

  /// Of s without p.
  std::size_t coordinates() const { return courses_.size() * size_; }
  /// About the largest p with |s - u| <= radius, in floating point.
  double guess() const;
  /// Proves it for all p in the interval; else says why not.
  std::string prove(Interval p, FlowDeparture& found) const;

 private:
  std::vector<Hyperplane> hyperplanes_of(int surface) const;
  std::vector<double> start(double p) const;
  /// Contains s (without p) of neuron k.
  Box neuron(const Box& s, std::size_t k) const {
    const auto first = s.begin() + static_cast<std::ptrdiff_t>(k * size_);
    return {first, first + static_cast<std::ptrdiff_t>(size_)};
  }
  Box undisturbed(std::size_t j) const;
  std::set<Hyperplane> slid_on(const Tube& tube,
                               const std::vector<std::vector<Hyperplane>>& hyperplanes, double from,
                               double to) const;
  /// |s - u| during [times[j], times[j + 1]], from what it is at both ends; no finer than needed.
  double between(std::size_t j, const TubeCourse& course, Interval p, double at_start,
                 double at_end) const;

  const DepartureProblem& problem_;
  const std::vector<TubeCourse>& courses_;
  const std::vector<double>& times_;
  std::size_t size_;
  FilippovMap map_;
  mutable Encloser encloser_{map_};
  Interval curvature_;
  std::vector<std::vector<Hyperplane>> hyperplanes_;
  std::vector<std::vector<std::vector<Hyperplane>>> own_hyperplanes_;  // per neuron
};

std::vector<Hyperplane> Comparison::hyperplanes_of(int surface) const {
  const std::vector<double> x(static_cast<std::size_t>(map_.dimension()), 0.5);
  const Signature sides(static_cast<std::size_t>(map_.switch_count()), 1);
  const Eigen::VectorXd normal = map_.switching_gradient(surface, 0, x, sides).x;
  std::vector<Hyperplane> result;
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    const Eigen::VectorXd part =
        normal.segment(static_cast<Eigen::Index>(k * size_), static_cast<Eigen::Index>(size_));
    if (part.isZero(0)) continue;
    for (const int row : problem_.neurons[k]->rows_with_normal(part)) result.emplace_back(k, row);
  }
  return result;
}

std::vector<double> Comparison::start(double p) const {
  std::vector<double> x;
  for (const auto& neuron : problem_.neurons) {
    for (const Interval& w : neuron->start()) x.push_back(w.midpoint());
  }
  x.push_back(p);
  return x;
}

double Comparison::guess() const {
  const double end = problem_.time.midpoint();
  const SolverOptions options{.rtol = 1e-10, .atol = 1e-14, .escape_norm = 1e150};
  const Solution u = solve(map_, {.t1 = end, .x0 = start(0)}, options);
  if (u.status != Status::finished && u.status != Status::equilibrium) return 0;
  const auto departs = [&](double p) {
    const Solution s = solve(map_, {.t1 = end, .x0 = start(p)}, options);
    if (s.status != Status::finished && s.status != Status::equilibrium) return true;
    // A bounded derivative of the loss may never let the flows part, but far from its linear range
    // the motion is too rough for tubes.
    if (s.statistics.steps > 100 + 20 * u.statistics.steps) return true;
    constexpr int samples = 400;
    for (int k = 1; k <= samples; ++k) {
      const double t = end * k / samples;
      const std::vector<double> a = u.trajectory(std::min(t, u.trajectory.end()));
      const std::vector<double> b = s.trajectory(std::min(t, s.trajectory.end()));
      double square = 0;
      for (std::size_t i = 0; i + 1 < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
      if (!(std::sqrt(square) <= problem_.radius.lower())) return true;
    }
    return false;
  };
  double high = 1;
  double low = 0;
  if (departs(high)) {
    for (low = high; low > 1e-300 && departs(low); low /= 16) high = low;
  } else {
    for (low = high; high < 1e30 && !departs(high); high *= 16) low = high;
  }
  for (int k = 0; k < 12 && low > 1e-300; ++k) {
    const double middle = std::sqrt(low * high);
    (departs(middle) ? high : low) = middle;
  }
  return low;
}

Box Comparison::undisturbed(std::size_t j) const {
  Box all;
  for (const TubeCourse& course : courses_) {
    const Box u = course.at(times_[j]);
    all.insert(all.end(), u.begin(), u.end());
  }
  return all;
}

/// What every piece of the tube in [from, to] slides on.
std::set<Hyperplane> Comparison::slid_on(const Tube& tube,
                                         const std::vector<std::vector<Hyperplane>>& hyperplanes,
                                         double from, double to) const {
  std::optional<std::set<Hyperplane>> common;
  for (const TubeSegment& segment : tube.segments) {
    if (segment.t1 <= from || segment.t0 >= to) continue;
    std::set<Hyperplane> here;
    if (segment.kind == TubeSegment::Kind::smooth) {
      for (const int j : segment.face.sliding) {
        for (const Hyperplane& h : hyperplanes[static_cast<std::size_t>(j)]) here.insert(h);
      }
    }
    if (!common) {
      common = std::move(here);
    } else {
      std::erase_if(*common, [&](const Hyperplane& h) { return !here.contains(h); });
    }
  }
  return common.value_or(std::set<Hyperplane>());
}

double Comparison::between(std::size_t j, const TubeCourse& course, Interval p, double at_start,
                           double at_end) const {
  const double from = times_[j];
  const double to = times_[j + 1];
  const Interval elapsed = Interval(to) - Interval(from);
  const Box all = course.during(from, to);
  // The boxes may be near enough as they are.
  Interval square = 0;
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    square += squared_norm(neuron(all, k) - courses_[k].during(from, to));
  }
  if (const double apart = sqrt(square).upper(); apart <= problem_.radius.lower()) return apart;
  const Box first = course.at(from);
  const std::set<Hyperplane> slides = slid_on(course.tube(), hyperplanes_, from, to);
  std::vector<Box> s;
  Box xi(static_cast<std::size_t>(problem_.data.size()));
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    s.push_back(neuron(all, k));
    const Box part = problem_.neurons[k]->model().outputs(s[k]);
    for (std::size_t i = 0; i < part.size(); ++i) xi[i] += part[i];
  }
  for (Interval& entry : xi) entry *= p * curvature_;
  // With the Lipschitz constant of the field of u on the boxes of both, where there is one; and
  // without. Rows of hyperplanes that both slide on drive neither along these.
  bool smooth = true;
  Interval rate = 0;
  Interval push = 0;
  Interval speed = 0;
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    const NeuronModel& model = problem_.neurons[k]->model();
    const Box u = courses_[k].during(from, to);
    const Box both = hull_of(s[k], u);
    const std::set<Hyperplane> own = slid_on(courses_[k].tube(), own_hyperplanes_[k], from, to);
    Box z = model.coefficients();
    Box disturbance = xi;
    for (const Hyperplane& h : own) {
      if (!slides.contains(h)) continue;
      z[static_cast<std::size_t>(h.second)] = 0;
      disturbance[static_cast<std::size_t>(h.second)] = 0;
    }
    push += squared_norm(model.gradient(s[k], disturbance));
    Box driven = z;
    for (std::size_t i = 0; i < z.size(); ++i) driven[i] -= disturbance[i];
    Box difference = model.gradient(s[k], driven);
    const Box other = model.gradient(u, z);
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= other[i];
    speed += squared_norm(difference);
    if (model.has_lipschitz_gradient()) {
      rate = max(rate, Interval(largest_eigenvalue_bound(model.hessian(both))));
      continue;
    }
    Box driven_by_all = model.coefficients();
    for (std::size_t i = 0; i < z.size(); ++i) driven_by_all[i] -= xi[i];
    const std::vector<int> sides =
        sides_kept(model, driven_by_all, s[k], neuron(first, k), rows_of(slides, k), elapsed);
    smooth = smooth && !sides.empty() &&
             sides == sides_kept(model, model.coefficients(), u, courses_[k].at(from),
                                 rows_of(own, k), elapsed);
    if (!smooth) continue;
    Box drive(size_ - 1);
    for (int i = 0; i < problem_.data.size(); ++i) {
      const auto place = static_cast<std::size_t>(i);
      const Interval slope = sides[place] > 0 ? Interval(1) : problem_.network.leak;
      for (std::size_t l = 0; l < drive.size(); ++l) {
        drive[l] += z[place] * slope * problem_.data.input(i)[l];
      }
    }
    rate = max(rate, norm(drive));
  }
  const Interval moved = (Interval(at_start) + Interval(at_end) + elapsed * sqrt(speed)) / 2;
  double bound = std::min(moved.upper(), (at_start + elapsed * sqrt(speed)).upper());
  if (smooth) {
    const Interval growth = exp(max(rate, Interval(0)) * elapsed);
    bound = std::min(bound, (growth * (at_start + elapsed * sqrt(push))).upper());
  }
  return std::max({bound, at_start, at_end});
}

std::string Comparison::prove(Interval p, FlowDeparture& found) const {
  std::vector<Interval> x0;
  for (const auto& neuron : problem_.neurons) {
    x0.insert(x0.end(), neuron->start().begin(), neuron->start().end());
  }
  x0.push_back(p);
  const double end = times_.back();
  const TubeCourse course(encloser_.enclose(
      {.t1 = end, .x0 = x0}, {.order = tube_order, .visit = times_, .max_pieces = 1}));
  if (course.tube().status != TubeStatus::finished) {
    return fmt::format("the tube for delta^2 in [{:.3g}, {:.3g}] ends: {}", p.lower(), p.upper(),
                       course.tube().message);
  }
  std::vector<double> distance;
  for (std::size_t j = 0; j < times_.size(); ++j) {
    const Box s = course.at(times_[j]);
    const Box u = undisturbed(j);
    Interval square = 0;
    for (std::size_t i = 0; i < u.size(); ++i) square += sqr(s[i] - u[i]);
    distance.push_back(sqrt(square).upper());
  }
  for (std::size_t j = 0; j + 1 < times_.size(); ++j) {
    const double most = between(j, course, p, distance[j], distance[j + 1]);
    if (!(most <= problem_.radius.lower())) {
      return fmt::format(
          "|s - u| is only proved to be at most {:.6g} at t = {:.6g} for delta^2 in "
          "[{:.3g}, {:.3g}]",
          most, times_[j + 1], p.lower(), p.upper());
    }
  }
  // What the theorem says besides.
  const bool first = found.norm.empty();
  for (std::size_t j = 0; j + 1 < times_.size(); ++j) {
    Box s = course.during(times_[j], times_[j + 1]);
    s.pop_back();
    const Interval size = norm(s);
    found.largest_norm =
        first && j == 0 ? Interval(0, size.upper()) : max(found.largest_norm, size);
  }
  const Box last = course.during(problem_.time);
  for (std::size_t k = 0; k < courses_.size(); ++k) {
    const Box s = neuron(last, k);
    const Interval size = norm(s);
    Interval alignment = size;
    if (problem_.neurons[k]->which() == AlignmentCase::aligned) {
      alignment = problem_.neurons[k]->alignment(s);
      if (const auto possible = intersect(alignment, Interval(-1, 1))) alignment = *possible;
    }
    if (first) {
      found.norm.push_back(size);
      found.alignment.push_back(alignment);
    } else {
      found.norm[k] = hull(found.norm[k], size);
      found.alignment[k] = hull(found.alignment[k], alignment);
    }
  }
  return {};
}

}  // namespace

FlowDeparture tube_departure(const DepartureProblem& problem,
                             const std::vector<TubeCourse>& courses,
                             const std::vector<double>& times, double gap) {
  FlowDeparture result;
  const Comparison comparison(problem, courses, times);
  const double target = comparison.guess();
  if (!(target > 0)) {
    result.reason = "no delta is found in floating point";
    return result;
  }
  FlowDeparture needed;  // what is said of s, for p up to what matters
  double step = target / 2;
  constexpr int most_failures = 12;
  constexpr double narrowest = 32;
  int failures = 0;
  int calm = 0;  // tubes in a row, after a failure
  // delta is the square root: twice the gap.
  const double most = 1.5 * target;
  // Where each tube may take a second, a little more than half of the guessed delta is enough.
  const double enough = comparison.coordinates() > most_tube_coordinates
                            ? std::max(0.3 * target, std::min(problem.largest_p, most))
                            : most;
  while (failures < most_failures && result.p < enough) {
    double next = std::min((Interval(result.p) + Interval(step)).lower(), most);
    if (result.p < problem.largest_p) next = std::min(next, problem.largest_p);
    const std::string why = comparison.prove(Interval(result.p, next), result);
    if (why.empty()) {
      result.p = next;
      if (next <= problem.largest_p || needed.norm.empty()) needed = result;
      ++calm;
      const double growth = failures == 0 ? 2 : calm > 2 ? 1.5 : 1;
      step = std::min(growth * step, std::max(0.6 * (target - result.p), gap * target));
      continue;
    }
    result.reason = why;
    ++failures;
    calm = 0;
    const double width = next - result.p;
    // One so narrow does not fail because of its width.
    if (width < 1e-3 * gap * target) break;
    step = width / 2;
    if (step < gap * target && result.p > 0.9 * target) break;
    // Beyond what the theorem asks for, wide ones or none: where the loss saturates the distance
    // may stay small for ever larger p, by ever narrower and longer tubes.
    if (result.p >= problem.largest_p && step < target / narrowest) break;
  }
  needed.p = result.p;
  needed.reason = result.reason;
  return needed;
}

}  // namespace filippov::detail
