#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "filippov/solution/solution.hpp"
#include "filippov/tube/tube.hpp"

namespace filippov {

/// Draws a tube into an SVG file.
///
/// Above, up to six components over time: the tube at the ends of its segments as bars, the
/// floating-point solution `trajectory` as a line, event windows as vertical bands. Below, on a
/// logarithmic axis, the width of the tube: a tube is often thinner than any line. `variables`:
/// names of the components shown, the first ones. Throws Error if the file cannot be written or if
/// gnuplot is missing or fails; the file then is as before.
void plot_tube(const std::filesystem::path& file, const Tube& tube, const Solution& trajectory,
               std::span<const std::string> variables);

}  // namespace filippov
