#include "automatic_stepper.hpp"
#include "filippov/arithmetic/error.hpp"
#include "odeint_stepper.hpp"
#include "radau_stepper.hpp"
#include "taylor_stepper.hpp"

namespace filippov::detail {

std::unique_ptr<Stepper> make_stepper(const SolverOptions& options, bool has_series) {
  switch (options.stepper) {
    case StepperKind::automatic:
      return std::make_unique<AutomaticStepper>(options, has_series);
    case StepperKind::taylor:
      if (!has_series) {
        throw Error(
            "stepper taylor needs a recorded right-hand side: choose dopri5, rosenbrock4 or "
            "radau13");
      }
      return std::make_unique<TaylorStepper>(options);
    case StepperKind::dopri5:
      return make_dopri5_stepper(options);
    case StepperKind::rosenbrock4:
      return make_rosenbrock4_stepper(options);
    case StepperKind::radau13:
      return std::make_unique<RadauStepper>(options);
  }
  throw Error("unknown stepper");
}

}  // namespace filippov::detail
