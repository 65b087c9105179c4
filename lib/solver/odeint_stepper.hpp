#pragma once

#include "stepper.hpp"

namespace filippov::detail {

/// Dormand-Prince 5(4) of Boost.Odeint with its dense output.
std::unique_ptr<Stepper> make_dopri5_stepper(const SolverOptions& options);

/// Rosenbrock 4(3) of Boost.Odeint, with the Jacobian of the face's field.
std::unique_ptr<Stepper> make_rosenbrock4_stepper(const SolverOptions& options);

}  // namespace filippov::detail
