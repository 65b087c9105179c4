// KKT points of the constrained neural correlation function: Figure 3, Lemma C.5, G.1, G.2 and
// Lemma H.1 on instances.

#include "filippov/verify/kkt.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iostream>
#include <numbers>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/kkt_plot.hpp"
#include "filippov/view/network_certificate.hpp"

using namespace filippov;

namespace {

constexpr const char* data_directory = FILIPPOV_DATA;

double angle(const KktPoint& point) { return std::atan2(point.u[1], point.u[0]); }

/// Proved to be all, at these angles, to 1e-12.
bool are_at(const KktPoints& found, std::initializer_list<double> angles) {
  if (!found.complete || found.points.size() != angles.size()) return false;
  for (const double expected : angles) {
    bool met = false;
    for (const KktPoint& point : found.points) {
      const double distance = std::remainder(angle(point) - expected, 2 * std::numbers::pi);
      met = met || (point.certified && point.dimension == 0 && std::abs(distance) < 1e-12);
    }
    if (!met) return false;
  }
  return true;
}

std::string listed(const KktPoints& found) {
  std::string text;
  for (const KktPoint& point : found.points) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{:.15g} (N = {:.15g}{})", angle(point), point.objective.midpoint(),
                        point.stable == true ? ", stable" : "");
  }
  return text;
}

std::string command(const char* network, const std::string& data) {
  return fmt::format("build/apps/filippov kkt --network {} --data {}", network, data);
}

void equally_spaced(Claims& claims) {
  const std::string file = std::string(data_directory) + "/equally_spaced.csv";
  const Network network = parse_network("squared-relu");
  const DataSet data = read_csv(file);
  const KktPoints found = kkt_points(network, data);
  plot_kkt(claims.figure("kkt_points.svg",
                         "The constrained neural correlation function of the "
                         "data of Figure 1, and all its KKT points"),
           network, data, {}, found);
  write_file(claims.certificate("kkt_equally_spaced.json", "all KKT points, data of Figure 1"),
             certificate({network, data, data, {}, {}}, found));
  claims
      .add_proof("Figure 3: all KKT points for the data of Figure 1, squared ReLU, by angle",
                 "0 and pi, and two between", listed(found),
                 are_at(found, {0, std::numbers::pi, 1.64194734260374340, 4.64123796457584307}) &&
                     found.points[0].stable == true && found.points[1].stable == true &&
                     found.points[2].stable == false && found.points[3].stable == false)
      .command = command("squared-relu", "verification/data/equally_spaced.csv");
}

/// The residual at the saddle: the labels of x1 > 0 are fitted.
void saddle(Claims& claims) {
  const DataSet data = read_csv(std::string(data_directory) + "/equally_spaced.csv");
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  std::vector<std::string> decimals;
  for (int i = 0; i < data.size(); ++i) {
    for (int k = 0; k < 2; ++k) {
      inputs.push_back(data.input(i)[static_cast<std::size_t>(k)]);
      decimals.emplace_back(data.input_decimal(i, k));
    }
  }
  for (int i = 0; i < data.size(); ++i) {
    const bool fitted = data.approximate_input(i)[0] > 0;
    labels.push_back(fitted ? Interval(0) : data.label(i));
    decimals.emplace_back(fitted ? "0" : data.label_decimal(i));
  }
  const DataSet residual(2, inputs, labels, {"x1", "x2"}, "y", decimals);
  const KktPoints found = kkt_points(parse_network("squared-relu"), residual);
  bool as_expected = found.complete && found.points.size() == 2;
  std::string text = "not found";
  if (as_expected) {
    const KktPoint& point = found.points[0];
    const KktPoint& arc = found.points[1];
    as_expected = point.stable == true && std::abs(point.objective.midpoint() - 37.5) < 1e-12 &&
                  arc.arc.has_value() && identical(arc.objective, 0) &&
                  std::abs(arc.arc->second.midpoint() - std::numbers::pi / 50) < 1e-14 &&
                  std::abs(arc.arc->first.midpoint() + std::numbers::pi / 50) < 1e-14;
    text = fmt::format("pi, N = {}, stable; an arc |angle| <= {}, N = 0",
                       to_string(point.objective), to_string(arc.arc->second));
  }
  claims.add_proof("Figure 4: all KKT points for the residual at the saddle of D.3",
                   "pi; angle 0 has N = 0", text, as_expected);
}

