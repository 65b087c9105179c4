#include "perturbed_neuron.hpp"

#include <algorithm>
#include <cmath>

namespace network_checker {

namespace {

Box inputs(const Box& w) { return {w.begin() + 1, w.end()}; }

constexpr int most_steps = 20000;

}  // namespace

PerturbedNeuron::PerturbedNeuron(const Problem& problem, Box z, const Range& error)
    : problem_(problem), z_(std::move(z)), error_(upper_end(error)), rate_(error_) {
  std::vector<int> first;
  for (int i = 0; i < problem.n; ++i) {
    const Box& x = problem.x[i];
    const Range pull = magnitude(z_[i]) * length_of(x);
    rate_ += pull;
    plane_of_.push_back(-1);
    along_.push_back(1);
    if (problem.exact_leak == 1 || scalar_product(x, x).is_zero()) continue;
    for (std::size_t p = 0; p < first.size() && plane_of_[i] < 0; ++p) {
      const mpq_class factor = problem.ratio(i, first[p]);
      if (factor == 0) continue;
      plane_of_[i] = static_cast<int>(p);
      along_[i] = factor > 0 ? 1 : -1;
    }
    if (plane_of_[i] < 0) {
      plane_of_[i] = static_cast<int>(first.size());
      first.push_back(i);
      planes_.push_back({x, length_of(x), 0});
    }
    planes_[plane_of_[i]].jump += (Range(1) - problem.leak) * pull;
  }
}

Range PerturbedNeuron::height(const Plane& plane) const {
  return scalar_product(plane.x, inputs(centre_));
}

Box PerturbedNeuron::drive() const {
  Box a(problem_.d);
  for (int i = 0; i < problem_.n; ++i) {
    Range slope = 1;
    if (plane_of_[i] >= 0) {
      const Plane& plane = planes_[plane_of_[i]];
      const int side = (plane.slides && plane.side == 0 ? 1 : plane.side) * along_[i];
      if (side <= 0) slope = side < 0 ? problem_.leak : hull(problem_.leak, Range(1));
    }
    for (int k = 0; k < problem_.d; ++k) a[k].add_product(slope * z_[i], problem_.x[i][k]);
  }
  return a;
}

const PerturbedNeuron::Plane* PerturbedNeuron::slid_on() const {
  for (const Plane& plane : planes_) {
    if (plane.slides) return &plane;
  }
  return nullptr;
}

Box PerturbedNeuron::motion() const {
  Box a = drive();
  if (const Plane* const plane = slid_on()) {
    const Range part = scalar_product(plane->x, a) / squared(plane->length);
    for (int k = 0; k < problem_.d; ++k) a[k] -= part * plane->x[k];
  }
  return a;
}

Range PerturbedNeuron::speed(const Plane& plane, const Box& a, const Range& v) const {
  return v * (scalar_product(plane.x, a) + either_sign(plane.length * error_));
}

Range PerturbedNeuron::towards(Plane& plane, int side, const Range& v) {
  const int before = plane.side;
  plane.side = side;
  const Range result = Range(-side) * speed(plane, drive(), v);
  plane.side = before;
  return result;
}

bool PerturbedNeuron::attracts(Plane& plane, const Range& v, double& least) {
  const Range down = towards(plane, 1, v);
  const Range up = towards(plane, -1, v);
  least = std::min(down.lower(), up.lower());
  return down.positive() && up.positive();
}

void PerturbedNeuron::round() {
  Range rest = 0;
  for (Range& entry : centre_) {
    const Range point = entry.point();
    rest += squared(entry - point);
    entry = point;
  }
  radius_ = upper_end(radius_ + root(rest));
}

/// The centre moves with a: p = v + a.u/|a| grows with the rate |a|, v - a.u/|a| falls.
Range PerturbedNeuron::move(const Box& a, const Range& elapsed) {
  const Range rate = length_of(a);
  if (!rate.positive()) return upper_end(rate);
  const Range along = scalar_product(a, inputs(centre_)) / rate;
  const Range growth = exponential(rate * elapsed);
  const Range cosh = (growth + Range(1) / growth) / Range(2);
  const Range sinh = (growth - Range(1) / growth) / Range(2);
  const Range way = (sinh * centre_[0] + (cosh - Range(1)) * along) / rate;
  centre_[0] = cosh * centre_[0] + sinh * along;
  for (int k = 0; k < problem_.d; ++k) centre_[k + 1].add_product(way, a[k]);
  return 0;
}

bool PerturbedNeuron::step(const Range& elapsed) {
  const Box a = motion();
  const Range rate = length_of(a);
  const bool moves = rate.positive();
  const Range error = moves ? error_ : error_ + upper_end(rate);
  const Range growth = exponential((rate + error) * elapsed);
  const Range radius = upper_end(growth * (radius_ + error * elapsed * length_of(centre_)));
  // u moves along a by the integral of v.
  Range v = centre_[0];
  if (moves) {
    const Range along = scalar_product(a, inputs(centre_)) / rate;
    const Range most = exponential(rate * elapsed);
    v = hull(Range(1), (most + Range(1) / most) / Range(2)) * centre_[0] +
        hull(Range(0), (most - Range(1) / most) / Range(2)) * along;
  }
  const Range way = moves ? hull(Range(0), elapsed) * v : Range(0);
  v += either_sign(radius);
  std::vector<char> far;
  for (Plane& plane : planes_) {
    double least = 0;
    if (plane.slides) {
      if (!attracts(plane, v, least)) return false;
    } else if (plane.side == 0) {
      return false;
    }
    const Range side = plane.side;
    const Range reached = height(plane) + scalar_product(plane.x, a) * way;
    far.push_back(plane.slides || (side * reached - plane.length * radius).positive() ? 1 : 0);
    if (far.back() != 0) continue;
    if (!plane.departs || !(side * speed(plane, a, v)).positive()) return false;
  }
  move(a, elapsed);
  radius_ = radius;
  round();
  for (std::size_t p = 0; p < planes_.size(); ++p) planes_[p].departs = far[p] == 0;
  return true;
}

Box PerturbedNeuron::end(const Box& start, double time) {
  centre_ = start;
  radius_ = 0;
  round();
  for (Plane& plane : planes_) {
    const Range at = height(plane);
    plane.side = (magnitude(at) - plane.length * radius_).positive() ? at.sign() : 0;
    plane.slides = plane.departs = false;
  }
  Range left = time;
  double length = time;
  for (int count = 0; left.positive(); ++count) {
    if (count == most_steps) throw Refusal("the neuron takes too many steps");
    const bool last = !(left - Range(length)).positive();
    const Range elapsed = last ? left : Range(length);
    if (step(elapsed)) {
      if (last) break;
      left -= elapsed;
      length *= 2;
    } else if (std::any_of(planes_.begin(), planes_.end(),
                           [&](const Plane& plane) { return is_near(plane); })) {
      left -= pass(left);
    } else {
      length = 0.5 * elapsed.upper();
    }
  }
  Box result = centre_;
  for (Range& entry : result) entry += either_sign(radius_);
  return result;
}

}  // namespace network_checker
