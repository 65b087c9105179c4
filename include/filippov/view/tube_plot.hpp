#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "filippov/solution/solution.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov {

/// Draws a tube into an SVG file.
///
/// Above, up to six components over time: the tube as a band, whose steps contain every solution,
/// and over it the floating-point solution `trajectory` as a line; event windows as vertical bands.
/// Below, on a logarithmic axis, the width of each component: a tube is often thinner than any
/// line. A tube of short segments (EnclosureOptions::max_step) makes a smooth band. `variables`:
/// names of the components shown, the first ones. Throws Error if the file cannot be written or if
/// gnuplot is missing or fails; the file then is as before.
void plot_tube(const std::filesystem::path& file, const Tube& tube, const Solution& trajectory,
               std::span<const std::string> variables);

}  // namespace filippov
