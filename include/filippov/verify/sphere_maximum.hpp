#pragma once

#include <optional>
#include <span>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov {

/// A function g >= 0 on R^d that is convex and positively one-homogeneous: g(s u) = s g(u), s >= 0.
class SublinearFunction {
 public:
  virtual ~SublinearFunction() = default;
  /// d
  virtual int dimension() const = 0;
  /// An upper bound of g(u), within a few rounding errors of it. This is what is called often.
  virtual double upper(std::span<const double> u) const = 0;
  /// An enclosure of g(u).
  virtual Interval value(std::span<const double> u) const = 0;
  /// About a subgradient of g at u, into `gradient`: only a direction in which to search.
  virtual void subgradient(std::span<const double> u, std::span<double> gradient) const = 0;
};

struct SphereMaximumOptions {
  /// Stop as soon as upper <= (1 + relative_gap) lower.
  double relative_gap = 1e-6;
  /// Give up refining after so many cones, with the bounds reached by then.
  long max_cones = 1000000;
};

/// Enclosure of the maximum of g over the unit sphere, and where its lower end comes from.
struct SphereMaximum {
  Interval value;
  /// A point u, of nearly unit norm, with g(u) / |u| >= value.lower().
  std::vector<double> argument;
  long cones = 0;
  /// Whether the relative gap was reached.
  bool reached = false;
};

/// The best point of a local search from the coordinate directions, the given directions and some
/// random ones of a fixed seed, with the enclosure of g there divided by its norm.
///
/// The step u -> c / |c|, c a subgradient at u, never lessens g on the sphere: g(c) >= c.c as
/// g(w) >= c.w for all w, and |c| >= c.u = g(u). Not a bound from above.
SphereMaximum search_sphere(const SublinearFunction& g,
                            std::span<const std::vector<double>> directions = {});

/// The largest d that maximize_on_sphere accepts.
constexpr int largest_sphere_dimension = 12;

/// max g over the unit sphere of R^d, by branch and bound over simplicial cones.
///
/// On the cone of v_1, ..., v_d let c have c.v_i >= g(v_i) for all i. For u = sum s_i v_i, s >= 0,
/// g(u) <= sum s_i g(v_i) <= c.u <= |c| |u|; so |c| bounds g on the cone's part of the sphere. The
/// shortest such c is near |grad g| for a small cone, with an error of second order in its size,
/// and |grad g| < max g except near the maximisers. Cones are split at the middle of their widest
/// edge, the one with the largest bound first; vertices are exact, so that the parts cover the
/// whole.
///
/// `known`: a result of search_sphere to start from. Throws Error if d > largest_sphere_dimension.
SphereMaximum maximize_on_sphere(const SublinearFunction& g,
                                 const SphereMaximumOptions& options = {},
                                 std::optional<SphereMaximum> known = std::nullopt);

}  // namespace filippov
