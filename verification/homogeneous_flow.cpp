// What the paper says of the gradient flow of any two-homogeneous function (Lemmas A.3, B.1, C.2 to
// C.4, C.6) and of condition (15), on instances: the correlation of one two-layer ReLU neuron with
// four examples,
//
//     N(v, u) = v sum_i z_i max(0, x_i.u),
//
// whose flow from the start crosses three kinks, and small examples.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <random>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/interval_reading.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/geometry/polytope.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/solve.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/verify/constants.hpp"

using namespace filippov;

namespace {

constexpr const char* correlation =
    "v*(relu(u1 + 0.5*u2) + 0.5*relu(-0.625*u1 + u2) - 0.75*relu(-u1 - 0.375*u2)"
    " + 0.5*relu(0.25*u1 - u2))";

constexpr std::array outputs_of_rows{"v*relu(u1 + 0.5*u2)", "v*relu(-0.625*u1 + u2)",
                                     "v*relu(-u1 - 0.375*u2)", "v*relu(0.25*u1 - u2)"};

/// Eq. (2) for the square loss.
constexpr const char* training_loss =
    "((v*relu(u1 + 0.5*u2) - 1)^2 + (v*relu(-0.625*u1 + u2) - 0.5)^2"
    " + (v*relu(-u1 - 0.375*u2) + 0.75)^2 + (v*relu(0.25*u1 - u2) - 0.5)^2)/2";

TheoremConstants four_rows_constants() {
  const std::vector<Interval> inputs{1, 0.5, -0.625, 1, -1, -0.375, 0.25, -1};
  const DataSet data(2, inputs, {1, 0.5, -0.75, 0.5});
  return theorem_constants(parse_network("relu"), data, Loss{});
}

/// beta |z| for these data; N(w) >= -beta |z| |w|^2.
Interval growth_rate() {
  const TheoremConstants constants = four_rows_constants();
  return constants.beta * constants.label_norm;
}

Interval squared_norm(const std::vector<Interval>& w) {
  Interval sum = 0;
  for (const Interval& entry : w) sum = sum + sqr(entry);
  return sum;
}

/// Points of the unit sphere: generic ones, and ones on each of the four kinks x_i.u = 0.
std::vector<std::vector<double>> sample_points() {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> points;
  for (int i = 0; i < 40; ++i) points.push_back({normal(random), normal(random), normal(random)});
  const std::array<std::array<double, 2>, 4> along{{{-0.5, 1}, {1, 0.625}, {-0.375, 1}, {1, 0.25}}};
  for (const auto& u : along) {
    for (const double v : {-1.0, 0.5, 2.0}) {
      points.push_back({v, u[0], u[1]});
      points.push_back({v, -u[0], -u[1]});
    }
  }
  return points;
}

void check_homogeneity(const Function& f, const FilippovMap& flow, Claims& claims) {
  double euler = 0;
  double scaling = 0;
  for (const std::vector<double>& w : sample_points()) {
    const Classification here = classify(flow, w);
    const Eigen::Map<const Eigen::Vector3d> at(w.data());
    const double size = 1 + at.squaredNorm();
    for (Eigen::Index c = 0; c < here.vertices.cols(); ++c) {
      euler = std::max(euler, std::abs(here.vertices.col(c).dot(at) - 2 * f(w)) / size);
    }
    const double factor = 0.375;
    const std::vector<double> scaled{factor * w[0], factor * w[1], factor * w[2]};
    const Polytope image(classify(flow, scaled).vertices);
    const Polytope original(factor * here.vertices);
    for (Eigen::Index c = 0; c < here.vertices.cols(); ++c) {
      scaling = std::max(scaling, image.contains(original.points().col(c)).distance / size);
    }
    for (Eigen::Index c = 0; c < image.points().cols(); ++c) {
      scaling = std::max(scaling, original.contains(image.points().col(c)).distance / size);
    }
  }
  claims.add("Lemma B.1, Corollary B.1.1, Lemma C.2: w.s = 2 N(w), s in the subdifferential",
             "for all s", fmt::format("largest error {:.1e}, on kinks too", euler), euler <= 1e-14);
  claims.add(
      "Lemma B.1, Corollary B.1.1, Lemma C.2: the subdifferential at c w is c times that at w",
      "c >= 0", fmt::format("largest distance {:.1e}", scaling), scaling <= 1e-14);
}

/// Lemma A.3 between the events of the flow from the start.
void check_chain_rule(const Function& f, const FilippovMap& flow, const std::vector<double>& start,
                      Claims& claims) {
  const double end = 2;
  const Solution s = solve(flow, {.t1 = end, .x0 = start}, {.rtol = 1e-13, .atol = 1e-15});
  double least = 0;
  double rate = 0;
  const double h = 1e-4;
  for (int i = 1; i < 200; ++i) {
    const double t = end * i / 200;
    const bool quiet = std::none_of(s.events.begin(), s.events.end(),
                                    [&](const Event& e) { return std::abs(e.t - t) <= 2 * h; });
    if (!quiet) continue;
    const std::vector<double> w = s.trajectory(t);
    const std::vector<double> before = s.trajectory(t - h);
    const std::vector<double> after = s.trajectory(t + h);
    Eigen::Vector3d velocity;
    for (Eigen::Index k = 0; k < 3; ++k) {
      const auto place = static_cast<std::size_t>(k);
      velocity(k) = (after[place] - before[place]) / (2 * h);
    }
    least = std::max(least, (velocity - classify(flow, w).minimum_norm).norm());
    rate = std::max(rate, std::abs((f(after) - f(before)) / (2 * h) - velocity.squaredNorm()));
  }
  claims.add("Lemma A.3: the velocity is the element of least norm, along the flow", "for a.e. t",
             fmt::format("largest difference {:.1e}, {} kinks crossed", least, s.events.size()),
             s.status == Status::finished && s.events.size() == 3 && least <= 1e-6);
  claims.add("Lemma A.3: dN/dt = |velocity|^2", "for a.e. t",
             fmt::format("largest difference {:.1e}", rate), rate <= 1e-6);
}

/// Lemmas C.3 and C.4, and that v^2 - |u|^2 is conserved (85), for all solutions: on a tube.
void certify_norms(const Function& f, const FilippovMap& flow, Claims& claims) {
  const Interval v = -Interval(4) / 5;
  const Interval u1 = Interval(21) / 125;
  const Interval u2 = Interval(72) / 125;
  const Tube tube =
      enclose(flow, {.t1 = 2, .x0 = {v, u1, u2}}, {.max_step = 0.02, .max_pieces = 1});
  const bool complete = tube.status == TubeStatus::finished &&
                        tube.uniqueness.proof == Proof::certified && !tube.segments.empty();
  const Interval start = squared_norm({v, u1, u2});
  const Interval rate = 4 * growth_rate();
  bool above = complete;
  bool grows = complete;
  double positive_since = 2;
  double smallest = start.upper();
  for (const TubeSegment& segment : tube.segments) {
    const Interval norm = squared_norm(segment.box);
    smallest = std::min(smallest, norm.lower());
    const Interval n = range(f, segment.box);
    // d|w|^2/dt = 4 N >= -4 beta |z| |w|^2
    above = above && norm.lower() > 0 && (4 * n).lower() >= (-rate * norm.lower()).upper();
    const bool positive = n.lower() >= 0;
    if (positive) positive_since = std::min(positive_since, segment.t0);
    // Where N >= 0 the norm does not fall.
    if (segment.t0 >= positive_since) grows = grows && positive;
  }
  claims.add_proof("Lemma C.3: |w(t)|^2 >= |w(0)|^2 exp(-4 t beta |z|) > 0, t <= 2", "yes",
                   fmt::format("|w|^2 >= {} on the tube", decimal_below(smallest)), above);
  claims.add_proof("Lemma C.4: once N(w(t)) >= 0 it stays so and |w| does not fall, t <= 2", "yes",
                   fmt::format("N >= 0 from t = {:.6f} on", positive_since),
                   grows && positive_since < 1);
  const Interval before = sqr(v) - sqr(u1) - sqr(u2);
  const Interval after = sqr(tube.box[0]) - sqr(tube.box[1]) - sqr(tube.box[2]);
  claims.add("(85): v^2 - |u|^2 is conserved, through three kinks", "yes",
             fmt::format("{} becomes {}", to_string(before), to_string(after)),
             complete && !certainly_less(before, after) && !certainly_less(after, before) &&
                 after.width() <= 1e-12);
}

/// Lemma C.6 on N(u) = u^2, one coordinate, at u = 2: s = 4, N = 4, and N/|u|^2 is constant, so its
/// gradient s/|u|^2 - 2 N u/|u|^4 is 0.
void certify_lemma_c6(Claims& claims) {
  const Interval u = 2;
  const Interval s = 2 * u;
  const Interval n = sqr(u);
  const Interval gradient = s / sqr(u) - 2 * n * u / sqr(sqr(u));
  const Interval first = sqr(s) / sqr(sqr(u)) - 4 * sqr(n) / sqr(u * u * u);
  const Interval printed = first + 4 * sqr(n) / sqr(sqr(sqr(u)));
  claims.add_refutation("Lemma C.6, displayed norm |s|^2/|u|^4 - 4N^2/|u|^6 + 4N^2/|u|^8",
                        "the squared norm",
                        fmt::format("{} for N = u^2 at u = 2, where it is {}", to_string(printed),
                                    to_string(sqr(gradient))),
                        printed.lower() > sqr(gradient).upper());
  claims.add_proof(
      "Lemma C.6, corrected norm: |s|^2/|u|^4 - 4N^2/|u|^6", "(the conclusion stands)",
      fmt::format("{} there", to_string(first)),
      first.lower() == sqr(gradient).lower() && first.upper() == sqr(gradient).upper());
}

/// (25) for the four examples from w(0) = w_0/8, |w_0| = 1, C = 4: delta = 1/8 is below C^(-1/2),
/// as Lemma 5.2 asks, but at t = 0 already beta |w| = beta/8 is more than beta C delta^2 = beta/16.
/// With |w|^2 in place of |w| it is (24), and |H(X; w)| <= beta |w|^2 is what beta means.
void certify_bound_25(Claims& claims) {
  const TheoremConstants constants = four_rows_constants();
  const Interval delta = Interval(1) / 8;
  const Interval c = 4;
  const Interval allowed = constants.beta * c * sqr(delta);
  claims.add_refutation("(25): |H(X; w)| <= beta |w| <= beta C delta^2 up to T_bar (Lemma 5.2)",
                        "yes",
                        fmt::format("at t = 0, delta = 1/8, C = 4: beta |w| in {}, the bound in {}",
                                    to_string(constants.beta * delta), to_string(allowed)),
                        certainly_less(allowed, constants.beta * delta));

  const Function loss = parse(training_loss, {.variables = {"v", "u1", "u2"}});
  const std::vector<Interval> start{-Interval(4) / 5, Interval(21) / 125, Interval(72) / 125};
  const Interval end = log(c) / (4 * constants.beta * constants.beta_tilde);
  const Tube tube =
      enclose(descent(loss),
              {.t1 = end.upper(), .x0 = {delta * start[0], delta * start[1], delta * start[2]}},
              {.max_pieces = 1});
  bool holds = tube.status == TubeStatus::finished && !tube.segments.empty();
  double largest = 0;
  for (const TubeSegment& segment : tube.segments) {
    Interval outputs = 0;
    for (const char* output : outputs_of_rows) {
      outputs += sqr(range(parse(output, {.variables = {"v", "u1", "u2"}}), segment.box));
    }
    outputs = sqrt(outputs);
    largest = std::max(largest, (outputs / allowed).upper());
    holds = holds && certainly_less_equal(constants.beta * squared_norm(segment.box), allowed) &&
            certainly_less_equal(outputs, allowed);
  }
  claims.add_proof("(25) corrected: |H(X; w)| <= beta |w|^2 <= beta C delta^2 up to T_bar, there",
                   "with |w|",
                   fmt::format("|H(X; w)| <= {} beta C delta^2", decimal_above(largest)), holds);
}

/// The product <w' - w, s> of condition (15) for H = v max(0, x.u), x1 = e1, x2 = e2, y = (1, y2),
/// w' = (1, (1, 0)) and w = w' + (a, (b, h)), where the second example is active or not.
Interval product_15(Interval a, Interval b, Interval h, Interval y2, bool active) {
  const Interval v = 1 + a;
  const Interval u1 = 1 + b;
  const Interval p = v * u1 - 1;
  const Interval q = active ? v * h - y2 : Interval(0);
  // s = -(p u1 + q h, (p v, q v))
  return a * (p * u1 + q * h) + b * p * v + h * q * v;
}

/// Condition (15) of Assumption 3, <w' - w, s> >= -kappa |w' - w|^2 for |w - w'| <= gamma, at a
/// saddle with a row on its kink. For y2 > 0 take w = (1, (1, h)), h > 0: <w' - w, s> = h (h - y2),
/// and with h = theta y2/(1 + kappa), 0 < theta <= 1/2, tau = 1/(1 + kappa) the difference of the
/// two sides is h y2 (theta tau - 1 + theta (1 - tau)) < 0: h can be as small as any gamma asks.
void refute_condition_15(Claims& claims) {
  constexpr int pieces = 16;
  Interval difference = -1;
  const Interval theta(0, 0.5);
  for (int i = 0; i < pieces; ++i) {
    const Interval tau = Interval(i, i + 1) / pieces;
    difference = max(difference, theta * tau - 1 + theta * (1 - tau));
  }
  bool same = true;
  for (int h = 1; h <= 3; ++h) {
    for (int y2 = 1; y2 <= 2; ++y2) {
      same = same && identical(product_15(0, 0, h, y2, true), Interval(h) * (h - y2));
    }
  }
  claims.add_proof(
      "condition (15) can fail at a saddle of a two-layer network: one row on its kink, y2 > 0",
      "an assumption",
      fmt::format("for every y2, gamma > 0 and kappa >= 0, at u2 = h <= y2/(2 (1 + kappa)): "
                  "(<w' - w, s> + kappa |w' - w|^2)/(h y2) <= {}",
                  decimal_above(difference.upper())),
      same && certainly_negative(difference));
}

/// For y2 < 0, with m = a + b, c = a b: <w' - w, s> = (m + c)(m + 2 c) + [h > 0] q h (1 + 2 a), and
/// (m + c)(m + 2 c) = (m + 3 c/2)^2 - c^2/4, c^2 = (a^2 + b^2)^2/4 - (a^2 - b^2)^2/4, so that it is
/// at least -(a^2 + b^2)^2/16 >= -gamma^2/16 |w - w'|^2; q = v h - y2 > 0 and 1 + 2 a >= 0 as gamma
/// <= 1/2. The identities are between polynomials of degree 4 at most in each variable: that they
/// agree, exactly, on five values of each proves them.
void certify_condition_15(Claims& claims) {
  const Interval zero = 0;
  bool identities = true;
  for (int i = -2; i <= 2; ++i) {
    for (int j = -2; j <= 2; ++j) {
      const Interval a = i;
      const Interval b = j;
      const Interval m = a + b;
      const Interval c = a * b;
      const Interval part = (m + c) * (m + 2 * c);
      identities = identities && identical(part - sqr(m + 1.5 * c) + sqr(c) / 4, zero) &&
                   identical(sqr(sqr(a) + sqr(b)) - sqr(sqr(a) - sqr(b)) - 4 * sqr(c), zero);
      for (int k = -2; k <= 2; ++k) {
        identities = identities && identical(product_15(a, b, k, -1, false), part);
        for (int l = -2; l <= 2; ++l) {
          const Interval pull = ((1 + a) * k - l) * k * (1 + 2 * a);
          identities = identities && identical(product_15(a, b, k, l, true), part + pull);
        }
      }
    }
  }
  const Interval gamma(0, 0.5);
  const Interval a(-gamma.upper(), gamma.upper());
  const Interval factor = 1 + 2 * a;
  const bool signs = factor.lower() >= 0 && (1 + a).lower() > 0;
  claims.add_proof(
      "condition (15) there for y2 < 0: kappa = gamma^2/16, every gamma <= 1/2", "an assumption",
      fmt::format("<w' - w, s> >= (m + 3c/2)^2 - (a^2 + b^2)^2/16, w - w' = (a, (b, h)): "
                  "identities {}, v in {}, 1 + 2a in {}",
                  identities ? "exact" : "not proved", to_string(1 + a), to_string(factor)),
      identities && signs);
}

}  // namespace

int main(int argc, char** argv) try {
  const Function f = parse(correlation, {.variables = {"v", "u1", "u2"}});
  const FilippovMap flow = ascent(f);
  Claims claims(argc, argv, "The flow of a two-homogeneous function (Appendices A to C)");
  check_homogeneity(f, flow, claims);
  check_chain_rule(f, flow, {-0.8, 0.168, 0.576}, claims);
  certify_norms(f, flow, claims);
  certify_lemma_c6(claims);
  certify_bound_25(claims);
  refute_condition_15(claims);
  certify_condition_15(claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "homogeneous_flow: " << error.what() << '\n';
  return 2;
}
