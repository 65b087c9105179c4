#include "filippov/verify/kkt.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>
#include <string>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

namespace {

constexpr double pi = std::numbers::pi;

KktPoints find(const char* network, const std::string& text, const Loss& loss = {}) {
  return kkt_points(parse_network(network), parse_csv(text, "data"), loss);
}

double angle(const KktPoint& point) { return std::atan2(point.u[1], point.u[0]); }

/// 50 points at equal angles; `label` of cos t.
template <class Label>
std::string equally_spaced(const Label& label) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    const double c = std::cos(2 * pi * i / 50);
    char line[100];
    std::snprintf(line, sizeof line, "%.17g,%.17g,%.17g\n", c, std::sin(2 * pi * i / 50), label(c));
    text += line;
  }
  return text;
}

double figure_label(double c) { return c > 0 ? 5 * c * c : 4 * c * c; }

void check_angles(const KktPoints& found, const std::vector<double>& angles) {
  CHECK(found.complete);
  REQUIRE(found.points.size() == angles.size());
  for (std::size_t k = 0; k < angles.size(); ++k) {
    CAPTURE(k);
    const KktPoint& point = found.points[k];
    CHECK(point.certified);
    CHECK(std::abs(std::remainder(angle(point) - angles[k], 2 * pi)) < 1e-12);
    for (const Interval& x : point.box) CHECK(x.width() < 1e-14);
  }
}

/// |P(lambda w in dN(w))| at a point off all kinks, by central differences of N on the sphere.
double slope(const char* network, const std::string& text, const KktPoint& point) {
  const DataSet data = parse_csv(text, "data");
  const Network net = parse_network(network);
  const auto n = [&](std::vector<Interval> w) {
    Interval sum = 0;
    Interval norm = 0;
    const auto outputs = neuron_output(net, data, w);
    for (int i = 0; i < data.size(); ++i) {
      sum += data.label(i) * outputs[static_cast<std::size_t>(i)];
    }
    for (const Interval& x : w) norm += sqr(x);
    return (sum / norm).midpoint();
  };
  constexpr double h = 1e-6;
  double largest = 0;
  for (std::size_t k = 0; k < point.u.size(); ++k) {
    std::vector<Interval> w(point.u.begin(), point.u.end());
    w[k] = point.u[k] + h;
    const double up = n(w);
    w[k] = point.u[k] - h;
    largest = std::max(largest, std::abs(up - n(w)) / (2 * h));
  }
  return largest;
}

