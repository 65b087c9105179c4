#include "filippov/view/kkt_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <string>
#include <vector>

#include "angle_tics.hpp"
#include "filippov/arithmetic/error.hpp"
#include "gnuplot.hpp"

namespace filippov {

namespace {

using detail::GnuplotScript;
using detail::line_colours;

constexpr double pi = std::numbers::pi;
constexpr const char* point_colour = "#C1121F";
constexpr int samples = 1200;

/// N along the circle; for two layers with |v| = |u|, v > 0.
class Curve {
 public:
  Curve(const Network& network, const DataSet& data, const Loss& loss)
      : two_layer_(network.kind == NetworkKind::two_layer), leak_(network.leak.midpoint()) {
    const double terms = loss.mean ? data.size() : 1;
    for (int i = 0; i < data.size(); ++i) {
      x_.push_back({data.approximate_input(i)[0], data.approximate_input(i)[1]});
      z_.push_back(-loss_derivative(loss.kind, 0, data.label(i)).midpoint() / terms);
    }
  }

  double operator()(double angle) const {
    double sum = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const double t = x_[i][0] * std::cos(angle) + x_[i][1] * std::sin(angle);
      const double sigma = std::max(t, leak_ * t);
      sum += z_[i] * (two_layer_ ? sigma / 2 : sigma * sigma);
    }
    return sum;
  }

  /// The angles at which it has its kinks, and many between, from -pi/2 to 3 pi/2.
  std::vector<double> angles() const {
    std::vector<double> result;
    for (int i = 0; i <= samples; ++i) result.push_back(-pi / 2 + 2 * pi * i / samples);
    for (const auto& x : x_) {
      for (const double turn : {-pi / 2, pi / 2}) {
        result.push_back(in_view(std::atan2(x[1], x[0]) + turn));
      }
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  static double in_view(double angle) {
    return angle - 2 * pi * std::floor((angle + pi / 2) / (2 * pi));
  }

 private:
  bool two_layer_;
  double leak_;
  std::vector<std::array<double, 2>> x_;
  std::vector<double> z_;
};

std::string rows(const Curve& curve, const std::vector<double>& angles, double factor) {
  std::string text;
  for (const double angle : angles) {
    fmt::format_to(std::back_inserter(text), "{:.9g} {:.9g}\n", angle, factor * curve(angle));
  }
  return text;
}

void point_items(GnuplotScript& script, const KktPoints& points, bool two_layer) {
  std::string stable;
  std::string other;
  for (const KktPoint& point : points.points) {
    if (point.arc || point.dimension > 0) continue;
    const std::size_t first = two_layer ? 1 : 0;
    const double u1 = point.u[first];
    const double u2 = point.u[first + 1];
    if (two_layer && (point.u[0] == 0 || (u1 == 0 && u2 == 0))) continue;
    fmt::format_to(std::back_inserter(point.stable == true ? stable : other), "{:.9g} {:.9g}\n",
                   Curve::in_view(std::atan2(u2, u1)), point.objective.midpoint());
  }
  const auto add = [&](const std::string& data, int shape, const char* title) {
    if (data.empty()) return;
    script.item(
        script.block(data) +
            fmt::format(" with points pointtype {} pointsize 1 linewidth 1.6 linecolor '{}'", shape,
                        point_colour),
        title);
  };
  add(stable, 7, "stable KKT point");
  add(other, 6, "other KKT point");
}

void arc_items(GnuplotScript& script, const Curve& curve, const KktPoints& points) {
  bool first = true;
  for (const KktPoint& point : points.points) {
    if (!point.arc) continue;
    const double begin = point.arc->first.midpoint();
    const double end = point.arc->second.midpoint();
    std::string text;
    double before = -HUGE_VAL;
    constexpr int steps = 200;
    for (int i = 0; i <= steps; ++i) {
      const double angle = Curve::in_view(begin + (end - begin) * i / steps);
      if (angle < before) text += '\n';
      before = angle;
      fmt::format_to(std::back_inserter(text), "{:.9g} {:.9g}\n", angle, curve(angle));
    }
    script.item(
        script.block(text) + fmt::format(" with lines linewidth 4 linecolor '{}'", point_colour),
        first ? "set of KKT points" : "");
    first = false;
  }
}

}  // namespace

void plot_kkt(const std::filesystem::path& file, const Network& network, const DataSet& data,
              const Loss& loss, const KktPoints& points) {
  if (data.dimension() != 2 || network.kind == NetworkKind::diagonal) {
    throw Error(fmt::format(
        "KKT points are drawn for neurons with two features; here are {}{}", data.dimension(),
        network.kind == NetworkKind::diagonal ? " and a diagonal network" : ""));
  }
  const Curve curve(network, data, loss);
  const bool two_layer = network.kind == NetworkKind::two_layer;
  const std::vector<double> angles = curve.angles();
  GnuplotScript script;
  script.add("set xrange [{:.9g}:{:.9g}]\nset offsets 0, 0, graph 0.06, graph 0.06\n", -pi / 2,
             3 * pi / 2);
  script.add("set xlabel 'direction θ of the input weights'\nset ylabel 'N'\n");
  script.add("set key outside top center horizontal samplen 2\n");
  detail::angle_tics(script, 'x', {-pi / 2, 3 * pi / 2});
  script.begin_plot();
  script.item(script.block(rows(curve, angles, 1)) +
                  fmt::format(" with lines linewidth 1.6 linecolor '{}'", line_colours[0]),
              two_layer ? "v > 0" : "N(θ)");
  if (two_layer) {
    script.item(script.block(rows(curve, angles, -1)) +
                    fmt::format(" with lines linewidth 1.6 linecolor '{}'", line_colours[1]),
                "v < 0");
  }
  arc_items(script, curve, points);
  point_items(script, points, two_layer);
  script.end_plot();
  detail::run_gnuplot(
      file, script.text("set terminal svg size 720,420 noenhanced font 'DejaVu Sans,13' background "
                        "'#ffffff'\nset encoding utf8\nset border 3 linecolor '#444444'\nset tics "
                        "nomirror out\nset grid linecolor '#dddddd' linetype 1\n"));
}

}  // namespace filippov
