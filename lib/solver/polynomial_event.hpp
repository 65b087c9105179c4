#pragma once

#include <Eigen/Core>
#include <span>

namespace filippov::detail {

/// First place in (0, length] where a function that starts positive is no longer clearly positive.
struct PolynomialEvent {
  enum class Kind {
    none,
    crossing,  ///< changes sign at `place`
    touching,  ///< comes within the tolerance of zero at `place` and turns back
    beyond,    ///< is below the tolerance at the end: search from `place` on with a new step
  };
  Kind kind = Kind::none;
  double place = 0;
};

/// Searches m(tau) = sum_k coefficients[k] tau^k, m = tau^multiplicity q(tau) with q(0) > 0, for
/// its first zero. The lowest `multiplicity` coefficients are taken for zero.
///
/// Bernstein coefficients bound q from below on an interval; where the bound does not exclude a
/// zero the interval is halved, left half first. So no pair of roots of the polynomial is missed,
/// however close. A minimum in [-tolerance, tolerance] is reported as touching. Cost: O(degree)
/// where coefficient sizes exclude a zero, else O(degree^2) per interval.
PolynomialEvent first_event(std::span<const double> coefficients, double length, int multiplicity,
                            double tolerance);

/// The coefficients of one of several polynomials, its column.
inline std::span<const double> coefficients_of(const Eigen::MatrixXd& polynomials,
                                               Eigen::Index column) {
  return {polynomials.col(column).data(), static_cast<std::size_t>(polynomials.rows())};
}

/// sum_k coefficients[k] tau^k
double evaluate_polynomial(std::span<const double> coefficients, double tau);

/// Its derivative.
double evaluate_slope(std::span<const double> coefficients, double tau);

/// sum_k |coefficients[k]| length^k, which bounds the polynomial on [0, length].
double variation(std::span<const double> coefficients, double length);

/// Smallest k >= from with coefficients[k] length^k outside [-negative_threshold, threshold]; size
/// when there is none.
int leading_order(std::span<const double> coefficients, int from, double length, double threshold,
                  double negative_threshold);

}  // namespace filippov::detail
