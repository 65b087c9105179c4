#include "filippov/view/tube_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "curves.hpp"
#include "gnuplot.hpp"
#include "gnuplot_script.hpp"

namespace filippov {

namespace {

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

/// What is drawn of a tube: per cell of a grid over time, for each component.
class Grid {
 public:
  struct Cell {
    std::optional<Interval> box;  ///< contains all solutions during the cell
    std::optional<Interval> end;  ///< about where they are at its middle
  };

  Grid(const Tube& tube, double low, double high, std::size_t shown)
      : low_(low), width_((high - low) / count), cells_(count, std::vector<Cell>(shown)) {
    const std::vector<const Tube*> parts = parts_of(tube);
    for (const Tube* part : parts) {
      const std::vector<Interval>* before = &part->x0;
      for (const TubeSegment& segment : part->segments) {
        add(segment, *before);
        before = &segment.end;
      }
    }
    for (std::vector<Cell>& cell : cells_) {
      for (std::size_t i = 0; parts.empty() && i < shown; ++i) cell[i] = {tube.x0[i], tube.x0[i]};
    }
  }

  /// Rows "t lower upper", steps.
  std::string band(std::size_t i) const {
    std::string rows;
    for (std::size_t k = 0; k < cells_.size(); ++k) {
      const auto& box = cells_[k][i].box;
      if (!box) continue;
      for (const double t : {at(k), at(k + 1)}) {
        fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g} {:.9g}\n", t, box->lower(),
                       box->upper());
      }
    }
    return rows;
  }

  /// Rows "t width"; a gap where it is 0, which has no place on a logarithmic axis.
  std::string widths(std::size_t i) const {
    std::string rows;
    for (std::size_t k = 0; k < cells_.size(); ++k) {
      const auto& end = cells_[k][i].end;
      if (end && end->width() > 0) {
        fmt::format_to(std::back_inserter(rows), "{:.9g} {:.4g}\n", at(k) + 0.5 * width_,
                       end->width());
      } else if (!rows.empty() && !rows.ends_with("\n\n")) {
        rows += '\n';
      }
    }
    return rows;
  }

 private:
  static constexpr int count = 500;

  double at(std::size_t k) const { return low_ + width_ * static_cast<double>(k); }

  void add(const TubeSegment& segment, const std::vector<Interval>& before) {
    const double from = std::min(segment.t0, segment.t1);
    const double to = std::max(segment.t0, segment.t1);
    const auto place = [&](double t) {
      return static_cast<std::size_t>(
          std::clamp(std::floor((t - low_) / width_), 0.0, count - 1.0));
    };
    for (std::size_t k = place(from); k <= place(to); ++k) {
      const double middle = at(k) + 0.5 * width_;
      const double part = std::clamp((middle - segment.t0) / (segment.t1 - segment.t0), 0.0, 1.0);
      for (std::size_t i = 0; i < cells_[k].size(); ++i) {
        Cell& cell = cells_[k][i];
        cell.box = cell.box ? hull(*cell.box, segment.box[i]) : segment.box[i];
        if (middle < from || middle > to) continue;
        const Interval x = before[i] + Interval(part) * (segment.end[i] - before[i]);
        const Interval here = Interval::around(
            x.midpoint(), 0.5 * (before[i].width() * (1 - part) + segment.end[i].width() * part));
        cell.end = cell.end ? hull(*cell.end, here) : here;
      }
    }
  }

  double low_;
  double width_;
  std::vector<std::vector<Cell>> cells_;
};

constexpr const char* crossing_colour = "#BBBBBB";
constexpr const char* sliding_colour = "#F0C75E";

void event_bands(GnuplotScript& script, const Tube& tube, double duration) {
  for (const TubeEvent& event : tube.events) {
    // At least a visible line.
    const double half = std::max(0.5 * event.window.width(), 0.0008 * duration);
    const double middle = event.window.midpoint();
    script.add(
        "set object rectangle from {:.9g},graph 0 to {:.9g},graph 1 behind fillcolor '{}' "
        "fillstyle solid 0.5 noborder\n",
        middle - half, middle + half,
        event.kind == EventKind::crossing ? crossing_colour : sliding_colour);
  }
}

