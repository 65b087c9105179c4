#pragma once

#include <Eigen/Core>

namespace filippov {

/// A nonempty compact convex set C in R^n, given by what it answers to a direction.
///
/// Everything else (minimum-norm point, dimension, membership) is computed from these answers.
/// Double precision; nothing in this layer is verified.
class ConvexSet {
 public:
  virtual ~ConvexSet();

  /// n, the dimension of the space that contains C (not of C itself).
  virtual Eigen::Index dimension() const = 0;

  /// A point of C at which <direction, x> is largest; a vertex of C if C has finitely many.
  /// The zero direction gets some vertex. The same direction always gets the same point.
  virtual Eigen::VectorXd support_point(const Eigen::VectorXd& direction) const = 0;

  /// max over x in C of <direction, x>.
  virtual double support(const Eigen::VectorXd& direction) const;
};

/// Dimension of the affine hull of C: 0 for a point, 1 for a segment, ...
///
/// A direction counts as flat when the width of C along it is at most `tolerance` times the largest
/// norm of a point of C that was met. Costs two support points per direction of the space.
int affine_dimension(const ConvexSet& set, double tolerance = 1e-12);

/// The same for a set known to lie in a translate of the span of the orthonormal columns of
/// `directions` (n x r): only r directions are tried.
int affine_dimension(const ConvexSet& set, const Eigen::MatrixXd& directions,
                     double tolerance = 1e-12);

}  // namespace filippov
