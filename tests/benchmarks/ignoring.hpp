#pragma once

#include "relay_system.hpp"

namespace filippov::benchmarks {

/// Solves with Boost.Odeint, dopri5 with step control, as if there were no surface: u = sign h.
/// Gives up after `limit` right-hand sides.
PeerRun solve_ignoring_surfaces(const RelaySystem& system, double tolerance, long limit);

}  // namespace filippov::benchmarks
