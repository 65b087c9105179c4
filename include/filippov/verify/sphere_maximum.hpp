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
  /// An upper bound of g(u), within a few rounding errors of it.
  virtual double upper(std::span<const double> u) const = 0;
  /// A bound of g^2 on a simplicial cone: numbers N(k, l) = N(l, k) with
  ///   g(sum s_k v_k)^2 <= sum_kl s_k s_l N(k, l) unit^2   for all s >= 0,
  /// where v_k, k < d, stand one after another in `points`; N, d x d, into `bound`. As g is
  /// sublinear, N(k, l) = g(v_k) g(v_l) will do; what is smaller spares cones. This is what is
  /// called often. `unit`, a power of two, keeps squares from overflow.
  virtual void bound_on_cone(std::span<const double> points, double unit,
                             std::span<double> bound) const = 0;
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
/// On the cone of v_1, ..., v_d, with N of SublinearFunction::bound_on_cone and G(k, l) = v_k.v_l,
/// g(u) <= b |u| for all u = sum s_k v_k, s >= 0, if b^2 G - N is copositive: s.(b^2 G - N) s >= 0.
/// It is if an elimination has positive pivots in which entries beside a pivot may be lessened: all
/// of those > 0 to 0, or none. Vertices are exact, so that the parts cover the whole. The cone with
/// the largest bound is split first, at the middle of a wide edge whose entry of b^2 G - N is as
/// negative as may be.
///
/// Where a vertex shows that the local search has missed the maximum, it is searched for from
/// there.
///
/// `known`: a result of search_sphere to start from. Throws Error if d > largest_sphere_dimension.
SphereMaximum maximize_on_sphere(const SublinearFunction& g,
                                 const SphereMaximumOptions& options = {},
                                 std::optional<SphereMaximum> known = std::nullopt);

}  // namespace filippov