/// Explains the colours of the bands that occur.
void event_key(GnuplotScript& script, const Tube& tube) {
  for (const bool crossing : {true, false}) {
    const bool occurs = std::any_of(tube.events.begin(), tube.events.end(), [&](const auto& event) {
      return (event.kind == EventKind::crossing) == crossing;
    });
    if (!occurs) continue;
    script.item(fmt::format("NaN with boxes linecolor '{}' fillstyle solid 0.5 noborder",
                            crossing ? crossing_colour : sliding_colour),
                crossing ? "window of a crossing" : "window of a change of sliding");
  }
}

}  // namespace

void plot_tube(const std::filesystem::path& file, const Tube& tube, const Solution& trajectory,
               std::span<const std::string> variables) {
  const std::size_t shown = std::min(variables.size(), most_components);
  const auto curves = detail::curves_of(trajectory);
  const std::vector<const Tube*> parts = parts_of(tube);
  const double start = parts.empty() ? tube.t : parts.front()->segments.front().t0;
  double low = std::min(start, tube.t);
  double high = std::max(start, tube.t);
  if (!(high > low)) {  // no time was passed: a little room
    low -= 0.5;
    high += 0.5;
  }
  const Grid grid(tube, low, high, shown);
  const auto colour = [](std::size_t i) { return line_colours[i % line_colours.size()]; };
  GnuplotScript script;
  script.add("set xrange [{:.9g}:{:.9g}]\n", low, high);
  script.add("set multiplot\nset lmargin 11\nset rmargin 3\n");
  script.add("set size 1,0.64\nset origin 0,0.36\n");
  script.add("set key outside top center horizontal noenhanced samplen 2\n");
  script.add("set ylabel 'state'\nset format x ''\n");
  event_bands(script, tube, high - low);
  script.begin_plot();
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string band = grid.band(i);
    if (band.empty()) continue;
    script.item(script.block(band) + fmt::format(" using 1:2:3 with filledcurves linecolor '{}' "
                                                 "fillstyle transparent solid 0.3 noborder",
                                                 colour(i)),
                "");
  }
  for (std::size_t i = 0; i < shown; ++i) {
    std::string rows;
    for (std::size_t k = 0; !curves.empty() && k < curves.front().samples.size(); ++k) {
      const detail::Sample& sample = curves.front().samples[k];
      if (sample.t < low || sample.t > high) continue;
      fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g}\n", sample.t, sample.x[i]);
    }
    if (rows.empty()) rows = fmt::format("{} NaN\n", low);
    script.item(
        script.block(rows) + fmt::format(" with lines linecolor '{}' linewidth 1.2", colour(i)),
        variables[i]);
  }
  event_key(script, tube);
  script.end_plot();

  script.add("set size 1,0.36\nset origin 0,0\nset format x '%g'\nset key off\n");
  script.add("set xlabel 't'\nset ylabel 'width of the tube'\nset logscale y\n");
  script.add("set format y '10^{{%L}}'\nunset mytics\n");
  script.begin_plot();
  bool any = false;
  for (std::size_t i = 0; i < shown; ++i) {
    const std::string rows = grid.widths(i);
    if (rows.empty()) continue;
    any = true;
    script.item(
        script.block(rows) + fmt::format(" with lines linecolor '{}' linewidth 1.4", colour(i)),
        "");
  }
  // A tube of width 0.
  if (!any) script.item("1 with lines linecolor '#FFFFFF'", "");
  script.end_plot();
  script.add("unset multiplot\n");
  const std::string header =
      "set terminal svg size 860,620 enhanced font 'DejaVu Sans,13' background '#ffffff'\n"
      "set border 3 linecolor '#444444'\nset tics nomirror out\n"
      "set grid linecolor '#dddddd' linetype 1\n";
  detail::run_gnuplot(file, script.text(header));
}

}  // namespace filippov