void symmetric(Claims& claims) {
  const auto find = [](const char* text) {
    return kkt_points(parse_network("leaky-squared-relu:0.25"), parse_csv(text, "data"));
  };
  const KktPoints printed = find("1,0,1\n.6,.8,.5\n-1,0,-1\n-.6,-.8,-.5\n");
  const auto sigma = [](Interval x) { return sqr(max(x, x / 4)); };
  const auto difference = [&](Interval x) { return sigma(x) - sigma(-x); };
  const Interval even = 1 + sqr(Interval(1) / 4);
  const Interval odd = 1 - sqr(Interval(1) / 4);
  claims.add_refutation(
      "G.1: sigma(x) - sigma(-x) = (1 + alpha^2) x^2 for sigma(x) = max(x, alpha x)^2", "yes",
      fmt::format("{} at x = -1, alpha = 1/4, where it is {}", to_string(even),
                  to_string(difference(-1))),
      certainly_less(difference(-1), even));
  // Both sides are homogeneous of degree two: two values of x are enough.
  claims.add_proof(
      "G.1 corrected: sigma(x) - sigma(-x) = (1 - alpha^2) x |x|, with a plus (1 + alpha^2) x^2",
      "1 + alpha^2", "exact at x = 1 and x = -1 for alpha = 1/4",
      identical(difference(1), odd) && identical(difference(-1), -odd) &&
          identical(sigma(1) + sigma(-1), even));
  claims.add_refutation(
      "G.1: labels -y_i at -x_i, as printed: the KKT points are the four eigenvectors", "4 points",
      listed(printed), are_at(printed, {.254535444211191566, 3.3961280978009848}));
  const KktPoints corrected = find("1,0,1\n.6,.8,.5\n-1,0,1\n-.6,-.8,.5\n");
  claims.add_proof("G.1 corrected, labels +y_i at -x_i: the eigenvectors of sum y_i x_i x_i^T",
                   "4 points", listed(corrected),
                   are_at(corrected, {.254535444211191566, 3.3961280978009848, 1.82533177100608818,
                                      4.96692442459588142}));
}

/// 2 |v|^2 = 2 |u|^2 = 1 and v sqrt(2) u / |...| in every box with N != 0.
bool is_balanced(const KktPoint& point) {
  Interval square = 0;
  for (std::size_t k = 1; k < point.box.size(); ++k) square += sqr(point.box[k]);
  return sqr(point.box[0]).contains(0.5) && square.contains(0.5);
}

void two_layers(Claims& claims) {
  const KktPoints smooth =
      kkt_points(parse_network("relu"), parse_csv("1,0,1\n-1,0,-1\n-.5,1,1\n.5,-1,-1\n", "data"));
  int positive = 0;
  bool best = smooth.complete;
  for (const KktPoint& point : smooth.points) {
    if (!certainly_positive(point.objective)) continue;
    ++positive;
    best = best && point.certified && point.stable == true &&
           intersect(point.objective, sqrt(Interval(1.25)) / 2).has_value();
  }
  claims.add_proof(
      "G.2: N = v q.u on antisymmetric data; the KKT points with N > 0, all of them",
      "+-(1, q/|q|)/sqrt 2",
      fmt::format("{} points with N = {}", positive, to_string(smooth.points.front().objective)),
      best && positive == 2);
  // |u_*|^2 = v_*^2 |q|^2/lambda_*^2 = v_*^2, so that (88) is 1 = 2 v_*^2.
  const Interval printed = 1 / sqrt(Interval(2));
  Interval square = 0.5;
  bool all_less = smooth.complete && positive == 2;
  for (const KktPoint& point : smooth.points) {
    if (identical(point.objective, 0)) continue;
    square = sqr(point.box[0]);
    all_less = all_less && point.certified && certainly_less(square, printed);
  }
  claims.add_refutation("(88): then v_*^2 = 1/sqrt 2 (G.2)", "1/sqrt 2",
                        fmt::format("v_*^2 in {} at all KKT points with N != 0, 1/sqrt 2 in {}",
                                    to_string(square), to_string(printed)),
                        all_less);
  bool half = smooth.complete;
  for (const KktPoint& point : smooth.points) {
    half = half && (identical(point.objective, 0) || is_balanced(point));
  }
  claims.add_proof("(88) corrected: v_*^2 = 1/2 there, as v_* = +-1/sqrt 2 says", "1/sqrt 2",
                   fmt::format("v_*^2 in {}", to_string(square)), half && all_less);
  // At u = (0, 1), v = 1 (times sqrt 2) the first two examples are on their surfaces, of the others
  // the third is active: sum_i z_i t_i x_i = (t_1 + t_2 - 1/2, 1) is u itself for t_1 = t_2 = 1/4,
  // and sum_i z_i max(0, x_i.u) = 1 is v: both with lambda = 1.
  const std::array<std::array<Interval, 3>, 4> rows{
      {{1, 0, 1}, {-1, 0, -1}, {-0.5, 1, 1}, {0.5, -1, -1}}};
  const std::array<Interval, 4> active{0.25, 0.25, 1, 0};
  Interval output = 0;
  Interval first = 0;
  Interval second = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [x1, x2, z] = rows[i];
    output += z * max(x2, Interval(0));
    first += z * active[i] * x1;
    second += z * active[i] * x2;
  }
  const bool spurious = identical(output, 1) && identical(first, 0) && identical(second, 1);
  bool listed_point = false;
  for (const KktPoint& point : smooth.points) {
    listed_point = listed_point || (point.box[1].contains_zero() && point.box[0].magnitude() > 0.5);
  }
  claims.add_refutation(
      "Lemma C.5 with the sum of z_i dH(x_i; u): its KKT points are those of N (data of G.2)",
      "equal", "v = 1/sqrt 2, u = (0, 1)/sqrt 2 (N = 0.5) is in the sum's, not in N's list",
      spurious && smooth.complete && !listed_point);

  const KktPoints four =
      kkt_points(parse_network("relu"),
                 parse_csv("1,0.5,1\n-0.625,1,0.5\n-1,-0.375,-0.75\n0.25,-1,0.5\n", "data"));
  bool balanced = four.complete;
  int nonzero = 0;
  int on_kinks = 0;
  for (const KktPoint& point : four.points) {
    balanced = balanced && point.certified;
    if (identical(point.objective, 0)) continue;
    ++nonzero;
    on_kinks += point.kinks.empty() ? 0 : 1;
    balanced = balanced && is_balanced(point);
  }
  claims.add_proof(
      "Lemma H.1: two-layer KKT points with N != 0 have |v| = |u| = 1/sqrt 2 (four examples)",
      "all", fmt::format("{} points, {} of them on kinks", nonzero, on_kinks),
      balanced && nonzero == 16 && on_kinks == 8);
}

