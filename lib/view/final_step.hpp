#pragma once

#include <vector>

#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov::detail {

/// A step of a certificate that a tube has no segment for.
struct FinalStep {
  TubeSegment segment;
  std::vector<TubeSegment> ways = {};  ///< short smooth steps by which several solutions go on
};

/// The state of a tube without segments rests where it starts.
FinalStep rest_step(const Tube& tube, double t0);

/// The branching at which a refuted tube stops: at the start, or over a short window after its last
/// segment, from sliding on a surface that repels by then. Throws Error if it is found to be
/// another; what is found here in floating-point numbers is for the checker to prove.
FinalStep branching_step(const FilippovMap& map, const Tube& tube, double direction);

}  // namespace filippov::detail
