#pragma once

#include <array>
#include <vector>

#include "filippov/inclusion/inclusion.hpp"
#include "sampling.hpp"

namespace filippov::detail {

/// A rectangle of the plane.
struct Window {
  Range x;
  Range y;
};

/// A piece of a line: from (x, y) by (dx, dy).
struct Stroke {
  double x = 0;
  double y = 0;
  double dx = 0;
  double dy = 0;
};

/// Where h_j(t, .) = 0 inside the window, for each surface j that matters there; n = 2.
std::vector<std::vector<Stroke>> surface_curves(const Inclusion& inclusion, double t,
                                                const Window& window);

/// Directions of the selections on a grid over the window, as arrows that are equally long on paper
/// when the window is drawn `aspect` times as wide as high; n = 2.
std::vector<Stroke> direction_arrows(const Inclusion& inclusion, double t, const Window& window,
                                     double aspect);

}  // namespace filippov::detail
