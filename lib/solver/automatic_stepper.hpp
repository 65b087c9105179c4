#pragma once

#include <memory>

#include "stepper.hpp"

namespace filippov::detail {

/// The Taylor stepper, or Dormand-Prince's where the fields have no series, which hands over to the
/// Radau stepper on faces where stability and not accuracy limits its steps, and back where that
/// does not pay.
///
/// With series suspicion is free: in the coefficients of a step limited by stability the last ones
/// are of a motion that has died out, x_k / x_{k-1} = lambda / k with h |lambda| larger than
/// accuracy would allow. Without, every step is suspicious. If it lasts, the eigenvalues of the
/// Jacobian decide.
class AutomaticStepper : public Stepper {
 public:
  AutomaticStepper(const SolverOptions& options, bool has_series);

  bool step(FaceField& field, double t, std::span<const double> x, double max_length,
            Step& step) override;
  void state(FaceField& field, double t, std::span<const double> x, const Step& step, double tau,
             std::span<double> state) override;
  void restart() override;

 private:
  /// Counts suspicious steps of the explicit stepper and decides whether to hand over.
  void watch_stability(FaceField& field, double t, std::span<const double> x, const Step& step);
  /// Hands back where the steps are not much longer than those of the explicit stepper were.
  void watch_gain(double length);
  void report();

  SolverOptions options_;
  std::unique_ptr<Stepper> explicit_;
  std::unique_ptr<Stepper> radau_;  ///< made when it is needed
  Stepper* last_;                   ///< that made the last step
  bool is_stiff_ = false;
  double stable_product_;  ///< h |lambda| of a step that accuracy limits is below
  int wanted_;             ///< suspicious steps before the Jacobian is asked
  int suspicious_steps_ = 0;
  double explicit_length_ = 0;  ///< last step before handing over
  int short_steps_ = 0;
};

}  // namespace filippov::detail
