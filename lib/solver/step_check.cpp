#include "step_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "local_geometry.hpp"
#include "polynomial_event.hpp"

namespace filippov::detail {

bool StepCheck::has_velocity_of_series(const Inclusion& inclusion, FaceField& field, double t,
                                       const Step& step, double tau, std::span<const double> end,
                                       double size, double relative_tolerance) {
  velocity_.resize(end.size());
  const double time = t + field.direction() * tau;
  field.velocity(time, end, velocity_);
  if (!all_finite(velocity_)) return false;
  for (std::size_t i = 0; i < end.size(); ++i) {
    size = std::max(size, std::abs(end[i]));
    fastest_ = std::max(fastest_, std::abs(velocity_[i]));
  }
  Eigen::VectorXd terms;
  for (std::size_t i = 0; i < end.size(); ++i) {
    const double slope = evaluate_slope(coefficients_of(step.x, static_cast<Eigen::Index>(i)), tau);
    const double speed = std::abs(velocity_[i]);
    const double defect = std::abs(velocity_[i] - slope);
    // Above what is cut off of a series, below what another branch of a root does.
    const double tolerance = (defect > 0.5 * speed ? 0.1 : 1000) * relative_tolerance;
    if (defect * tau <= tolerance * size + (1e-6 * speed + 1e-13 * fastest_) * tau) continue;
    // Where sliding holds the state at rest, velocities are what rounding leaves of forces.
    if (terms.size() == 0) {
      const LocalPoint point{time, end, field.face().signature, field.face().sliding};
      terms = largest_components(inclusion, point, point.signature);
    }
    if (defect > 1e-13 * terms(static_cast<Eigen::Index>(i))) return false;
  }
  return true;
}

bool explodes(double t, std::span<const double> x, std::span<const double> velocity, double size) {
  double square = 0;
  double growth = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    square += x[i] * x[i];
    growth += x[i] * velocity[i];
  }
  return growth * std::numeric_limits<double>::epsilon() * std::abs(t) >
         1e-4 * std::max(square, size * size);
}

}  // namespace filippov::detail
