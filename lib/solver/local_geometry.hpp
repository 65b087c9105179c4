#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

#include "filippov/inclusion/face_field.hpp"
#include "filippov/inclusion/inclusion.hpp"

namespace filippov::detail {

/// A point (t, x) with signs `signature` off the surfaces `active` that pass through it.
struct LocalPoint {
  double t = 0;
  std::span<const double> x;
  Signature signature;
  std::vector<int> active;
  double size = 0;                 ///< largest |x_i| of the solution so far; 0: unknown
  std::vector<int> balanced = {};  ///< surfaces known to have rate 0 on both sides here
};

/// The largest |x_i|, or `at_least`.
double largest_entry(std::span<const double> x, double at_least);

/// Signature of the point with the signs of `active` replaced.
Signature with_signs(const LocalPoint& point, std::span<const int> signs);

/// Largest number of interacting surfaces all of whose 2^k sign patterns, or 3^k faces, are tried.
inline constexpr std::size_t most_enumerated = 6;
inline constexpr std::size_t most_cells = 512;
/// Beyond so many dimensions or surfaces the cells are too many as a rule, which takes long to find
/// out.
inline constexpr std::size_t most_dimensions = 64;
/// A rate below this part of its terms is zero: more is asked for than the first order.
inline constexpr double tie_tolerance = 1e-9;

/// One cell next to the point: the signs of `active` there and what the inclusion says in it.
struct Cell {
  std::vector<int> signs;       ///< one per active surface
  Eigen::VectorXd velocity;     ///< f(t, x; s)
  Eigen::MatrixXd normals;      ///< n x active: grad h_i(.; s)
  Eigen::VectorXd rates;        ///< active: <grad h_i, f> + dh_i/dt, in the direction of time
  Eigen::VectorXd rate_scales;  ///< active: sum |grad h_i| |f| + |dh_i/dt|
  std::vector<bool> is_void;    ///< active: h_i is zero throughout the cell and its sign, +1 here,
                                ///< does not matter
};

/// The cells that really touch the point: only feasible sign patterns of the active surfaces (three
/// lines through a point have 6, nested absolute values fewer than 2^k). None where they are too
/// many to be listed: more than `most_cells` of more than 6 surfaces. `direction`: of time.
std::vector<Cell> feasible_cells(const Inclusion& inclusion, const LocalPoint& point,
                                 double direction);

/// The largest |f_i| of every component in the selections of the signature s with the sign of any
/// one of the active surfaces, or of all of them, changed: how large terms are that may cancel.
Eigen::VectorXd largest_components(const Inclusion& inclusion, const LocalPoint& point,
                                   const Signature& s);

/// What |f_i| of the selection of s changes by where the coordinates do so by some 1e-14 of the
/// size of the state: each by another amount, so that their differences change too.
Eigen::VectorXd change_by_rounding(const Inclusion& inclusion, const LocalPoint& point,
                                   const Signature& s);

/// The right-hand side where it is affine in the signs s of the active surfaces: center + sum_j s_j
/// generator_j, one column each.
struct AffineValues {
  Eigen::VectorXd center;
  Eigen::MatrixXd generators;
};

/// Nothing where it is not.
std::optional<AffineValues> affine_values(const Inclusion& inclusion, const LocalPoint& point);

/// The velocities of the cells as columns of n entries.
Eigen::MatrixXd velocities_of(const std::vector<Cell>& cells, Eigen::Index n);

/// Time over which the terms of the motion grow to the size of the state: low coefficients may be
/// rounding, so they are not compared with one another.
double characteristic_length(const FaceSeries& series, double state_size);

/// Adds to `point.active` every surface that passes through the point and matters in some cell next
/// to it, and removes those that matter in none. |h_j| <= tolerance * sum |dh_j/dx_i| scale_i
/// counts as zero. Sets the sides in `point.signature` of surfaces that matter next to the point
/// but did not before, so that nobody watched them.
void complete_active(const Inclusion& inclusion, LocalPoint& point, double tolerance,
                     std::span<const double> scale);

/// Whether switching function j is zero throughout the cell of s next to (t, x), and the right-hand
/// side does not ask for its sign: in min(max(a, b), max(a, c)) the outer switch, where a is
/// largest. Found by evaluating at points nearby with the signs held.
bool is_void_surface(const Inclusion& inclusion, double t, std::span<const double> x,
                     const Signature& s, int j);

}  // namespace filippov::detail
