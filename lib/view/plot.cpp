#include "filippov/view/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "checks.hpp"
#include "curves.hpp"
#include "gnuplot.hpp"
#include "phase_plane.hpp"
#include "sampling.hpp"
#include "surface_name.hpp"

namespace filippov {

namespace {

using detail::Curve;
using detail::Range;
using detail::Sample;
using detail::Stroke;
using detail::Window;

// Pixels. Right of the panels is room for the keys.
constexpr int figure_width = 960;
constexpr int panel_left = 78;
constexpr int panel_right = 700;
constexpr int panel_width = panel_right - panel_left;
constexpr int plane_height = 480;

constexpr std::array<const char*, 4> surface_colours = {"#9C755F", "#8E6C8A", "#7A7F2B", "#5F7F8C"};
constexpr const char* ink = "#222222";

constexpr std::size_t most_panels = 4;
constexpr std::size_t most_key_entries = 12;
constexpr std::size_t most_marks = 400;

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

/// Everything a panel needs, built up as the text of a gnuplot script.
class Figure {
 public:
  Figure(const Solution& solution, const Inclusion& inclusion,
         std::span<const std::string> variables)
      : solution_(solution),
        inclusion_(inclusion),
        variables_(variables),
        curves_(detail::curves_of(solution)),
        branched_(!solution.branches.empty()) {}

  std::string script() {
    const std::size_t panels = branched_ ? std::min(variables_.size(), most_panels) : 1;
    const bool plane = variables_.size() == 2;
    const int panel_height = branched_ ? 210 : 330;
    const int gap = 24;
    const int below = 52;
    const int above = 22;
    height_ = above + static_cast<int>(panels) * (panel_height + gap) - gap + below;
    if (plane) height_ += gap + plane_height + below;

    std::string header;
    std::swap(header, script_);
    int top = above;
    for (std::size_t panel = 0; panel < panels; ++panel) {
      begin_panel(top, panel_height);
      components_panel(panel, panel + 1 == panels);
      top += panel_height + gap;
    }
    if (plane) {
      begin_panel(height_ - below - plane_height, plane_height);
      phase_panel();
    }
    return fmt::format(
               "set terminal svg size {},{} font 'DejaVu Sans,12' background '#FFFFFF' rounded\n"
               "set encoding utf8\n"
               "set border 3 linewidth 0.8 linecolor '#666666'\n"
               "set tics nomirror out scale 0.6 textcolor '{}' font ',11'\n"
               "set grid linetype 1 linecolor '#E8E8E8' linewidth 0.6\n"
               "set key outside left top Left reverse noenhanced samplen 2 spacing 1.15"
               " font ',11' textcolor '{}'\n"
               "set style arrow 1 head noborder size screen 0.006,22 fixed linecolor '#C4C4C4' "
               "linewidth 0.8\n"
               "set clip two\n",
               figure_width, height_, ink, ink) +
           data_ + "set multiplot\n" + script_ + "unset multiplot\nunset output\n";
  }

 private:
  void begin_panel(int top, int panel_height) {
    add("set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen {}\n"
        "set bmargin at screen {}\nset key at screen {}, screen {}\n",
        static_cast<double>(panel_left) / figure_width,
        static_cast<double>(panel_right) / figure_width, 1 - static_cast<double>(top) / height_,
        1 - static_cast<double>(top + panel_height) / height_,
        static_cast<double>(panel_right + 14) / figure_width,
        1 - static_cast<double>(top) / height_);
  }

