#pragma once

#include <string>
#include <vector>

#include "neuron_model.hpp"

namespace filippov::detail {

/// Where several solutions go on, which all solutions from w come to: what happens there, in words.
/// Two layers, of which w slides on the rows `on` or is in a cell; `conserved` = c = v^2 - |u|^2.
/// Empty if that is not proved. Proved are two ways:
///
///  - u comes to 0 with v != 0 (`slides_to_origin`), where it may leave in two directions,
///    or stay and leave, see input_origin.hpp;
///  - v comes to 0 while u slides on hyperplanes that attract, with multipliers in (0, 1): v' =
///  a.u,
///    u' = v a for the sliding drive a, so that (a.u)^2 - |a|^2 v^2 = q is conserved: if q > 0
///    while v a.u < 0, v passes 0 where a.u = +-sqrt(q), u having moved by a (a.u - a.u0) / |a|^2,
///    with all other rows on their sides. From then on u may slide on, as the multipliers stay; or
///    leave the hyperplanes: near u, F = F(u) + a.x + h(x) with the support function h of a
///    polytope with 0 inside it, in the span of the rows slid on, so that from the direction e of
///    the maximum of h on its unit sphere x = r e + (the sliding), r' = |v| h(e) > 0 solves the
///    inclusion, too.
std::string branching(const NeuronModel& model, const Box& w, Interval conserved,
                      const std::vector<int>& on);

}  // namespace filippov::detail
