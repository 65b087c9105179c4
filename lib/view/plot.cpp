#include "filippov/view/plot.hpp"

#include <algorithm>

#include "checks.hpp"
#include "curve_items.hpp"
#include "curves.hpp"
#include "filippov/arithmetic/error.hpp"
#include "gnuplot.hpp"
#include "gnuplot_script.hpp"
#include "phase_plane.hpp"
#include "surface_name.hpp"

namespace filippov {

namespace {

using namespace detail;

// Pixels. Right of the panels is room for the keys.
constexpr int figure_width = 960;
constexpr int panel_left = 78;
constexpr int panel_right = 700;
constexpr int plane_height = 480;
constexpr int room_above = 22;
constexpr int gap = 24;
constexpr int room_below = 52;
constexpr double plane_aspect = static_cast<double>(panel_right - panel_left) / plane_height;

constexpr std::array<const char*, 4> surface_colours = {"#9C755F", "#8E6C8A", "#7A7F2B", "#5F7F8C"};
constexpr const char* sliding_band = "'#E4ECF5'";

constexpr std::size_t most_panels = 4;
constexpr std::size_t most_key_entries = 12;

std::string shortened(const std::string& name) {
  constexpr std::size_t longest = 24;
  return name.size() <= longest ? name : name.substr(0, longest - 1) + "…";
}

/// The panels of one picture, from top to bottom.
class Figure {
 public:
  Figure(const Solution& solution, const Inclusion& inclusion,
         std::span<const std::string> variables)
      : solution_(solution),
        inclusion_(inclusion),
        variables_(variables),
        curves_(curves_of(solution)),
        branched_(!solution.branches.empty()) {
    if (curves_.empty()) throw Error("there is nothing to plot: the solution has no finite state");
  }

  std::string script() {
    const std::size_t panels = branched_ ? std::min(variables_.size(), most_panels) : 1;
    const bool plane = variables_.size() == 2;
    const int panel_height = branched_ ? 210 : 330;
    height_ = room_above + static_cast<int>(panels) * (panel_height + gap) - gap + room_below;
    if (plane) height_ += gap + plane_height + room_below;

    script_.add("set multiplot\n");
    for (std::size_t panel = 0; panel < panels; ++panel) {
      begin_panel(room_above + static_cast<int>(panel) * (panel_height + gap), panel_height);
      components_panel(panel, panel + 1 == panels);
    }
    if (plane) {
      begin_panel(height_ - room_below - plane_height, plane_height);
      phase_panel();
    }
    script_.add("unset multiplot\nunset output\n");
    return script_.text(header());
  }

 private:
  std::string header() const {
    return fmt::format(
        "set terminal svg size {},{} font 'DejaVu Sans,12' background '#FFFFFF' rounded\n"
        "set encoding utf8\n"
        "set border 3 linewidth 0.8 linecolor '#666666'\n"
        "set tics nomirror out scale 0.6 textcolor '{}' font ',11'\n"
        "set grid linetype 1 linecolor '#E8E8E8' linewidth 0.6\n"
        "set key outside left top Left reverse noenhanced samplen 2 spacing 1.15"
        " font ',11' textcolor '{}'\n"
        "set style arrow 1 head noborder size screen 0.006,22 fixed linecolor '#C4C4C4'"
        " linewidth 0.8\n"
        "set clip two\n",
        figure_width, height_, ink, ink);
  }

  double across(int pixels) const { return static_cast<double>(pixels) / figure_width; }
  double up(int pixels_from_top) const {
    return 1 - static_cast<double>(pixels_from_top) / height_;
  }

  void begin_panel(int top, int panel_height) {
    script_.add("set lmargin at screen {}\nset rmargin at screen {}\n", across(panel_left),
                across(panel_right));
    script_.add("set tmargin at screen {}\nset bmargin at screen {}\n", up(top),
                up(top + panel_height));
    script_.add("set key at screen {}, screen {}\n", across(panel_right + 14), up(top));
  }

  void axes(const Range& x, const Range& y, const std::string& x_label,
            const std::string& y_label) {
    script_.add("set xrange [{}:{}]\nset yrange [{}:{}]\n", x.low, x.high, y.low, y.high);
    script_.add("set xlabel {} noenhanced offset 0,0.3\nset format x '{}'\n",
                gnuplot_string(x_label), x_label.empty() ? "" : "%g");
    script_.add("set ylabel {} noenhanced offset 1.2,0\n", gnuplot_string(y_label));
  }

