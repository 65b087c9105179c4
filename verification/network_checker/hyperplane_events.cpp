#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "perturbed_neuron.hpp"

namespace network_checker {

namespace {

[[noreturn]] void refuse_to_meet(const Range& speed) {
  throw Refusal("a hyperplane of the data is met with a speed in " + shown(speed));
}

constexpr int most_attempts = 40;

}  // namespace

bool PerturbedNeuron::is_near(const Plane& plane) const {
  if (plane.slides || plane.departs) return false;
  return plane.side == 0 ||
         !(magnitude(height(plane)) - Range(3) * plane.length * radius_).positive();
}

/// With the normal speed >= m from the side `from`, |a| <= A there and |a| <= small on the other:
/// while they are on the plane, the share of the field that leads there is <= |v| small / m, as
/// their normal velocity is 0. So |u'| <= |v| small (1 + |v| A / m); |v'| <= small |u|, as N is
/// continuous.
bool PerturbedNeuron::come_to_rest(std::size_t at, int from, const Range& left) {
  Plane& plane = planes_[at];
  plane.side = -from;
  const Range small = length_of(drive()) + error_;
  plane.side = from;
  const Range most = length_of(drive()) + error_;
  Range moved = 0;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Range reach = upper_end(radius_ + Range(2) * moved);
    const Range size = length_of(centre_) + reach;
    const Range least = towards(plane, from, centre_[0] + either_sign(reach)) / plane.length;
    if (!least.positive()) return false;
    const Range farther = upper_end(left * small * size * (Range(2) + size * most / least));
    if (attempt > 0 && !(radius_ + farther - reach).nonpositive()) return false;
    moved = farther;
    for (std::size_t p = 0; p < planes_.size(); ++p) {
      const Range room = magnitude(height(planes_[p])) - planes_[p].length * reach;
      if (p != at && !room.positive()) return false;
    }
  }
  radius_ = upper_end(radius_ + moved);
  return true;
}

/// What `value` is on the sides of the planes met, in which everything is affine.
Range PerturbedNeuron::on_all_sides(const std::vector<std::size_t>& met,
                                    const std::function<Range()>& value) {
  constexpr std::size_t most = 6;
  if (met.size() > most) return value();
  Range result = 0;
  for (unsigned sides = 0; sides < 1u << met.size(); ++sides) {
    for (std::size_t k = 0; k < met.size(); ++k) {
      planes_[met[k]].side = (sides >> k & 1u) != 0 ? 1 : -1;
    }
    result = sides == 0 ? value() : hull(result, value());
  }
  for (const std::size_t p : met) planes_[p].side = 0;
  return result;
}

/// The field on the other side leads to it.
int PerturbedNeuron::side_left_to(const std::vector<std::size_t>& met, const Range& v) {
  Plane* const plane = slid_on();
  if (plane == nullptr) return 0;
  const auto leads = [&](int side) {
    return on_all_sides(met, [&] { return towards(*plane, side, v); }).positive();
  };
  const bool from_above = leads(1);
  const bool from_below = leads(-1);
  if (from_above && from_below) return 0;
  if (from_above == from_below || met.size() != 1) {
    throw Refusal("a hyperplane that is slid on may be left");
  }
  return from_above ? -1 : 1;
}

/// With h the height of the plane met, rising, and g >= 0 the distance from the plane slid on: h -
/// factor g, factor >= 0, rises along all solutions, so that h > 0 from when it is reached, by
/// solutions with g = 0: before, the plane slid on attracts. While it is slid on g rests; off it
/// the rates on both sides of the plane met are affine in the factor.
Range PerturbedNeuron::speed_leaving(std::size_t met, int side, const Range& v) {
  Plane& slid = *slid_on();
  const auto off = [&] {
    slid.side = side;
    const Box a = drive();
    slid.side = 0;
    return speed(planes_[met], a, v);
  };
  const Range on = on_all_sides({met}, [&] { return speed(planes_[met], motion(), v); });
  const Range rising = on.sign();
  double least = 0;
  double most = HUGE_VAL;
  std::array<Range, 2> rates;
  std::array<Range, 2> returning;
  for (const int k : {0, 1}) {
    planes_[met].side = k == 0 ? 1 : -1;
    rates[k] = rising * off();
    returning[k] = towards(slid, side, v);
    const double factor = -rates[k].middle() / returning[k].middle();
    if (returning[k].middle() > 0) least = std::max(least, factor);
    if (returning[k].middle() < 0) most = std::min(most, factor);
  }
  planes_[met].side = 0;
  if (on.sign() == 0 || !returning[on.sign() > 0 ? 1 : 0].positive() || !(least <= most)) {
    refuse_to_meet(hull(on, rising * hull(rates[0], rates[1])));
  }
  const Range factor = most == HUGE_VAL ? 2 * least : 0.5 * (least + most);
  Range result = rising * on;
  for (const int k : {0, 1}) result = hull(result, rates[k] + factor * returning[k]);
  if (!result.positive()) refuse_to_meet(result);
  return rising * result;
}

