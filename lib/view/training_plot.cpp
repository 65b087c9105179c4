#include "filippov/view/training_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>

#include "angle_tics.hpp"
#include "curves.hpp"
#include "filippov/arithmetic/error.hpp"
#include "gnuplot.hpp"
#include "gnuplot_script.hpp"

namespace filippov {

namespace {

using detail::angle_tics;
using detail::GnuplotScript;
using detail::line_colours;
using detail::Range;

constexpr double pi = std::numbers::pi;
constexpr const char* end_colour = "#C1121F";
constexpr std::size_t most_lines = 200;

struct Line {
  std::vector<double> values;
};

/// Angles continued without jumps, each started in a turn that begins in a wide gap between first
/// and last angles: lines that stay apart are not torn apart.
std::vector<Line> angle_lines(const TrainingRecord& record, std::size_t first) {
  std::vector<double> ends;
  const auto turned = [](double angle) { return angle - 2 * pi * std::floor(angle / (2 * pi)); };
  for (std::size_t k = first; k < record.angles.size(); ++k) {
    ends.push_back(turned(record.angles[k].front()));
    ends.push_back(turned(record.angles[k].back()));
  }
  std::sort(ends.begin(), ends.end());
  struct Gap {
    double middle;
    double width;
  };
  std::vector<Gap> gaps;
  double widest = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const double next = i + 1 < ends.size() ? ends[i + 1] : ends[0] + 2 * pi;
    gaps.push_back({0.5 * (ends[i] + next), next - ends[i]});
    widest = std::max(widest, next - ends[i]);
  }
  // Of the wide gaps the one that comes nearest to the turn from -pi/2 to 3 pi/2.
  double cut = -0.5 * pi;
  double nearest = HUGE_VAL;
  for (const Gap& gap : gaps) {
    const double distance = std::remainder(gap.middle + 0.5 * pi, 2 * pi);
    if (gap.width < 0.6 * widest || std::abs(distance) >= nearest) continue;
    nearest = std::abs(distance);
    cut = -0.5 * pi + distance;
  }
  std::vector<Line> lines;
  for (std::size_t k = first; k < record.angles.size(); ++k) {
    Line line{record.angles[k]};
    const double shift = 2 * pi * std::floor((line.values.front() - cut) / (2 * pi));
    for (double& angle : line.values) angle -= shift;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<Line> cosine_lines(const TrainingRecord& record, std::size_t first) {
  std::vector<Line> lines;
  for (std::size_t k = first; k < record.cosines.size(); ++k) lines.push_back({record.cosines[k]});
  return lines;
}

Range range_of(const std::vector<Line>& lines) {
  Range range{HUGE_VAL, -HUGE_VAL};
  for (const Line& line : lines) {
    for (const double value : line.values) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  if (!(range.low <= range.high)) range = {0, 1};
  return detail::widened(range, 0.04);
}

std::string pairs(const std::vector<double>& x, const std::vector<double>& y) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g}\n", x[i], y[i]);
  }
  return rows;
}

void loss_panel(GnuplotScript& script, const TrainingRecord& record,
                const TrainingPlotOptions& options) {
  script.add("set lmargin at screen 0.085\nset rmargin at screen 0.405\n");
  script.add("set tmargin at screen 0.88\nset bmargin at screen 0.15\n");
  script.add("set xlabel {}\n", detail::gnuplot_string(options.time_label));
  script.add("set yrange [0:*]\nset ytics nomirror textcolor '{}'\n", line_colours[0]);
  script.add("set y2range [0:*]\nset y2tics textcolor '{}'\n", line_colours[1]);
  script.add("set key at screen 0.40,0.98 right top vertical samplen 2\n");
  script.begin_plot();
  script.item(script.block(pairs(record.t, record.loss)) +
                  fmt::format(" with lines linecolor '{}' linewidth 1.6", line_colours[0]),
              "loss");
  script.item(script.block(pairs(record.t, record.norm)) +
                  fmt::format(" axes x1y2 with lines linecolor '{}' linewidth 1.6 dashtype 2",
                              line_colours[1]),
              options.norm_label);
  script.end_plot();
  script.add("unset y2tics\nset ytics textcolor 'black'\nset key off\nset yrange [*:*]\n");
}

/// The lines over time, or time over the lines, with dots where they end.
void lines_items(GnuplotScript& script, const TrainingRecord& record,
                 const std::vector<Line>& lines, bool time_upward) {
  std::string ends;
  const std::size_t step = (lines.size() + most_lines - 1) / most_lines;
  for (std::size_t k = 0; k < lines.size(); k += std::max<std::size_t>(step, 1)) {
    const std::vector<double>& values = lines[k].values;
    script.item(
        script.block(time_upward ? pairs(values, record.t) : pairs(record.t, values)) +
            fmt::format(" with lines linecolor '{}' linewidth {}",
                        line_colours[k % line_colours.size()], lines.size() > 40 ? 0.5 : 1.2),
        "");
    const double t = record.t.back();
    if (!std::isfinite(values.back())) continue;
    fmt::format_to(std::back_inserter(ends), "{:.9g} {:.9g}\n", time_upward ? values.back() : t,
                   time_upward ? t : values.back());
  }
  if (ends.empty()) return;
  script.item(script.block(ends) +
                  fmt::format(" with points pointtype 7 pointsize 0.6 linecolor '{}'", end_colour),
              "");
}

void correlation_panel(GnuplotScript& script, const TrainingField& field,
                       const Eigen::VectorXd& residuals, const Range& range) {
  std::vector<double> angles;
  std::vector<double> values;
  constexpr int count = 400;
  for (int i = 0; i <= count; ++i) {
    angles.push_back(range.low + (range.high - range.low) * i / count);
    values.push_back(correlation(field, residuals, angles.back()));
  }
  script.add("set tmargin at screen 0.93\nset bmargin at screen 0.66\n");
  script.add("set xlabel ''\nset ylabel 'N(θ)'\nset ytics autofreq\n");
  script.begin_plot();
  script.item(script.block(pairs(angles, values)) +
                  fmt::format(" with lines linecolor '{}' linewidth 1.6", line_colours[0]),
              "");
  script.end_plot();
}

void direction_panels(GnuplotScript& script, const TrainingField& field,
                      const TrainingRecord& record, const TrainingPlotOptions& options) {
  const auto first = static_cast<std::size_t>(options.first_neuron);
  const bool angles = !record.angles.empty();
  const std::vector<Line> lines = angles ? angle_lines(record, first) : cosine_lines(record, first);
  const Range range = range_of(lines);
  script.add("set lmargin at screen 0.585\nset rmargin at screen 0.985\n");
  if (angles && options.with_correlation) {
    const Eigen::VectorXd residuals =
        options.residuals.size() > 0 ? options.residuals
                                     : field.residuals(Eigen::VectorXd::Zero(field.examples()));
    script.add("set xrange [{:.9g}:{:.9g}]\n", range.low, range.high);
    angle_tics(script, 'x', range, false);
    correlation_panel(script, field, residuals, range);
    angle_tics(script, 'x', range);
    script.add("set tmargin at screen 0.63\nset bmargin at screen 0.15\n");
    script.add("set xlabel 'direction θ of each neuron'\nset ylabel {}\n",
               detail::gnuplot_string(options.time_label));
    script.add("set yrange [0:{:.9g}]\n", 1.03 * record.t.back());
    script.begin_plot();
    lines_items(script, record, lines, true);
    script.end_plot();
    return;
  }
  script.add("set tmargin at screen 0.93\nset bmargin at screen 0.15\n");
  script.add("set xrange [0:{:.9g}]\nset yrange [{:.9g}:{:.9g}]\n", 1.02 * record.t.back(),
             range.low, range.high);
  script.add("set xlabel {}\n", detail::gnuplot_string(options.time_label));
  script.add("set ylabel '{}'\n",
             angles ? "direction θ of each neuron" : "cosine with the gradient of N");
  if (angles) angle_tics(script, 'y', range);
  script.begin_plot();
  lines_items(script, record, lines, false);
  script.end_plot();
}

}  // namespace

void plot_training(const std::filesystem::path& file, const TrainingField& field,
                   const TrainingRecord& record, const TrainingPlotOptions& options) {
  if (record.t.size() < 2) throw Error("nothing to plot: training has less than two samples");
  GnuplotScript script;
  script.add("set multiplot\n");
  loss_panel(script, record, options);
  const auto first = static_cast<std::size_t>(options.first_neuron);
  if (record.angles.size() > first || record.cosines.size() > first) {
    direction_panels(script, field, record, options);
  }
  script.add("unset multiplot\n");
  const std::string header =
      "set terminal svg size 960,440 noenhanced font 'DejaVu Sans,13' background '#ffffff'\n"
      "set encoding utf8\nset border 3 linecolor '#444444'\nset tics nomirror out\n"
      "set grid linecolor '#dddddd' linetype 1\n";
  detail::run_gnuplot(file, script.text(header));
}

}  // namespace filippov