  /// Without branches all components in one panel, else component `panel` alone.
  void components_panel(std::size_t panel, bool is_last) {
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (!branched_ || i == panel) shown.push_back(i);
    }
    axes(time_range_of_all(), range_of(shown), is_last ? "t" : "",
         shown.size() == 1 ? variables_[shown[0]] : "");
    if (!branched_) sliding_bands();
    script_.begin_plot();
    for (const Curve& curve : curves_) {
      for (const std::size_t i : shown) {
        const bool in_key = branched_ ? panel == 0 : i < most_key_entries;
        const auto place = [i](const Sample& sample) { return Point{sample.t, sample.x[i]}; };
        if (branched_) {
          add_curve(script_, curve, curve.colour, in_key ? label(curve) : "", place);
        } else {
          add_curve(script_, curve, line_colours[i % line_colours.size()],
                    in_key ? variables_[i] : "", place);
        }
      }
    }
    add_event_marks(script_, curves_, panel == 0, [&](const Event& event) {
      std::vector<Point> points;
      for (const std::size_t i : shown) points.push_back({event.t, event.x[i]});
      return points;
    });
    if (!branched_ && !curves_.front().sliding.empty()) {
      script_.item(fmt::format("NaN with boxes linecolor {} fillstyle solid 1", sliding_band),
                   "sliding");
    }
    script_.end_plot();
    script_.add("unset object\n");
  }

  /// A branch that is a point needs no line to be told by.
  static std::string label(const Curve& curve) { return curve.is_point() ? "" : curve.label; }

  Range time_range_of_all() const {
    Range all = time_range(curves_.front().samples);
    for (const Curve& curve : curves_) all = joined(all, time_range(curve.samples));
    return widened(all, 0);
  }

  Range range_of(const std::vector<std::size_t>& components) const {
    Range all = component_range(curves_, components.front());
    for (const std::size_t i : components) all = joined(all, component_range(curves_, i));
    return widened(all, 0.06);
  }

  void sliding_bands() {
    for (const SlidingPhase& phase : curves_.front().sliding) {
      script_.add(
          "set object rectangle from {},graph 0 to {},graph 1 behind fillcolor {}"
          " fillstyle solid 1 noborder\n",
          std::min(phase.from, phase.to), std::max(phase.from, phase.to), sliding_band);
    }
  }

  void phase_panel() {
    const Window window = phase_window();
    axes(window.x, window.y, variables_[0], variables_[1]);
    script_.begin_plot();
    const std::string when =
        inclusion_.is_autonomous() ? "" : fmt::format(", t = {:.4g}", solution_.t);
    script_.strokes(direction_arrows(inclusion_, solution_.t, window, plane_aspect),
                    "with vectors arrowstyle 1", "direction" + when);
    surfaces(window);
    for (const Curve& curve : curves_) {
      add_curve(script_, curve, branched_ ? curve.colour : line_colours[0],
                branched_ ? label(curve) : "solution", [](const Sample& sample) {
                  return Point{sample.x[0], sample.x[1]};
                });
    }
    const std::vector<double>& start = curves_.front().samples.front().x;
    script_.item(fmt::format("{} with points pointtype 7 pointsize 0.8 linecolor '{}'",
                             script_.block(fmt::format("{} {}\n", start[0], start[1])), ink),
                 "start");
    add_event_marks(script_, curves_, false, [](const Event& event) {
      return std::vector<Point>{{event.x[0], event.x[1]}};
    });
    script_.end_plot();
  }

  void surfaces(const Window& window) {
    const auto curves = surface_curves(inclusion_, solution_.t, window);
    std::size_t entries = 0;
    for (std::size_t j = 0; j < curves.size(); ++j) {
      if (curves[j].empty()) continue;
      const std::string name = surface_name(solution_.surface_names, static_cast<int>(j));
      const bool in_key = entries < most_key_entries;
      script_.strokes(
          curves[j],
          fmt::format("with vectors nohead linecolor '{}' linewidth 1.6",
                      in_key ? surface_colours[entries % surface_colours.size()] : "#999999"),
          in_key ? shortened(name) + " = 0" : "");
      ++entries;
    }
  }

  /// The trajectories with some room, and equal units on both axes unless that wastes the panel.
  Window phase_window() const {
    Window window{widened(component_range(curves_, 0), 0.08),
                  widened(component_range(curves_, 1), 0.08)};
    const double width = window.x.high - window.x.low;
    const double height = window.y.high - window.y.low;
    const double wanted = std::max(width, height * plane_aspect);
    if (wanted < 3 * width && wanted < 3 * height * plane_aspect) {
      window.x = widened(window.x, (wanted / width - 1) / 2);
      window.y = widened(window.y, (wanted / plane_aspect / height - 1) / 2);
    }
    return window;
  }

  const Solution& solution_;
  const Inclusion& inclusion_;
  std::span<const std::string> variables_;
  std::vector<Curve> curves_;
  bool branched_;
  int height_ = 0;
  GnuplotScript script_;
};

}  // namespace

void plot(const std::filesystem::path& file, const Solution& solution, const Inclusion& inclusion,
          std::span<const std::string> variables) {
  require_names(solution, variables);
  run_gnuplot(file, Figure(solution, inclusion, variables).script());
}

}  // namespace filippov
