#include "filippov/arithmetic/error.hpp"
#include "stepper.hpp"
#include "taylor_stepper.hpp"

namespace filippov::detail {

std::unique_ptr<Stepper> make_stepper(const SolverOptions& options, bool has_series) {
  switch (options.stepper) {
    case StepperKind::automatic:
    case StepperKind::taylor:
      if (!has_series) throw Error("stepper taylor needs a recorded right-hand side");
      return std::make_unique<TaylorStepper>(options);
    default:
      throw Error("not yet");
  }
}

}  // namespace filippov::detail