/// Where the others have been passed, as in `after`, the field on that side leads away.
Range PerturbedNeuron::leave(int side, const Range& v, std::vector<Plane>& after) {
  const std::vector<Plane> before = std::exchange(planes_, after);
  Plane* const slid = slid_on();
  if (!(-towards(*slid, side, v)).positive()) {
    throw Refusal("that a hyperplane slid on is left is not proved");
  }
  slid->slides = false;
  slid->side = side;
  slid->departs = true;
  const Range jump = slid->jump;
  after = std::exchange(planes_, before);
  return jump;
}

Range PerturbedNeuron::pass(const Range& left) {
  const Range size = length_of(centre_) + radius_;
  double needed = 1e-25 * left.upper();  // where they start on it
  for (const Plane& plane : planes_) {
    if (!is_near(plane)) continue;
    const double about = std::fabs(speed(plane, motion(), centre_[0]).middle());
    const double distance = (magnitude(height(plane)) + plane.length * radius_).upper();
    needed = std::max(needed, distance / std::max(about, 1e-300));
  }
  const std::vector<Plane> before = planes_;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    planes_ = before;
    const bool ends = !(left - Range(1.2 * needed)).positive();
    const Range elapsed = ends ? left : Range(1.2 * needed);
    const Range growth = exponential((rate_)*elapsed);
    const Range reach = upper_end(radius_ + size * (growth - Range(1)));
    const Range v = centre_[0] + either_sign(reach);
    // Which are met while the solutions are in that ball.
    std::vector<std::size_t> met;
    for (std::size_t p = 0; p < planes_.size(); ++p) {
      Plane& plane = planes_[p];
      if (plane.slides) continue;
      if ((magnitude(height(plane)) - plane.length * reach).positive()) {
        if (plane.side == 0) plane.side = height(plane).sign();
        continue;
      }
      plane.side = 0;
      met.push_back(p);
    }
    Range jump = 0;
    needed = 0;
    bool rests = false;
    std::vector<Plane> after = planes_;
    const int left_to = side_left_to(met, v);
    for (const std::size_t p : met) {
      Plane& plane = planes_[p];
      const Range approach = left_to != 0
                                 ? speed_leaving(p, left_to, v)
                                 : on_all_sides(met, [&] { return speed(plane, motion(), v); });
      double least = std::min(std::fabs(approach.lower()), std::fabs(approach.upper()));
      after[p].side = approach.sign();
      after[p].departs = true;
      if (approach.sign() == 0) {
        if (met.size() > 1 || slid_on() != nullptr) refuse_to_meet(approach);
        after[p].slides = attracts(plane, v, least);
        after[p].departs = !after[p].slides;
        if (!after[p].slides) {
          const int from = before[p].side;
          const Range speed = towards(plane, from, v);
          if (from == 0 || !speed.positive()) refuse_to_meet(approach);
          least = speed.lower();
          after[p].side = -from;
          rests = true;
        }
      }
      needed = std::max(
          needed, ((magnitude(height(plane)) + plane.length * radius_) / Range(least)).upper());
      jump += plane.jump;
    }
    if (ends) {
      radius_ = reach;
      return left;
    }
    if (!(needed < elapsed.lower())) continue;
    if (left_to != 0) jump += leave(left_to, v, after);
    // The centre passes when it gets there itself.
    const Range farthest = length_of(centre_) + reach;
    Range first = 0;
    Range rest = 0;
    if (met.size() == 1 && before[met[0]].side != 0) {
      planes_ = before;
      const double about = std::fabs(speed(planes_[met[0]], motion(), centre_[0]).middle());
      const double until = std::fabs(height(planes_[met[0]]).middle()) / std::max(about, 1e-300);
      if (until < elapsed.lower()) first = until;
      rest += move(motion(), first);
    }
    planes_ = std::move(after);
    rest += move(motion(), elapsed - first);
    radius_ = growth * (radius_ + elapsed * (jump + error_ + rest) * farthest);
    round();
    if (rests && !come_to_rest(met.front(), before[met.front()].side, left - elapsed)) {
      throw Refusal("that the neuron comes to rest on a hyperplane of the data");
    }
    return rests ? left : elapsed;
  }
  throw Refusal("a hyperplane of the data is not passed in time");
}

}  // namespace network_checker