void iris(Claims& claims) {
  const DataSet data = read_csv(std::string(data_directory) + "/iris.csv");
  for (const auto& [network, multiplier] :
       {std::pair("squared-relu", 312.196548522), std::pair("relu", 112.913221651)}) {
    const KktPoints found = kkt_points(parse_network(network), data);
    const KktPoint& best = found.points.front();
    const Interval lambda = 2 * best.objective;
    claims
        .add_proof(
            fmt::format("Lemma C.5: 2 N = lambda at the best KKT point found, {}, iris", network),
            fmt::format("{:.12g}", multiplier), to_string(lambda),
            best.certified && best.stable == true &&
                std::abs(lambda.midpoint() - multiplier) < 1e-8)
        .command = command(network, "verification/data/iris.csv");
  }
}

/// Two layers, all of 150 examples with three features.
void three_features(Claims& claims) {
  const DataSet iris = read_csv(std::string(data_directory) + "/iris.csv");
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  std::vector<std::string> decimals;
  for (int i = 0; i < iris.size(); ++i) {
    for (int k = 0; k < 3; ++k) {
      inputs.push_back(iris.input(i)[static_cast<std::size_t>(k)]);
      decimals.emplace_back(iris.input_decimal(i, k));
    }
  }
  for (int i = 0; i < iris.size(); ++i) {
    labels.push_back(iris.label(i));
    decimals.emplace_back(iris.label_decimal(i));
  }
  const DataSet data(3, inputs, labels, {"x1", "x2", "x3"}, "y", decimals);
  const Network network = parse_network("relu");
  const KktPoints found = kkt_points(network, data);
  bool balanced = found.complete;
  int positive = 0;
  for (const KktPoint& point : found.points) {
    balanced = balanced && point.certified;
    if (identical(point.objective, 0)) continue;
    positive += certainly_positive(point.objective) && point.stable == true ? 1 : 0;
    balanced = balanced && is_balanced(point);
  }
  claims.add_proof("Lemma H.1: all KKT points, two layers, iris without its fourth feature", "all",
                   fmt::format("{}, of which {} stable; the best has N = {}", found.points.size(),
                               positive, to_string(found.points.front().objective)),
                   balanced && found.points.size() == 5 && positive == 2);
  write_file(
      claims.certificate("kkt_three_features.json", "all KKT points, two layers, three features"),
      certificate({network, data, data, {}, {}}, found));
}

/// The four rows of the instances of Theorem 5.1.
void four_rows(Claims& claims) {
  const Network network = parse_network("relu");
  const DataSet data = parse_csv("1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n", "four rows");
  const KktPoints found = kkt_points(network, data);
  plot_kkt(claims.figure("kkt_two_layers.svg",
                         "KKT points of a two-layer neuron, four examples, on kinks too"),
           network, data, {}, found);
  write_file(claims.certificate("kkt_two_layers.json", "all KKT points, two layers, four examples"),
             certificate({network, data, data, {}, {}}, found));
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "KKT points of the constrained neural correlation function");
  equally_spaced(claims);
  saddle(claims);
  symmetric(claims);
  two_layers(claims);
  four_rows(claims);
  three_features(claims);
  iris(claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "kkt: " << error.what() << '\n';
  return 2;
}
