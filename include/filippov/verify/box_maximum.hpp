#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "filippov/arithmetic/box.hpp"
#include "filippov/function/function.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov {

/// How a search for a maximum ended. What is enclosed holds in every case.
enum class SearchStatus {
  not_run,      ///< nothing has been searched yet
  reached,      ///< upper - lower <= gap
  exhausted,    ///< max_boxes were examined before: allow more, or a larger gap
  indivisible,  ///< a box that can hold a larger value is as small as doubles allow
};

std::string_view name(SearchStatus status);

struct BoxMaximumOptions {
  /// Stop when upper - lower <= absolute_gap + relative_gap |lower|.
  double relative_gap = 1e-9;
  double absolute_gap = 1e-12;
  /// After that, split the boxes with maximisers until they are as narrow as this share of the
  /// whole box, with a quarter more boxes at most.
  double argument_width = 1e-3;
  long max_boxes = 200000;
};

/// The supremum of a function over a box, or over the unit sphere, and where it can be.
struct BoxMaximum {
  /// Contains the supremum; (-inf, b] if no point was found at which the function is defined.
  Interval value = Interval::entire();
  /// A point where the function is at least value.lower(); empty if none was found. On the sphere
  /// the centre of a small box around one.
  std::vector<double> argument = {};
  /// Every maximiser is in one of these; boxes that touch are joined.
  std::vector<Box> maximisers = {};
  /// That there is exactly one maximiser.
  Statement unique = {};
  SearchStatus status = SearchStatus::not_run;
  long boxes = 0;  ///< examined
};

/// sup of f over `box`, by branch and bound, the box with the largest bound first.
///
/// On a part X with centre m, f <= min(f(X), f(m) + G (X - m)), G an enclosure of Clarke's
/// gradients on X (Lebourg's mean value theorem). Where a component of G has one sign, X shrinks to
/// the end at which f is larger if that is an end of the whole box, else X holds no maximiser.
/// Where the gradient is continuous, a maximiser that is not on the boundary is a root of it:
/// Krawczyk's operator encloses, excludes, or proves it to be the only one; a second derivative
/// H_ii > 0 excludes it. Where f may jump, or is not defined or not differentiable on all of X,
/// f(X) alone is used; points at which f is not defined do not count; at a jump f may have any
/// value between those of both sides. Points from a local search make the lower end. Source: Hansen
/// & Walster, Global Optimization Using Interval Analysis (2004), ch. 12.
///
/// Throws Error unless the box is bounded and has the dimension of f, or if f is defined nowhere.
BoxMaximum maximize_on_box(const Function& f, const Box& box,
                           const BoxMaximumOptions& options = {});

/// sup of f over the unit sphere |u|_2 = 1 of R^d, by the same search over the faces v_k = +-1 of
/// the cube [-1, 1]^d, a little enlarged, u = v / |v|. The boxes are boxes of R^d.
BoxMaximum maximize_on_sphere(const Function& f, const BoxMaximumOptions& options = {});

}  // namespace filippov
