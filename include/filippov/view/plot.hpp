#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "filippov/inclusion/inclusion.hpp"
#include "filippov/solution/solution.hpp"

namespace filippov {

/// Throws Error unless the program gnuplot, which draws the plots, is found on the PATH.
void require_gnuplot();

/// Draws a solution of `inclusion` into an SVG file.
///
/// On top the components over time: a band behind the time spent sliding, a mark for each kind of
/// event. With n = 2 below it the phase plane: the trajectory (thicker where it slides), the
/// switching surfaces, the direction of the right-hand side. Surfaces and directions that depend on
/// time are those of the final time. With branches every branch has its colour, and every component
/// a panel (up to four). Where a solution escapes, the range shows most of its time.
///
/// `variables`: n names. Throws Error if their number is wrong, if the file cannot be written or
/// if gnuplot is missing or fails; the file then is as before.
void plot(const std::filesystem::path& file, const Solution& solution, const Inclusion& inclusion,
          std::span<const std::string> variables);

}  // namespace filippov