  /// Without branches all components in one panel, else component `panel` alone.
  void components_panel(std::size_t panel, bool is_last) {
    Range time{curves_.front().samples.front().t, curves_.front().samples.front().t};
    Range values;
    const std::vector<std::size_t> shown = shown_components(panel);
    for (const Curve& curve : curves_) {
      time = detail::joined(time, detail::time_range(curve.samples));
    }
    for (std::size_t k = 0; k < shown.size(); ++k) {
      const Range range = detail::component_range(curves_, shown[k]);
      values = k == 0 ? range : detail::joined(values, range);
    }
    values = detail::widened(values, 0.06);
    time = detail::widened(time, 0);
    add("set xrange [{}:{}]\nset yrange [{}:{}]\n", time.low, time.high, values.low, values.high);
    add("set xlabel {} offset 0,0.3\nset format x '{}'\n", is_last ? "'t'" : "''",
        is_last ? "%g" : "");
    add("set ylabel {} noenhanced\n",
        shown.size() == 1 ? detail::gnuplot_string(variables_[shown[0]]) : "''");
    sliding_bands();
    begin_plot();
    for (const Curve& curve : curves_) {
      for (const std::size_t i : shown) {
        const std::string colour =
            branched_ ? curve.colour : detail::line_colours[i % detail::line_colours.size()];
        const std::string title = branched_ ? curve.label : variables_[i];
        const bool in_key = branched_ ? panel == 0 : i < most_key_entries;
        curve_line(curve, colour, in_key ? title : "", [i](const Sample& sample) {
          return std::array<double, 2>{sample.t, sample.x[i]};
        });
      }
    }
    event_marks(panel == 0, [&](const Event& event, auto&& put) {
      for (const std::size_t i : shown) put(event.t, event.x[i]);
    });
    if (panel == 0 && has_sliding() && !branched_) {
      item("NaN with boxes fillstyle solid 1 noborder linecolor '#E4ECF5' title 'sliding'");
    }
    end_plot();
    add("unset object\n");
  }

  std::vector<std::size_t> shown_components(std::size_t panel) const {
    if (branched_) return {panel};
    std::vector<std::size_t> all(variables_.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
  }

  bool has_sliding() const { return !curves_.front().sliding.empty(); }

  void sliding_bands() {
    if (branched_) return;
    for (const detail::SlidingPhase& phase : curves_.front().sliding) {
      add("set object rectangle from {},graph 0 to {},graph 1 behind fillcolor '#E4ECF5'"
          " fillstyle solid 1 noborder\n",
          std::min(phase.from, phase.to), std::max(phase.from, phase.to));
    }
  }

  void phase_panel() {
    const Window window = phase_window();
    const double t = solution_.t;
    add("set xrange [{}:{}]\nset yrange [{}:{}]\nset format x '%g'\n", window.x.low, window.x.high,
        window.y.low, window.y.high);
    add("set xlabel {} noenhanced offset 0,0.3\nset ylabel {} noenhanced\n",
        detail::gnuplot_string(variables_[0]), detail::gnuplot_string(variables_[1]));
    begin_plot();
    strokes(detail::direction_arrows(inclusion_, t, window,
                                     static_cast<double>(panel_width) / plane_height),
            "with vectors arrowstyle 1",
            inclusion_.is_autonomous() ? "direction" : fmt::format("direction, t = {:.4g}", t));
    const auto curves = detail::surface_curves(inclusion_, t, window);
    std::size_t entries = 0;
    for (std::size_t j = 0; j < curves.size(); ++j) {
      if (curves[j].empty()) continue;
      const std::string name = detail::surface_name(solution_.surface_names, static_cast<int>(j));
      const bool in_key = entries < most_key_entries;
      strokes(curves[j],
              fmt::format("with vectors nohead linecolor '{}' linewidth 1.6",
                          in_key ? surface_colours[entries % surface_colours.size()] : "#999999"),
              in_key ? shortened(name) + " = 0" : "");
      ++entries;
    }
    for (const Curve& curve : curves_) {
      const std::string colour = branched_ ? curve.colour : detail::line_colours[0];
      curve_line(curve, colour, branched_ ? curve.label : "solution", [](const Sample& sample) {
        return std::array<double, 2>{sample.x[0], sample.x[1]};
      });
    }
    const Sample& first = curves_.front().samples.front();
    point(first.x[0], first.x[1], "pointtype 7 pointsize 0.8", "start");
    event_marks(false, [](const Event& event, auto&& put) { put(event.x[0], event.x[1]); });
    end_plot();
  }

  /// The trajectories with some room, and equal units on both axes unless that wastes the panel.
  Window phase_window() const {
    Window window{detail::widened(detail::component_range(curves_, 0), 0.08),
                  detail::widened(detail::component_range(curves_, 1), 0.08)};
    const double aspect = static_cast<double>(panel_width) / plane_height;
    const double width = window.x.high - window.x.low;
    const double height = window.y.high - window.y.low;
    const double wanted = std::max(width, height * aspect);
    if (wanted < 3 * width && wanted < 3 * height * aspect) {
      window.x = detail::widened(window.x, (wanted / width - 1) / 2);
      window.y = detail::widened(window.y, (wanted / aspect / height - 1) / 2);
    }
    return window;
  }

  /// A curve, and over it once more what slides, thicker.
  template <class Point>
  void curve_line(const Curve& curve, const std::string& colour, const std::string& title,
                  const Point& point) {
    std::string all;
    std::string sliding;
    for (const Sample& sample : curve.samples) {
      const auto [x, y] = point(sample);
      const std::string row = fmt::format("{:.12g} {:.12g}\n", x, y);
      all += row;
      if (curve.is_sliding_at(sample.t)) {
        sliding += row;
      } else if (!sliding.empty() && !sliding.ends_with("\n\n")) {
        sliding += '\n';
      }
    }
    const bool in_key = !curve.is_point();
    item(fmt::format("{} with lines linecolor '{}' linewidth 1.6 {}", block(all), colour,
                     title_of(in_key ? title : "")));
    if (!sliding.empty()) {
      item(fmt::format("{} with lines linecolor '{}' linewidth 3.4 notitle", block(sliding),
                       colour));
    }
  }

  /// The marks of all branches, one item per kind; `place` calls its second argument with the
  /// position of each mark of an event.
  template <class Place>
  void event_marks(bool with_key, const Place& place) {
    for (const Mark& mark : marks) {
      std::string rows;
      std::size_t count = 0;
      for (const Curve& curve : curves_) {
        for (const Event& event : curve.solution->events) {
          if (event.kind != mark.kind || event.x.empty()) continue;
          place(event, [&](double x, double y) {
            rows += fmt::format("{:.12g} {:.12g}\n", x, y);
            ++count;
          });
        }
      }
      if (rows.empty()) continue;
      const double size = count > most_marks ? 0.25 : 0.75;
      const std::string data = block(rows);
      if (mark.below != 0) {
        item(fmt::format("{} with points pointtype {} pointsize {} linecolor '#FFFFFF' notitle",
                         data, mark.below, size));
      }
      item(fmt::format("{} with points pointtype {} pointsize {} linewidth 1.1 linecolor '{}' {}",
                       data, mark.above, size, ink, title_of(with_key ? mark.label : "")));
    }
  }

  void point(double x, double y, const std::string& style, const std::string& title) {
    item(fmt::format("{} with points {} linecolor '{}' {}",
                     block(fmt::format("{:.12g} {:.12g}\n", x, y)), style, ink, title_of(title)));
  }

  void strokes(const std::vector<Stroke>& list, const std::string& style,
               const std::string& title) {
    if (list.empty()) return;
    std::string rows;
    for (const Stroke& stroke : list) {
      fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g} {:.6g} {:.6g}\n", stroke.x, stroke.y,
                     stroke.dx, stroke.dy);
    }
    item(block(rows) + " " + style + " " + title_of(title));
  }

