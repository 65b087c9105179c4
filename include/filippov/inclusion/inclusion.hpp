#pragma once

#include <Eigen/Core>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "filippov/inclusion/face.hpp"
#include "filippov/inclusion/face_field.hpp"

namespace filippov {

/// Gradient of a switching function: with respect to x (n entries) and to t.
struct SwitchingGradient {
  Eigen::VectorXd x;
  double t = 0;
};

/// Jumps of an affine selection: f(t, x; s) = f(t, x; s') + sum_j (s_j - s'_j) column_j. Column k
/// belongs to the k-th of the switches asked for; entries are (component, value).
using SparseColumns = std::vector<std::vector<std::pair<int, double>>>;

/// A differential inclusion x' in F(t, x) with piecewise smooth right-hand side.
///
/// There are m switching functions h_j(t, x; s) and for every signature s in {-1, +1}^m a smooth
/// selection f(t, x; s), defined (by smooth extension) also beside its own cell. At x, with active
/// set A = {j : h_j(t, x) = 0},
///
///     F(t, x) = conv { f(t, x; s) : the cell with signature s touches x }.
///
/// Implement this interface for a system that is no formula; FilippovMap implements it for recorded
/// ones. An object may keep scratch memory: use one per thread.
class Inclusion {
 public:
  virtual ~Inclusion();

  virtual int dimension() const = 0;
  virtual int switch_count() const = 0;
  /// What the surface h_j = 0 is called in results. Default: "h1", "h2", ...
  virtual std::string surface_name(int j) const;

  /// f(t, x; s) into `f`; x and f of n entries, s of m entries.
  virtual void selection(double t, std::span<const double> x, const Signature& s,
                         std::span<double> f) const = 0;
  /// h_j(t, x; s). Only signs of switching functions before j may matter (triangular order).
  virtual double switching(int j, double t, std::span<const double> x,
                           const Signature& s) const = 0;
  /// Whether h_j(t, x; s) may depend on s. Default: true.
  virtual bool depends_on_signs(int j) const;
  /// Gradient of h_j(.; s) at (t, x). Default: central differences.
  virtual SwitchingGradient switching_gradient(int j, double t, std::span<const double> x,
                                               const Signature& s) const;
  /// Switches whose signs matter in the mode s, increasing. Default: all.
  virtual std::vector<int> live_switches(const Signature& s) const;

  /// The selection may be discontinuous across h_j = 0. Where it is continuous (abs, max) the
  /// surface is no event. Default: true.
  virtual bool jumps_across(int j) const;

  /// When the selection is affine in the signs of `switches` (the others held as in s), the columns
  /// g_j = (f(s_j = 1) - f(s_j = -1)) / 2; nullopt when it is not. F is then a zonotope in these
  /// directions and 2^k vertices are never listed. Default: nullopt.
  virtual std::optional<SparseColumns> affine_columns(std::span<const int> switches, double t,
                                                      std::span<const double> x,
                                                      const Signature& s) const;
  /// The right-hand side does not depend on t. Default: false.
  virtual bool is_autonomous() const;

  /// The smooth vector field on a face, integrated forward (direction 1) or backward (-1) in time.
  /// Default: built from `selection` alone (no Taylor series).
  virtual std::unique_ptr<FaceField> face_field(const Face& face, double direction) const;
};

}  // namespace filippov
