#pragma once

#include <optional>
#include <string>
#include <vector>

#include "filippov/verify/alignment.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

/// Where a neuron comes to rest in its neural correlation flow: a KKT point with N = 0.
struct RestingPlace {
  LimitDirection limit;
  Interval size = {};  ///< |w| there
  /// Why from now on there is one solution only from each state; empty if that is not proved.
  std::string unique = {};
  Box box = {};  ///< contains w from now on; empty if that is not known
};

/// The place to which all solutions tend that are in w at some time, proved in one of three ways:
///
///  - all of dN vanishes around w;
///  - the rows that can be active near w hold the neuron back, leak 0: N = sum_i z_i max(0,
///    x_i.u)^2, or with two layers N / |v|, is concave in u where such rows alone are active. So u
///    comes no farther from any maximizer q there, a point where no row is active, and converges to
///    one: if no other row is active within r = |u - q| of q, u tends to a point within r of q;
///  - two layers, v^2 - |u|^2 = c > 0: where F(e) = sum_i z_i sigma(x_i.e) has the other sign than
///    v for all unit e, |u|' = v F(u/|u|) <= -m < 0, so that u is 0 after finite time, for ever.
///    Where it nowhere has the sign of v, |u| does not grow: u slides to 0 and stays.
///
/// `conserved`: c, of two layers. `on`: rows on whose hyperplanes u slides.
RestingPlace resting_place(const NeuronModel& model, const Box& w, Interval conserved,
                           const std::vector<int>& on);

/// Two layers, where rows that hold it back alone can be active, as above: contains s during the
/// time `elapsed`, if s' is in dN(s) but for at most `push`; nothing if that is not proved. `rest`:
/// a point near which s is, as in LimitDirection, so that no row is active at q.
///
/// v G(u) is concave in u with the largest value 0 at q. So |s_u - q|' <= push, |v|' <= push, and
/// v^2 - |s_u|^2 changes by 2 |s| push at most, since u.g = G(u) for g in dG(u).
std::optional<Box> disturbed_rest(const NeuronModel& model, const std::vector<double>& rest,
                                  const Box& s, double push, Interval elapsed);

/// All of dN vanishes around w: whatever direction is in it is a KKT point with N = 0.
bool is_flat(const NeuronModel& model, const Box& w);

/// z_i, with p or the sign of v: a row with a value <= 0 holds the neuron back where it is active.
Interval pull(const NeuronModel& model, int i, std::span<const Interval> w);

}  // namespace filippov::detail
