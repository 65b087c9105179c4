#include "automatic_stepper.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "odeint_stepper.hpp"
#include "radau_stepper.hpp"
#include "taylor_stepper.hpp"

namespace filippov::detail {

namespace {

/// h |lambda| of a Taylor step limited by accuracy is about 1.5 on an oscillation and at most 2.5
/// near a singularity; limited by stability it is about order / e.
constexpr double suspicious_product = 4;
/// That of Dormand & Prince is limited by 3.3 on the real axis.
constexpr double suspicious_product_of_fifth_order = 2;
/// Beyond, dense linear algebra does not pay.
constexpr Eigen::Index most_coordinates = 64;
/// Steps of the Radau stepper cost several of the Taylor stepper.
constexpr double gain = 4;
constexpr int longest_without_gain = 40;

/// h |lambda| from the last two coefficients of the motion.
double growth(const Step& step) {
  const Eigen::Index p = step.x.rows() - 1;
  const double last = step.x.row(p).lpNorm<Eigen::Infinity>();
  const double before = step.x.row(p - 1).lpNorm<Eigen::Infinity>();
  return before > 0 ? static_cast<double>(p) * step.length * last / before : 0;
}

}  // namespace

AutomaticStepper::AutomaticStepper(const SolverOptions& options, bool has_series)
    : options_(options),
      explicit_(has_series ? std::make_unique<TaylorStepper>(options)
                           : make_dopri5_stepper(options)),
      last_(explicit_.get()),
      stable_product_(has_series ? suspicious_product : suspicious_product_of_fifth_order),
      wanted_(has_series ? 8 : 40) {
  report();
}

void AutomaticStepper::report() {
  relative_tolerance_ = last_->relative_tolerance();
  rejected_steps_ = explicit_->rejected_steps() + (radau_ ? radau_->rejected_steps() : 0);
  failure_ = last_->failure();
}

void AutomaticStepper::restart() {
  explicit_->restart();
  if (radau_) radau_->restart();
}

void AutomaticStepper::state(FaceField& field, double t, std::span<const double> x,
                             const Step& step, double tau, std::span<double> state) {
  last_->state(field, t, x, step, tau, state);
}

bool AutomaticStepper::step(FaceField& field, double t, std::span<const double> x,
                            double max_length, Step& step) {
  last_ = is_stiff_ ? radau_.get() : explicit_.get();
  const bool stepped = last_->step(field, t, x, max_length, step);
  report();
  if (!stepped) return false;
  if (is_stiff_) {
    watch_gain(step.length);
  } else if (step.length < max_length) {
    watch_stability(field, t, x, step);
  }
  return true;
}

void AutomaticStepper::watch_stability(FaceField& field, double t, std::span<const double> x,
                                       const Step& step) {
  const bool is_small = static_cast<Eigen::Index>(x.size()) <= most_coordinates;
  if (!is_small || (step.is_series && growth(step) < stable_product_)) {
    suspicious_steps_ = 0;
    return;
  }
  suspicious_steps_ += step.count;
  if (suspicious_steps_ < wanted_) return;
  suspicious_steps_ = 0;
  Eigen::MatrixXd jacobian;
  Eigen::VectorXd time_derivative;
  field.jacobian(t, x, jacobian, time_derivative);
  double fastest = 0;
  if (jacobian.allFinite()) {
    const Eigen::VectorXcd eigenvalues = jacobian.eigenvalues();
    for (const std::complex<double> value : eigenvalues) {
      fastest = std::max(fastest, -value.real());
    }
  }
  const double length = step.length / step.count;
  if (fastest * length < stable_product_) {
    wanted_ *= 2;
    return;
  }
  if (!radau_) radau_ = std::make_unique<RadauStepper>(options_);
  radau_->restart();
  is_stiff_ = true;
  explicit_length_ = length;
  short_steps_ = 0;
}

void AutomaticStepper::watch_gain(double length) {
  short_steps_ = length < gain * explicit_length_ ? short_steps_ + 1 : 0;
  if (short_steps_ < longest_without_gain) return;
  is_stiff_ = false;
  suspicious_steps_ = 0;
  wanted_ *= 4;
}

}  // namespace filippov::detail