  static std::string title_of(const std::string& title) {
    return title.empty() ? "notitle" : "title " + detail::gnuplot_string(title);
  }

  static std::string shortened(const std::string& name) {
    constexpr std::size_t longest = 24;
    return name.size() <= longest ? name : name.substr(0, longest - 1) + "…";
  }

  /// Stores rows of numbers; returns the name of the data block.
  std::string block(const std::string& rows) {
    const std::string name = fmt::format("$d{}", blocks_++);
    data_ += name + " << EOD\n" + rows + "EOD\n";
    return name;
  }

  void begin_plot() { separator_ = "plot "; }
  void item(const std::string& text) {
    script_ += separator_ + text;
    separator_ = ", \\\n  ";
  }
  void end_plot() { script_ += '\n'; }

  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(script_), format, std::forward<Values>(values)...);
  }

  const Solution& solution_;
  const Inclusion& inclusion_;
  std::span<const std::string> variables_;
  std::vector<Curve> curves_;
  bool branched_;
  int height_ = 0;
  int blocks_ = 0;
  std::string separator_;
  std::string data_;
  std::string script_;
};

}  // namespace

void plot(const std::filesystem::path& file, const Solution& solution, const Inclusion& inclusion,
          std::span<const std::string> variables) {
  detail::require_names(solution, variables);
  detail::run_gnuplot(file, Figure(solution, inclusion, variables).script());
}

}  // namespace filippov
