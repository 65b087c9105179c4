#pragma once

#include <Eigen/Core>

namespace filippov {

/// Is A a P-matrix: are all its principal minors positive?
///
/// By the recursive Schur complement test (2^k steps): A is one iff a_11 > 0, A without row and
/// column 1 is one, and the Schur complement of a_11 is one. With rows scaled to largest entry 1, a
/// pivot must exceed `tolerance`. Errors: not square, not finite, k > 24. Source: Tsatsomeros and
/// Li, A recursive test for P-matrices, BIT 40 (2000).
bool is_p_matrix(const Eigen::MatrixXd& A, double tolerance = 1e-12);

/// Is (A + A^T)/2 positive definite, its eigenvalues above tolerance * max|a_ij|? Sufficient for a
/// P-matrix, at any size.
bool has_positive_definite_symmetric_part(const Eigen::MatrixXd& A, double tolerance = 1e-12);

}  // namespace filippov
