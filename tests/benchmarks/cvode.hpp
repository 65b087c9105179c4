#pragma once

#include <vector>

#include "relay_system.hpp"

namespace filippov::benchmarks {

enum class CvodeMethod { adams, bdf };

/// Solves with CVODE of SUNDIALS as an expert does: one root function per relay (the surface while
/// it is off it, 1 - u^2 of the equivalent control while it slides), a restart at each event, the
/// state projected where sliding starts and ends. Adams with fixed-point iteration, BDF with a
/// dense Jacobian (analytic where the system has one). Empty when built without SUNDIALS.
std::vector<PeerRun> solve_with_cvode(const RelaySystem& system, CvodeMethod method,
                                      double tolerance, double max_step);

}  // namespace filippov::benchmarks