/// Every stable point of `some` with N > 0 is among `others`, whose neurons may have more or fewer
/// weights, those being 0.
bool has_stable_points_of(const KktPoints& some, const KktPoints& others) {
  for (const KktPoint& p : some.points) {
    if (p.stable != true || !certainly_positive(p.objective)) continue;
    bool met = false;
    for (const KktPoint& q : others.points) {
      double distance = 0;
      for (std::size_t k = 0; k < std::max(p.u.size(), q.u.size()); ++k) {
        const double a = k < p.u.size() ? p.u[k] : 0;
        const double b = k < q.u.size() ? q.u[k] : 0;
        distance = std::max(distance, std::abs(a - b));
      }
      met = met || (distance < 1e-12 && q.certified && q.stable == true &&
                    intersect(p.objective, q.objective).has_value() && p.kinks == q.kinks);
    }
    if (!met) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("equally spaced data, squared ReLU: four KKT points, two of them stable") {
  const KktPoints found = find("squared-relu", equally_spaced(figure_label));
  check_angles(found, {0, pi, 1.64194734260374340, 4.64123796457584307});
  const double objectives[] = {46.875, 37.5, 13.9214595679980736, 13.9214595679980736};
  for (std::size_t k = 0; k < 4; ++k) {
    CHECK(std::abs(found.points[k].objective.midpoint() - objectives[k]) < 1e-12);
    CHECK(found.points[k].objective.width() < 1e-12);
    CHECK(found.points[k].stable == (k < 2));
  }
}

TEST_CASE("equally spaced data, logistic loss") {
  const KktPoints found =
      find("squared-relu", equally_spaced([](double c) { return c > 0.3 ? 1.0 : -1.0; }),
           {.kind = LossKind::logistic});
  CHECK(found.complete);
  REQUIRE(found.points.size() > 1);
  CHECK(std::abs(angle(found.points[0])) < 1e-12);  // the labels are symmetric
  CHECK(found.points[0].stable == true);
  CHECK(found.points.back().stable == false);
  for (const KktPoint& p : found.points) CHECK(p.certified);
}

TEST_CASE("at the saddle of section D.3 there is an arc of KKT points") {
  // The neuron at angle 0 has fitted the labels with x1 > 0. An example with x1 < 0 is active for u
  // at angle t only if |t| > pi/50.
  const KktPoints found =
      find("squared-relu", equally_spaced([](double c) { return c > 0 ? 0.0 : 4 * c * c; }));
  CHECK(found.complete);
  REQUIRE(found.points.size() == 2);
  CHECK(std::abs(found.points[0].objective.midpoint() - 37.5) < 1e-12);
  CHECK(found.points[0].stable == true);
  const KktPoint& arc = found.points[1];
  CHECK(arc.certified);
  CHECK(arc.dimension == 1);
  CHECK(identical(arc.objective, 0));
  CHECK(arc.stable == false);  // N > 0 beside it
  REQUIRE(arc.arc.has_value());
  CHECK(std::abs(arc.arc->first.midpoint() + pi / 50) < 1e-14);
  CHECK(std::abs(arc.arc->second.midpoint() - pi / 50) < 1e-14);
  CHECK(arc.box[0].contains(1));
}

TEST_CASE("two layers, four rows: all KKT points, on kinks too") {
  const std::string text = "1,0.5,1\n-0.625,1,0.5\n-1,-0.375,-0.75\n0.25,-1,0.5\n";
  const KktPoints found = find("relu", text);
  CHECK(found.complete);
  const auto contains = [&](double v, double u1, double u2, std::vector<int> kinks, bool stable) {
    for (const KktPoint& p : found.points) {
      if (std::abs(p.u[0] - v) + std::abs(p.u[1] - u1) + std::abs(p.u[2] - u2) < 1e-14) {
        return p.certified && p.kinks == kinks && p.stable == stable;
      }
    }
    return false;
  };
  const double share = std::sqrt(0.5);
  // Limits of two flows, of which the second slides on row 2.
  CHECK(contains(-share, -std::sqrt(0.4), -std::sqrt(0.1), {}, true));
  CHECK(contains(share, share * .3511234415883916918, share * -.9363291775690445115, {2}, true));
  for (const KktPoint& p : found.points) {
    CHECK(p.certified);
    if (p.kinks.empty()) CHECK(slope("relu", text, p) < 1e-8);
  }
}

TEST_CASE("data for which the sum of subdifferentials is larger than that of the sum") {
  // N = v q.u with q = (.5, 1): a KKT point of the sum at v = 1/sqrt 2, u = (0, 1)/sqrt 2 is none.
  const KktPoints found = find("relu", "1,0,1\n-1,0,-1\n-.5,1,1\n.5,-1,-1\n");
  CHECK(found.complete);
  REQUIRE(found.points.size() == 6);
  for (int k = 0; k < 2; ++k) {
    const KktPoint& p = found.points[static_cast<std::size_t>(k)];
    CHECK(p.objective.contains(std::sqrt(1.25) / 2));
    CHECK(p.stable == true);
    CHECK(p.kinks.empty());
    CHECK(std::abs(p.u[1] * 2 - p.u[2]) < 1e-15);
  }
  for (const KktPoint& p : found.points) {
    CHECK(std::abs(p.u[1]) > 0.1);
  }
}

TEST_CASE("symmetric data, leaky squared ReLU") {
  const KktPoints printed =
      find("leaky-squared-relu:0.25", "1,0,1\n.6,.8,.5\n-1,0,-1\n-.6,-.8,-.5\n");
  check_angles(printed, {.254535444211191566, 3.3961280978009848});
  CHECK(std::abs(printed.points[0].objective.midpoint() - 1.16479020945919241) < 1e-14);
  const KktPoints corrected =
      find("leaky-squared-relu:0.25", "1,0,1\n.6,.8,.5\n-1,0,1\n-.6,-.8,.5\n");
  CHECK(corrected.complete);
  REQUIRE(corrected.points.size() == 4);
  const double objectives[] = {1.32009557072041806, 1.32009557072041806, .273654429279581937,
                               .273654429279581937};
  for (std::size_t k = 0; k < 4; ++k) {
    const KktPoint& p = corrected.points[k];
    CHECK(p.certified);
    CHECK(std::abs(p.objective.midpoint() - objectives[k]) < 1e-14);
    const double turn = k < 2 ? .254535444211191566 : 1.82533177100608818;
    CHECK(std::abs(std::remainder(angle(p) - turn, pi)) < 1e-14);
  }
}

TEST_CASE("parallel, antipodal and equal examples") {
  // N = 0: all of the sphere.
  for (const char* network : {"relu", "squared-relu", "leaky-relu:0.1"}) {
    CAPTURE(network);
    const KktPoints found = find(network, "0.1,0.3,1\n0.1,0.3,-1\n");
    CHECK(found.complete);
    REQUIRE(found.points.size() == 1);
    CHECK(found.points[0].certified);
    CHECK(identical(found.points[0].objective, 0));
    CHECK_FALSE(found.points[0].stable.has_value());
  }
  // Parallel, with decimals: max(0, .1 u1 + .3 u2) - max(0, .2 u1 + .6 u2) / 2 = 0.
  CHECK(identical(find("relu", "0.1,0.3,1\n0.2,0.6,-0.5\n").points.at(0).objective, 0));
  // Antipodal: max(0, u1) + max(0, -u1) = |u1|.
  const KktPoints kink = find("relu", "1,0,1\n-1,0,1\n");
  CHECK(kink.complete);
  CHECK(kink.points.front().stable == true);
  CHECK(identical(kink.points.front().objective, 0.5));
  // |u1| has its minimum 0 on the kink: with any v, a connected set with the poles u = 0.
  int sets = 0;
  for (const KktPoint& p : kink.points) {
    if (p.dimension == 0) continue;
    ++sets;
    CHECK(p.kinks == std::vector<int>{0, 1});
    CHECK(identical(p.objective, 0));
    CHECK(p.box[0].contains(Interval(-1, 1)));
    CHECK(p.stable == false);
  }
  CHECK(sets == 2);
  // A row of zeros adds nothing.
  CHECK(find("squared-relu", "0,0,5\n1,0,1\n0,1,-1\n").complete);
}

TEST_CASE("KKT points exactly on surfaces that are no kinks of the gradient") {
  // N = max(0, u1)^2 + 2 max(0, u2)^2; 0 on a quadrant.
  const KktPoints found = find("squared-relu", "1,0,1\n0,1,2\n");
  CHECK(found.complete);
  REQUIRE(found.points.size() == 3);
  CHECK(identical(found.points[0].objective, 2));
  CHECK(found.points[0].stable == true);
  CHECK(identical(found.points[1].objective, 1));
  CHECK(found.points[1].stable == false);
  CHECK(found.points[2].dimension == 1);
  CHECK(std::abs(found.points[2].arc->second.midpoint() - found.points[2].arc->first.midpoint() -
                 pi / 2) < 1e-14);
}

TEST_CASE("computed data whose surfaces may be one") {
  // The rows are parallel, but their normalized enclosures do not say so.
  const DataSet data =
      parse_csv("1,3,1\n3,9,-1\n7,21,1\n2,1,1\n", "data", {.normalize_rows = true});
  const KktPoints found = kkt_points(parse_network("relu"), data);
  for (const KktPoint& p : found.points) {
    if (p.certified) continue;
    CHECK_FALSE(found.complete);
  }
  CHECK(found.points.front().certified);
}

TEST_CASE("diagonal networks") {
  // N = q.(u * v) with q = (1.5, -2).
  const KktPoints found = find("diagonal", "1,0.5,1\n0.5,-2.5,1\n");
  CHECK(found.complete);
  REQUIRE(found.points.size() == 8);
  CHECK(identical(found.points[0].objective, 1));
  CHECK(found.points[0].stable == true);
  CHECK(identical(found.points[2].objective, 0.75));
  CHECK(found.points[2].stable == false);
  const KktPoints equal = find("diagonal", "0.1,-0.1,1\n");
  CHECK(equal.complete);
  REQUIRE(equal.points.size() == 2);
  CHECK(equal.points[0].dimension == 1);
  CHECK(equal.points[0].stable == true);
}

TEST_CASE("one feature") {
  const KktPoints found = find("squared-relu", "2,1\n-1,-3\n");
  REQUIRE(found.points.size() == 2);
  CHECK(identical(found.points[0].objective, 4));
  CHECK(identical(found.points[1].objective, -3));
  const KktPoints layers = find("relu", "2,1\n-1,-3\n");
  CHECK(layers.complete);
  CHECK(identical(layers.points[0].objective, 1.5));
}

TEST_CASE("with features that play no part the same points are stable") {
  // Third and fourth features are 0. With three there is a complete list for two layers, its planes
  // all meet in a line; with four there is a search.
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> entry(-1, 1);
  for (int trial = 0; trial < 5; ++trial) {
    std::string plane;
    std::string space;
    std::string more;
    for (int i = 0; i < 6; ++i) {
      char line[100];
      const double x = entry(random);
      const double y = entry(random);
      const std::string z = std::to_string(entry(random)) + "\n";
      std::snprintf(line, sizeof line, "%.6f,%.6f,", x, y);
      plane += line + z;
      space += line + ("0," + z);
      more += line + ("0,0," + z);
    }
    for (const char* network : {"relu", "squared-relu"}) {
      CAPTURE(trial);
      CAPTURE(network);
      const KktPoints all = find(network, plane);
      CHECK(all.complete);
      const KktPoints in_space = find(network, space);
      // Of a squared one the two poles are critical, too degenerate for a proof.
      CHECK((in_space.complete || std::string(network) == "squared-relu"));
      CHECK(has_stable_points_of(all, in_space));
      const KktPoints found = find(network, more);
      CHECK_FALSE(found.complete);
      CHECK(has_stable_points_of(all, found));
    }
  }
}

TEST_CASE("three features, two layers: the complete list has what a search finds") {
  const std::string rows[] = {"1,0.5,0.2", "-0.625,1,-.3", "-1,-.375,.4", ".25,-1,.7", ".3,.2,-.9"};
  std::string text;
  std::string more;
  for (const std::string& row : rows) {
    const std::string label = row.front() == '-' ? ",-0.75\n" : ",0.5\n";
    text += row + label;
    more += row + ",0" + label;
  }
  for (const char* network : {"relu", "leaky-relu:0.2"}) {
    CAPTURE(network);
    const KktPoints all = find(network, text);
    CHECK(all.complete);
    for (const KktPoint& p : all.points) {
      CHECK(p.certified);
      if (p.dimension == 0 && p.kinks.empty()) CHECK(slope(network, text, p) < 1e-8);
    }
    const KktPoints found = find(network, more);
    int stable = 0;
    for (const KktPoint& p : found.points) stable += p.certified && p.stable == true ? 1 : 0;
    CHECK(stable > 1);
    CHECK(has_stable_points_of(found, all));
  }
}

TEST_CASE("three features, squared ReLU: the complete list has what a search finds") {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> entry(-1, 1);
  for (const int n : {5, 12, 40}) {
    std::string text;
    std::string more;
    for (int i = 0; i < n; ++i) {
      char row[100];
      const double x = entry(random);
      const double y = entry(random);
      std::snprintf(row, sizeof row, "%.6f,%.6f,%.6f", x, y, entry(random));
      const std::string label = std::to_string(entry(random)) + "\n";
      text += row + ("," + label);
      more += row + (",0," + label);
    }
    for (const char* network : {"squared-relu", "leaky-squared-relu:0.4"}) {
      CAPTURE(n);
      CAPTURE(network);
      const KktPoints all = find(network, text);
      CHECK(all.complete);
      int isolated = 0;
      for (const KktPoint& p : all.points) {
        CHECK(p.certified);
        if (p.dimension == 0) CHECK(slope(network, text, p) < 1e-7);
        isolated += p.dimension == 0 ? 1 : 0;
      }
      // Indices +1 and -1 that add up to 2, the Euler characteristic of the sphere.
      if (isolated == static_cast<int>(all.points.size())) CHECK(isolated % 2 == 0);
      CHECK(has_stable_points_of(find(network, more), all));
    }
  }
}

TEST_CASE("four features, squared ReLU: the search finds minima, which are maxima of -N") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> entry(-1, 1);
  int minima = 0;
  for (int trial = 0; trial < 4; ++trial) {
    std::string text;
    std::string negated;
    for (int i = 0; i < 10; ++i) {
      char row[100];
      const double a = entry(random);
      const double b = entry(random);
      const double c = entry(random);
      std::snprintf(row, sizeof row, "%.6f,%.6f,%.6f,%.6f,", a, b, c, entry(random));
      const double label = entry(random);
      text += row + (std::to_string(label) + "\n");
      negated += row + (std::to_string(-label) + "\n");
    }
    const KktPoints points = find("leaky-squared-relu:0.2", text);
    for (const KktPoint& maximum : find("leaky-squared-relu:0.2", negated).points) {
      if (!maximum.certified || maximum.stable != true) continue;
      minima += certainly_positive(maximum.objective) ? 1 : 0;
      CHECK(std::any_of(points.points.begin(), points.points.end(), [&](const KktPoint& point) {
        double distance = 0;
        for (std::size_t k = 0; k < point.u.size(); ++k) {
          distance = std::hypot(distance, point.u[k] - maximum.u[k]);
        }
        return distance < 1e-9 && point.objective.contains(-maximum.objective.midpoint());
      }));
    }
  }
  CHECK(minima >= 4);
}

TEST_CASE("three features, squared ReLU: a flat cell, and an arc that cannot be separated") {
  const KktPoints found = find("squared-relu", "1,0,0,1\n0,1,0,-1\n");
  CHECK(found.complete);
  REQUIRE(found.points.size() == 3);
  const std::array<double, 3> objectives{1, 0, -1};
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(found.points[k].objective.contains(objectives.at(k)));
    CHECK(found.points[k].dimension == (objectives.at(k) == 0 ? 2 : 0));
    if (k != 1) CHECK(found.points[k].stable == (k == 0));
  }
  const KktPoints arc = find("leaky-squared-relu:0.5", "1,0,0,1\n");
  CHECK_FALSE(arc.complete);
  CHECK(arc.points[0].objective.contains(1));
}

TEST_CASE("a flat cell in three dimensions") {
  const KktPoints found = find("relu", "1,0,0,1\n0,1,0,-1\n0,0,1,2\n");
  CHECK(found.complete);
  int flat = 0;
  for (const KktPoint& p : found.points) flat += p.dimension == 3 ? 1 : 0;
  CHECK(flat == 1);  // all inactive, v any
}

TEST_CASE("labels must suit the loss") {
  CHECK_THROWS_AS(find("relu", "1,2,3\n", {.kind = LossKind::logistic}), Error);
}
