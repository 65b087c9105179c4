#include "filippov/view/tube_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "curves.hpp"
#include "gnuplot.hpp"
#include "gnuplot_script.hpp"

namespace filippov {

namespace {

using detail::gnuplot_string;
using detail::GnuplotScript;
using detail::line_colours;

constexpr std::size_t most_components = 6;

/// The parts of the tube that have segments.
std::vector<const Tube*> parts_of(const Tube& tube) {
  std::vector<const Tube*> parts;
  if (!tube.segments.empty()) parts.push_back(&tube);
  for (const Tube& piece : tube.pieces) {
    if (!piece.segments.empty()) parts.push_back(&piece);
  }
  return parts;
}

/// Rows "t lower upper" of component i at the start and at the ends of the segments of one part.
std::string band_rows(const Tube& part, std::size_t i) {
  std::string rows;
  const auto row = [&](double t, const Interval& entry) {
    fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g} {:.9g}\n", t, entry.lower(),
                   entry.upper());
  };
  row(part.segments.front().t0, part.x0[i]);
  for (const TubeSegment& segment : part.segments) row(segment.t1, segment.end[i]);
  return rows;
}

/// Rows "t width": the largest width over the components, and over all parts that end a segment
/// there.
std::string width_rows(const std::vector<const Tube*>& parts, std::size_t shown) {
  std::map<double, double> widths;
  constexpr double smallest = 1e-18;  // a point, on a logarithmic axis
  const auto add = [&](double t, const std::vector<Interval>& box) {
    double& width = widths.try_emplace(t, smallest).first->second;
    for (std::size_t i = 0; i < shown; ++i) width = std::max(width, box[i].width());
  };
  for (const Tube* part : parts) {
    add(part->segments.front().t0, part->x0);
    for (const TubeSegment& segment : part->segments) add(segment.t1, segment.end);
  }
  std::string rows;
  for (const auto& [t, width] : widths) {
    fmt::format_to(std::back_inserter(rows), "{:.9g} {:.4g}\n", t, width);
  }
  return rows;
}

void event_bands(GnuplotScript& script, const Tube& tube, double duration) {
  for (const TubeEvent& event : tube.events) {
    // At least a visible line.
    const double half = std::max(0.5 * event.window.width(), 0.0008 * duration);
    const double middle = event.window.midpoint();
    script.add(
        "set object rectangle from {:.9g},graph 0 to {:.9g},graph 1 behind fillcolor '{}' "
        "fillstyle solid 0.5 noborder\n",
        middle - half, middle + half, event.kind == EventKind::crossing ? "#bbbbbb" : "#E69F00");
  }
}

}  // namespace

void plot_tube(const std::filesystem::path& file, const Tube& tube, const Solution& trajectory,
               std::span<const std::string> variables) {
  const std::vector<const Tube*> parts = parts_of(tube);
  const std::size_t shown = std::min(variables.size(), most_components);
  const auto curves = detail::curves_of(trajectory);
  GnuplotScript script;
  const double start = parts.empty() ? 0 : parts.front()->segments.front().t0;
  const double low = std::min(start, tube.t);
  const double high = std::max({start, tube.t, low + 1e-9});
  script.add("set xrange [{:.9g}:{:.9g}]\n", low, high);
  script.add("set multiplot\nset lmargin 11\nset rmargin 3\n");
  script.add("set size 1,0.64\nset origin 0,0.36\nset key outside top center horizontal\n");
  script.add("set ylabel 'state'\nset format x ''\n");
  event_bands(script, tube, high - low);
  script.begin_plot();
  for (std::size_t i = 0; i < shown; ++i) {
    const char* const colour = line_colours[i % line_colours.size()];
    for (const Tube* part : parts) {
      script.item(script.block(band_rows(*part, i)) +
                      fmt::format(" using 1:(($2 + $3) / 2):2:3 with yerrorbars linecolor '{}' "
                                  "pointtype 0 linewidth 1.6",
                                  colour),
                  "");
    }
    std::string rows;
    if (!curves.empty()) {
      for (const detail::Sample& sample : curves.front().samples) {
        if (sample.t < low || sample.t > high) continue;
        fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g}\n", sample.t, sample.x[i]);
      }
    }
    if (rows.empty()) rows = fmt::format("{} NaN\n", low);
    script.item(
        script.block(rows) + fmt::format(" with lines linecolor '{}' linewidth 1.4", colour),
        variables[i]);
  }
  script.end_plot();
  script.add("set size 1,0.36\nset origin 0,0\nset format x '%g'\nset key off\n");
  script.add("set xlabel 't'\nset ylabel 'width of the tube'\nset logscale y\n");
  script.add("set format y '10^{{%L}}'\n");
  script.begin_plot();
  script.item(
      script.block(parts.empty() ? fmt::format("{} NaN\n", low) : width_rows(parts, shown)) +
          " with linespoints pointtype 7 pointsize 0.25 linecolor '#222222'",
      "");
  script.end_plot();
  script.add("unset multiplot\n");
  const std::string header =
      "set terminal svg size 860,620 enhanced font 'DejaVu Sans,13' background '#ffffff'\n"
      "set border 3 linecolor '#444444'\nset tics nomirror out\n"
      "set grid linecolor '#dddddd' linetype 1\n";
  detail::run_gnuplot(file, script.text(header));
}

}  // namespace filippov
