#include "curve_items.hpp"

namespace filippov::detail {

namespace {

/// From so many marks on they are drawn small.
constexpr std::size_t many_marks = 400;

/// gnuplot's point types: a white shape below, so that the line does not shine through (0: none),
/// and the outline or solid shape above.
struct Mark {
  EventKind kind;
  int below;
  int above;
  const char* label;
};
constexpr std::array<Mark, 8> marks = {{
    {EventKind::crossing, 7, 6, "crossing"},
    {EventKind::sliding_entry, 9, 8, "sliding entry"},
    {EventKind::sliding_change, 13, 12, "sliding change"},
    {EventKind::sliding_exit, 11, 10, "sliding exit"},
    {EventKind::grazing, 5, 4, "grazing"},
    {EventKind::branching, 0, 15, "branching"},
    {EventKind::equilibrium, 0, 5, "equilibrium"},
    {EventKind::accumulation, 0, 2, "accumulation"},
}};

std::string row(const Point& point) { return fmt::format("{:.12g} {:.12g}\n", point[0], point[1]); }

}  // namespace

void add_curve(GnuplotScript& script, const Curve& curve, const std::string& colour,
               const std::string& title, const std::function<Point(const Sample&)>& place) {
  std::string all;
  std::string sliding;
  for (const Sample& sample : curve.samples) {
    const std::string line = row(place(sample));
    all += line;
    if (curve.is_sliding_at(sample.t)) {
      sliding += line;
    } else if (!sliding.empty() && !sliding.ends_with("\n\n")) {
      sliding += '\n';  // an empty line interrupts the curve
    }
  }
  script.item(fmt::format("{} with lines linecolor '{}' linewidth 1.6", script.block(all), colour),
              title);
  if (sliding.empty()) return;
  script.item(
      fmt::format("{} with lines linecolor '{}' linewidth 3.4", script.block(sliding), colour), "");
}

void add_event_marks(GnuplotScript& script, const std::vector<Curve>& curves, bool key,
                     const std::function<std::vector<Point>(const Event&)>& places) {
  for (const Mark& mark : marks) {
    std::string rows;
    std::size_t count = 0;
    for (const Curve& curve : curves) {
      for (const Event& event : curve.solution->events) {
        if (event.kind != mark.kind || event.x.empty()) continue;
        for (const Point& point : places(event)) {
          rows += row(point);
          ++count;
        }
      }
    }
    if (rows.empty()) continue;
    const double size = count > many_marks ? 0.25 : 0.75;
    const std::string data = script.block(rows);
    if (mark.below != 0) {
      script.item(fmt::format("{} with points pointtype {} pointsize {} linecolor '#FFFFFF'", data,
                              mark.below, size),
                  "");
    }
    script.item(fmt::format("{} with points pointtype {} pointsize {} linewidth 1.1 linecolor '{}'",
                            data, mark.above, size, ink),
                key ? mark.label : "");
  }
}

}  // namespace filippov::detail
