#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "curves.hpp"
#include "gnuplot_script.hpp"

namespace filippov::detail {

constexpr const char* ink = "#222222";

using Point = std::array<double, 2>;

/// Adds a line through `place(sample)`, and over it once more, thicker, what slides.
void add_curve(GnuplotScript& script, const Curve& curve, const std::string& colour,
               const std::string& title, const std::function<Point(const Sample&)>& place);

/// Adds the marks of the events of all curves, each event at the points `places(event)`. With `key`
/// each kind of event that occurs is explained.
void add_event_marks(GnuplotScript& script, const std::vector<Curve>& curves, bool key,
                     const std::function<std::vector<Point>(const Event&)>& places);

}  // namespace filippov::detail
