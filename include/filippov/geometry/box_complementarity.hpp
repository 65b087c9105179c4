#pragma once

#include <Eigen/Core>
#include <vector>

namespace filippov {

/// The box complementarity problem: u in [-1, 1]^k and w = b + M u with, for every i,
///
///   w_i > 0 => u_i = +1,   w_i < 0 => u_i = -1,   |u_i| < 1 => w_i = 0.
///
/// With u_i the sign of h_i and w_i its time derivative this says how a system that is affine in
/// the signs leaves a point of k surfaces: to the side u_i = +-1, or on the surface with w_i = 0.
/// There is exactly one solution for every b if and only if -M is a P-matrix.
///
/// Tolerances: |w_i| <= tolerance (|b_i| + sum_j |M_ij|) counts as zero, |u_i| >= 1 - tolerance
/// as 1. Errors: sizes that do not fit, entries that are not finite.
struct BoxComplementaritySolution {
  Eigen::VectorXd u;
  Eigen::VectorXd w;
  /// +1 or -1 where u_i is at that bound, 0 where u_i is strictly between and w_i = 0.
  std::vector<int> face;
  /// Some u_i is at a bound although w_i = 0: strictness fails, and first order does not decide
  /// whether surface i is left.
  bool degenerate = false;
};

enum class BoxComplementarityStatus {
  /// u and w satisfy the conditions to the tolerance. (Checked, whatever M is; only for -M a
  /// P-matrix is it the only solution.)
  solved,
  /// The pivots met a singular block and regularising it did not lead to a solution, or they did
  /// not
  /// come to an end: -M is not a P-matrix, or not to working precision. Use all_solutions.
  failed
};

struct BoxComplementarityResult {
  BoxComplementarityStatus status = BoxComplementarityStatus::failed;
  /// Meaningful only if solved.
  BoxComplementaritySolution solution;
  /// Linear systems solved and exchanges made.
  int pivots = 0;
  /// A singular block was met: the solution may be one of many.
  bool regularised = false;
};

/// One solution, for any k and with k x k systems only.
///
/// Block principal pivoting first (a few linear systems), then, where that cycles, parametric
/// principal pivoting: the solutions for b + theta d are followed from a theta where there is only
/// one down to theta = 0. The path is a chain of straight pieces, one per face, and no face comes
/// twice; it leads to a solution for every M unless two indices hit their bounds together or a
/// block is singular. Singular semidefinite M (dependent surfaces of a gradient flow) are solved by
/// proximal steps, each a problem with a P-matrix.
/// Source: Cottle, Pang and Stone, The Linear Complementarity Problem (1992), section 4.5; Júdice
/// and Pires, A block principal pivoting algorithm for linear complementarity problems (1994).
BoxComplementarityResult solve_box_complementarity(const Eigen::VectorXd& b,
                                                   const Eigen::MatrixXd& M,
                                                   double tolerance = 1e-11);

struct BoxComplementaritySolutions {
  /// Isolated and strict.
  std::vector<BoxComplementaritySolution> regular;
  /// With some w_i = 0 at |u_i| = 1; each u once.
  std::vector<BoxComplementaritySolution> degenerate;
  /// For every face whose block M_BB is singular and whose closure holds a solution: one of them
  /// (`face` is that face). There may be a continuum around it.
  std::vector<BoxComplementaritySolution> singular;
};

/// All solutions, by solving one linear system on each of the 3^k faces of the box. Errors: k > 10.
BoxComplementaritySolutions all_solutions(const Eigen::VectorXd& b, const Eigen::MatrixXd& M,
                                          double tolerance = 1e-10);

}  // namespace filippov
