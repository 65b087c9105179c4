#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace filippov {

/// One +1 or -1 per linear form; 0 for a form that vanishes identically (see below).
using SignPattern = std::vector<int>;

/// The open cone {d : s_j <n_j, d> > 0 for all j with s_j != 0} of a feasible sign pattern s.
struct SignCell {
  SignPattern signs;
  /// A direction inside the cone (unit length, or zero where nothing is demanded), and its margin
  /// min_j s_j <n_j, direction> / |n_j|.
  Eigen::VectorXd direction;
  double margin = 0;
};

/// When a sign pattern counts as feasible.
struct SignFeasibilityOptions {
  /// Some unit d must have s_j <n_j, d> > tolerance |n_j| for all j. Each form is scaled on its
  /// own, so the units of the forms do not matter. A cone thinner than that (an angle of about 2
  /// tolerance between two of its walls) counts as empty, which absorbs the rounding of normals
  /// that are dependent in exact arithmetic.
  double tolerance = 1e-12;
  /// A form with |n_j| <= zero_norm vanishes identically.
  double zero_norm = 0;
  /// The list of feasible patterns ends when it is longer than this.
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

/// The margin of the best direction: max over |d| = 1 of min_j s_j <n_j, d> / |n_j| if that is
/// positive, else 0. By duality it is the distance of 0 from conv{s_j n_j / |n_j|}, and the nearest
/// point of that hull is the direction that attains it.
///
/// normals: n x m, one linear form per column; signs: m entries in {-1, 0, +1}, where 0 demands
/// nothing. A form that vanishes identically cannot have a strict sign: the margin is then 0.
/// Returns the cell; it is feasible iff margin > options.tolerance.
SignCell widest_direction(const Eigen::MatrixXd& normals, const SignPattern& signs,
                          const SignFeasibilityOptions& options = {});

/// Is there a direction d with s_j <n_j, d> > 0 for all j?
bool is_feasible(const Eigen::MatrixXd& normals, const SignPattern& signs,
                 const SignFeasibilityOptions& options = {});

/// All feasible sign patterns of the linear forms <n_j, .>: the cells of a central arrangement of
/// hyperplanes. Three lines through a point of the plane have 6, k independent forms 2^k.
///
/// A form that vanishes identically has no hyperplane and gets the sign 0 in every pattern (either
/// sign is right for it). Forms are added one at a time, so that the cost is proportional to the
/// number of cells and not to 2^m. Order: lexicographic, -1 first.
std::vector<SignCell> feasible_sign_patterns(const Eigen::MatrixXd& normals,
                                             const SignFeasibilityOptions& options = {});

/// The normal of form j on the cell where the earlier forms 0 .. j-1 have the signs `earlier`.
using NormalOfForm = std::function<Eigen::VectorXd(Eigen::Index j, const SignPattern& earlier)>;

/// The same for forms that depend on the signs of earlier ones (nested absolute values, in the
/// triangular order of abs-normal form): form j is linear on each cell of forms 0 .. j-1.
/// `dimension` is the length of every normal.
std::vector<SignCell> feasible_sign_patterns(Eigen::Index dimension, Eigen::Index count,
                                             const NormalOfForm& normal,
                                             const SignFeasibilityOptions& options = {});

}  // namespace filippov
