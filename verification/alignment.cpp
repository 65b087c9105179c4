// Theorem 5.1, Corollary 5.4.1 and Theorem 5.5 proved on instances, Lemma 5.4 for a whole set of
// starts, and Lemma D.1, which is false as printed.

#include "filippov/verify/alignment.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <random>

#include "along_tube.hpp"
#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/inclusion/clarke.hpp"
#include "filippov/network/initialization.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/verify/kkt.hpp"
#include "filippov/verify/saddle.hpp"
#include "filippov/verify/staying_set.hpp"
#include "filippov/view/file.hpp"
#include "filippov/view/network_certificate.hpp"

using namespace filippov;

namespace {

Interval decimal(const char* text) { return Interval::from_decimal(text); }

std::vector<Interval> weights(std::initializer_list<const char*> texts) {
  std::vector<Interval> result;
  for (const char* text : texts) result.push_back(decimal(text));
  return result;
}

DataSet equally_spaced() { return read_csv(FILIPPOV_DATA "/equally_spaced.csv"); }

DataSet four_rows() {
  return parse_csv("1,.5,1\n-.625,1,.5\n-1,-.375,-.75\n.25,-1,.5\n", "four rows");
}

AlignmentProblem one_neuron(const char* epsilon) {
  return {parse_network("squared-relu"),
          equally_spaced(),
          {},
          {{cos(Interval(2)), sin(Interval(2))}},
          decimal(epsilon)};
}

AlignmentProblem two_layers(std::vector<Interval> start) {
  return {parse_network("relu"), four_rows(), {}, {std::move(start)}, decimal("0.01")};
}

std::string why(const Statement& statement) {
  return statement.proof == Proof::certified ? "" : ": " + statement.reason;
}

void prove_theorem(const std::string& instance, const AlignmentProof& proof,
                   const std::string& number, Claims& claims) {
  const bool certified = proof.conclusion.proof == Proof::certified;
  claims.add_proof(
      fmt::format("{}: aligned at T_bar for every delta < delta_bar, {}", number, instance),
      "delta_bar exists",
      fmt::format("delta_bar = e^{:.4f}, T_bar in {}, ln C in {}{}", proof.ln_delta_bar,
                  to_string(proof.T_bar), to_string(proof.ln_C), why(proof.conclusion)),
      certified);
}

void prove_parts(const std::string& instance, const AlignmentProof& proof, Claims& claims) {
  const NeuronAlignment& neuron = proof.neurons.front();
  claims.add_proof(
      fmt::format("Lemma 5.2: |w/delta - u| <= eps up to T_bar, {}", instance), "small delta",
      fmt::format("for every delta < {:.6f}", std::exp(proof.ln_delta_tube)),
      proof.conclusion.proof == Proof::certified && std::isfinite(proof.ln_delta_tube));
  claims.add_proof(
      fmt::format("Lemma 5.3: the flow turns to a nonnegative KKT point, {}", instance), "yes",
      fmt::format("cosine in {} at T_bar, N in {}{}", to_string(neuron.alignment),
                  to_string(neuron.limit.objective), why(neuron.limit.certified)),
      neuron.limit.certified.proof == Proof::certified && neuron.limit.objective.upper() >= 0);
  claims.add_proof(fmt::format("Lemma C.7: |u| stays above eta after T_bar, {}", instance),
                   "eta > 0", fmt::format("eta in {}", to_string(proof.eta)),
                   proof.conclusion.proof == Proof::certified && proof.eta.lower() > 0);
  claims.add_proof(fmt::format("Definition 4.1: non-branching for all t >= 0, {}", instance),
                   "assumed",
                   fmt::format("{} events; {}", neuron.events.size(), neuron.for_all_time_reason),
                   neuron.nonbranching.proof == Proof::certified && neuron.for_all_time);
}

void prove_one_neuron(Claims& claims) {
  for (const char* epsilon : {"0.1", "0.01"}) {
    const AlignmentProof proof = align(one_neuron(epsilon));
    const std::string instance = fmt::format("one squared ReLU neuron, angle 2, eps = {}", epsilon);
    prove_theorem(instance, proof, "Theorem 5.1", claims);
    prove_parts(instance, proof, claims);
  }
}

void prove_two_layers(Claims& claims) {
  const AlignmentProblem problem = two_layers(weights({"-.8", ".168", ".576"}));
  const AlignmentProof crossing = align(problem);
  write_file(
      claims.certificate("theorem_5_1.json", "Theorem 5.1, two layers, three hyperplanes crossed"),
      certificate({problem.network, problem.data, problem.data, {}, {}}, problem, crossing));
  prove_theorem("two layers, three hyperplanes crossed", crossing, "Theorem 5.1", claims);
  prove_parts("two layers, three hyperplanes crossed", crossing, claims);
  const AlignmentProblem to_a_kink = two_layers(weights({".28", "-.2688", "-.9216"}));
  const AlignmentProof sliding = align(to_a_kink);
  write_file(
      claims.certificate("theorem_5_1_sliding.json",
                         "Theorem 5.1, two layers, slides for ever on a kink"),
      certificate({to_a_kink.network, to_a_kink.data, to_a_kink.data, {}, {}}, to_a_kink, sliding));
  prove_theorem("two layers, slides for ever on a kink", sliding, "Theorem 5.1", claims);
  prove_parts("two layers, slides for ever on a kink", sliding, claims);
}

void prove_corollary(Claims& claims) {
  AlignmentProblem problem = one_neuron("0.1");
  problem.neurons.clear();
  for (const int angle : {-1, 1, 2, 4}) {
    problem.neurons.push_back({cos(Interval(angle)) / 2, sin(Interval(angle)) / 2});
  }
  const AlignmentProof proof = align(problem);
  prove_theorem("four squared ReLU neurons, eps = 0.1", proof, "Corollary 5.4.1", claims);
}

/// A data set with entries that are multiples of 1/64.
DataSet random_rows(std::mt19937_64& generator) {
  const auto uniform = [&](int from, int to) {
    return from + static_cast<int>(generator() % static_cast<unsigned>(to - from + 1));
  };
  const int d = uniform(2, 4);
  const int n = uniform(4, 9);
  std::vector<Interval> inputs;
  std::vector<Interval> labels;
  for (int i = 0; i < n * d; ++i) inputs.emplace_back(uniform(-96, 96) / 64.0);
  for (int i = 0; i < n; ++i) labels.emplace_back(uniform(-96, 96) / 64.0);
  return {d, std::move(inputs), std::move(labels)};
}

/// A start in S, or with |v| <= |u| in the wide set: u* plus at most 0.999 gamma.
std::vector<Interval> random_start(const StayingSet& set, bool wide, std::mt19937_64& generator) {
  const auto uniform = [&] { return static_cast<double>(generator() >> 11) * 0x1p-53; };
  std::vector<double> u;
  std::vector<double> step;
  double square = 0;
  for (std::size_t k = 1; k < set.limit.box.size(); ++k) {
    u.push_back(set.limit.box[k].midpoint());
    step.push_back(2 * uniform() - 1);
    square += step.back() * step.back();
  }
  const double length = 0.999 * set.gamma.lower() * std::sqrt(uniform()) / std::sqrt(square);
  double norm = 0;
  for (std::size_t k = 0; k < u.size(); ++k) {
    u[k] += length * step[k];
    norm = std::hypot(norm, u[k]);
  }
  const double v = norm * (wide ? 0.999 * uniform() : 1.001 + uniform());
  std::vector<Interval> start{set.limit.box.front().midpoint() > 0 ? v : -v};
  start.insert(start.end(), u.begin(), u.end());
  return start;
}

/// Lemma 5.4 at the KKT points of random data, and from 1000 random starts in each set.
void prove_lemma_54(Claims& claims) {
  std::mt19937_64 generator(54);
  const Network relu = parse_network("relu");
  int points = 0;
  int sets = 0;
  int starts[2] = {0, 0};
  int proved[2] = {0, 0};
  while (starts[0] < 1000) {
    const DataSet data = random_rows(generator);
    for (const KktPoint& point : kkt_points(relu, data).points) {
      if (!point.certified || !point.kinks.empty() || point.dimension > 0 ||
          !certainly_positive(point.objective)) {
        continue;
      }
      ++points;
      const StayingSet set = staying_set(relu, data, {}, point.u);
      if (set.holds.proof != Proof::certified) continue;
      ++sets;
      for (int k = 0; k < 20 && starts[0] < 1000; ++k) {
        for (const bool wide : {false, true}) {
          const std::vector<Interval> start = random_start(set, wide, generator);
          ++starts[wide];
          const bool holds = set.contains(start, wide) &&
                             meets_no_hyperplane(relu, data, {}, start).proof == Proof::certified;
          proved[wide] += holds ? 1 : 0;
        }
      }
    }
  }
  claims.add_proof("Lemma 5.4: no start of S ever meets a hyperplane, KKT points of random data",
                   "gamma = eta_1/(2 eta_2)",
                   fmt::format("all of S, {} of {} KKT points", sets, points), sets == points);
  claims.add_proof("Lemma 5.4: the same from random starts in S", "none meets one",
                   fmt::format("{} of {} proved by themselves", proved[0], starts[0]),
                   proved[0] == starts[0]);
  claims.add_proof("Lemma 5.4 with sign(v*) v >= 0 in place of sign(v*) v > |u|: random starts",
                   "not claimed", fmt::format("{} of {} proved", proved[1], starts[1]),
                   proved[1] == starts[1]);
}

/// The twenty neurons of Figure 1.
void prove_twenty_neurons(Claims& claims) {
  AlignmentProblem problem = one_neuron("0.1");
  const std::vector<Interval> weights =
      read_neurons(FILIPPOV_DATA "/figure1_initialization.csv", problem.network, problem.data);
  problem.neurons.clear();
  for (std::size_t k = 0; k < weights.size(); k += 2) {
    problem.neurons.push_back({weights[k], weights[k + 1]});
  }
  const AlignmentProof proof = align(problem);
  prove_theorem("the 20 neurons of Figure 1, eps = 0.1", proof, "Corollary 5.4.1", claims);
  // By Runge and Kutta's method |w/delta - u| reaches eps for delta = 5.0523e-5.
  const double delta = std::exp(proof.ln_delta_tube);
  claims.add_proof("Corollary 5.4.1: |w/delta - u| <= eps, the 20 neurons of Figure 1",
                   "small delta",
                   fmt::format("for every delta < {:.4e}; supremum about 5.0523e-5", delta),
                   proof.conclusion.proof == Proof::certified && delta > 0.95 * 5.0523e-5);
}

/// Two neurons whose outputs meet in one loss: one crosses hyperplanes, one slides for ever.
void prove_coupled_layers(Claims& claims) {
  AlignmentProblem problem = two_layers(weights({"-.8", ".168", ".576"}));
  problem.neurons.push_back(weights({".28", "-.2688", "-.9216"}));
  const AlignmentProof proof = align(problem);
  prove_theorem("two coupled two-layer neurons, one slides on a kink", proof, "Corollary 5.4.1",
                claims);
}

void prove_saddle(Claims& claims) {
  const Interval half = sqrt(Interval(1) / 2);
  const SaddleProblem problem{parse_network("squared-relu"),
                              equally_spaced(),
                              std::vector<std::vector<Interval>>(10, {half, 0}),
                              {{cos(Interval(2)), sin(Interval(2))}},
                              decimal("0.1")};
  const SaddleProof proof = prove_at_saddle(problem);
  write_file(claims.certificate("theorem_5_5.json", "Theorem 5.5 at the saddle of D.3"),
             certificate({problem.network, problem.data, problem.data, {}, {}}, problem, proof));
  claims.add_proof("Lemma 5.6: 0 is in the gradient at the saddle of D.3", "yes",
                   "enclosed" + why(proof.stationary), proof.stationary.proof == Proof::certified);
  const SaddleConstants& c = proof.constants;
  claims.add_proof(
      "Theorem 5.5: constants at the saddle of D.3", "exist",
      fmt::format("mu_1 in {}, mu_2 in {}, mu_3 in {}, M_1 in {}, M_2 in {}",
                  to_string(c.mu_1.value), to_string(c.mu_2.value), to_string(c.mu_3.value),
                  to_string(c.M_1.value), to_string(c.M_2.value)),
      c.M_2.value.is_bounded());
  claims.add_proof(
      "Theorem 5.5, corrected (T_bar = ln C/(4 M_2), C >= 4): aligned at the saddle of D.3, eps = "
      "0.1",
      "T_bar = ln C/M_2",
      fmt::format("for every delta < e^{:.4f}, T_bar in {}{}", proof.ln_delta_bar,
                  to_string(proof.T_bar), why(proof.conclusion)),
      proof.conclusion.proof == Proof::certified);
}

/// Two layers: w_n fits the first two examples, where the others are not active.
void prove_saddle_of_layers(Claims& claims) {
  const SaddleProblem problem{parse_network("relu"),
                              parse_csv("1,.25,1\n1,-.25,1\n-1,.5,.7\n-.8,-.6,.4\n", "four rows"),
                              {weights({"1", "1", "0"})},
                              {weights({".5", "-.25", ".5"})},
                              decimal("0.1")};
  const SaddleProof proof = prove_at_saddle(problem);
  claims.add_proof(
      "Theorem 5.5, corrected: two layers, where (15) holds as w_n meets no hyperplane, eps = 0.1",
      "some gamma, kappa",
      fmt::format("gamma = {:.4f}, kappa in {}; for every delta < e^{:.4f}{}",
                  proof.constants.gamma.value.lower(), to_string(proof.constants.kappa.value),
                  proof.ln_delta_bar, why(proof.conclusion)),
      proof.conclusion.proof == Proof::certified);
}

/// What comes of (46) at the end of the proof of Theorem 5.1: with |u| >= 2 eta, |zeta| <= eps <
/// eta and cos(u, u_hat) >= 1 - eps, the product cos(u, u_hat) |u|/|u + zeta| is said to be at
/// least (1 - eps)(1 - eps/(2 eta)). Not where 1 - eps < 0: eta = 2, eps = 3/2, u = 2 (-1, sqrt 3),
/// zeta = -3/8 u, u_hat = (1, 0). The conclusion needs no eps <= 1: u + zeta is off u by an angle
/// of asin(eps/(2 eta)) at most, a cosine changes by no more, and asin x <= 3 x for x <= 1/2, where
/// its slope is 1/sqrt(1 - x^2).
void refute_last_step(Claims& claims) {
  const Interval eta = 2;
  const Interval eps = Interval(3) / 2;
  const Interval u1 = -2;
  const Interval u2 = 2 * sqrt(Interval(3));
  const Interval norm = sqrt(sqr(u1) + sqr(u2));
  const Interval sum = sqrt(sqr(u1 * 5 / 8) + sqr(u2 * 5 / 8));
  const Interval product = u1 / norm * (norm / sum);
  const Interval printed = (1 - eps) * (1 - eps / (2 * eta));
  claims.add_refutation(
      "(46), what follows: cos(u, u_hat) |u|/|u + zeta| >= (1 - eps)(1 - eps/(2 "
      "eta))",
      "eps < eta",
      fmt::format("{} against {} for eta = 2, eps = 3/2: it needs eps <= 1", to_string(product),
                  to_string(printed)),
      certainly_less(product, printed));

  const Interval slope = 1 / sqrt(1 - sqr(Interval(0, 0.5)));
  claims.add_proof(
      "(46), the conclusion: cos(u + zeta, u_hat) >= 1 - (1 + 3/(2 eta)) eps for all eps < eta",
      "eps < eta",
      fmt::format("asin x <= 3 x, x = eps/(2 eta) <= 1/2: its slope is in {}", to_string(slope)),
      certainly_less(slope, 3));
}

/// The example of Lemma D.1: x1 = e1, x2 = e2, H_n = w_n^2 x[0], H_z = w_z^2 x[1], y = (1/100, 10)
/// and the saddle (1/10, 0). On the unit ball mu_1 = 1.2, mu_2 = 0, mu_3 = 2.2, beta = 1, |y_bar| =
/// 10, so M_1 = 12.2 and M_2 = max(2.64, 26.6); but |w_z|^2 grows at the rate 40.
class SmallSaddle {
 public:
  SmallSaddle()
      : flow_(VectorField(2, [](auto, const auto& w) {
          return vector(-2 * w[0] * (w[0] * w[0] - Expression(1) / 100),
                        -2 * w[1] * (w[1] * w[1] - 10));
        })) {}

  /// From the saddle + delta (1, 1).
  Tube tube(Interval delta, double end) const {
    return enclose(flow_, {.t1 = end, .x0 = {Interval(1) / 10 + delta, delta}}, {.max_pieces = 1});
  }

  /// Z, the squared distance from the saddle.
  static Interval moved(const std::vector<Interval>& w) {
    return sqr(w[0] - Interval(1) / 10) + sqr(w[1]);
  }
  /// |xi| = |H_n + H_z - H_n(w_n_bar)|.
  static Interval change(const std::vector<Interval>& w) {
    return sqrt(sqr(sqr(w[0]) - Interval(1) / 100) + sqr(sqr(w[1])));
  }

  Interval mu_1 = decimal("1.2");
  Interval beta = 1;
  Interval M_2 = decimal("26.6");

 private:
  FilippovMap flow_;
};

void refute_lemma_d1(const SmallSaddle& saddle, Claims& claims) {
  const Interval delta = Interval(1) / 1024;
  const Interval c = 4;
  const Interval allowed = 2 * c * sqr(delta);
  const Interval printed = log(c) / saddle.M_2;
  const Tube to_printed = saddle.tube(delta, printed.lower());
  const bool reached = to_printed.status == TubeStatus::finished;
  const Interval there = reached ? SmallSaddle::moved(to_printed.box) / allowed : Interval(0);
  claims.add_refutation(
      "Lemma D.1, Theorem 5.5, (56) as printed: Z <= 2 C delta^2 up to ln C/M_2, C = 4", "yes",
      fmt::format("Z/(2 C delta^2) in {} just before", to_string(there)), there.lower() > 1);

  const double most = largest(saddle.tube(delta, (printed / 2).upper()),
                              [&](const auto& box) { return SmallSaddle::moved(box) / allowed; });
  claims.add_proof("Lemma D.1, (56) corrected: up to ln C/(2 M_2), on the same instance",
                   "e^(2 M_2 t)", fmt::format("Z/(2 C delta^2) <= {}", decimal_above(most)),
                   most <= 1);
}

/// (18) has C delta^2 where (56) has 2 C delta^2: Z(0) = 2 delta^2 is more for C < 2. On the
/// example of Lemma D.1 it fails for every C > 1: with s = |w_z|^2, s' = 4 s (10 - s) >= 36 s while
/// s <= 1, and s does not fall later, so that at ln C/M_2 it is at least delta^2 C^(36/M_2) or 1,
/// both more than C delta^2 for every delta < C^(-1/2).
void refute_bound_18(const SmallSaddle& saddle, Claims& claims) {
  const Interval delta = Interval(1) / 1024;
  const Interval few = Interval(3) / 2;
  const Interval start = SmallSaddle::moved({Interval(1) / 10 + delta, delta});
  claims.add_refutation(
      "Theorem 5.5, (18): Z <= C delta^2 at t = 0, where Z = 2 delta^2", "C > 1",
      fmt::format("Z/(C delta^2) in {} for C = 3/2", to_string(start / (few * sqr(delta)))),
      certainly_less(few * sqr(delta), start));
  const Interval rate = 4 * (10 - Interval(0, 1));
  claims.add_refutation(
      "Theorem 5.5, (18): Z <= C delta^2 at T_bar = ln C/M_2, M_2 as in its proof, for some C > 1",
      "exists",
      fmt::format("for no C > 1 and delta < C^(-1/2): |w_z|^2 grows at a rate in {}, M_2 = {}",
                  to_string(rate), to_string(saddle.M_2)),
      certainly_less(saddle.M_2, rate));
  const Interval c = 4;
  const double most =
      largest(saddle.tube(delta, (log(c) / (4 * saddle.M_2)).upper()),
              [&](const auto& box) { return SmallSaddle::moved(box) / (c * sqr(delta)); });
  claims.add_proof("Theorem 5.5, (18) corrected: up to ln C/(4 M_2), C >= 4, on the same instance",
                   "ln C/M_2", fmt::format("Z/(C delta^2) <= {}, C = 4", decimal_above(most)),
                   most <= 1);
}

/// |xi| <= mu_1 sqrt(C) delta + beta C delta^2 does not follow from (56), Z being up to 2 C
/// delta^2.
void refute_change_of_outputs(const SmallSaddle& saddle, Claims& claims) {
  const Interval delta = Interval(1) / 50;
  const Interval c = 100;
  const Interval printed = saddle.mu_1 * sqrt(c) * delta + saddle.beta * c * sqr(delta);
  const Interval time = log(c) / saddle.M_2;
  const Tube tube = saddle.tube(delta, time.lower());
  const bool reached = tube.status == TubeStatus::finished;
  const Interval xi = reached ? SmallSaddle::change(tube.box) : Interval(0);
  claims.add_refutation(
      "Lemma D.1, before (71): |xi| <= mu_1 sqrt(C) delta + beta C delta^2 up to ln C/M_2", "yes",
      fmt::format("|xi| in {} just before, the bound is {}; C = 100, delta = 1/50", to_string(xi),
                  to_string(printed)),
      certainly_less(printed, xi));
  const Interval corrected = saddle.mu_1 * sqrt(2 * c) * delta + 2 * saddle.beta * c * sqr(delta);
  const double most = largest(saddle.tube(delta, (time / 2).upper()), [&](const auto& box) {
    return SmallSaddle::change(box) / corrected;
  });
  claims.add_proof(
      "Lemma D.1, corrected: |xi| <= mu_1 sqrt(2 C) delta + 2 beta C delta^2 up to ln C/(2 M_2)",
      "with C, not 2 C", fmt::format("{} of it there", decimal_above(most)), most <= 1);
}

/// T* of Lemma D.1 is when Z = min(1, gamma^2), so that T* >= ln(min(1, gamma^2)/Z(0))/(2 M_2), and
/// not ln(1/Z(0)): delta^2 <= min(1, gamma^2)/(2 C) must be asked.
///
/// Two two-layer neurons, x1 = e1, x2 = e2, y = (1, -10), the saddle w_n = (1, (1, 0)), w_z = 0:
/// (15) holds with every gamma <= 1/2 and kappa = gamma^2/16. On the unit ball |w_n| <= 1 + sqrt 2,
/// so that mu_1 <= 2 + sqrt 2, mu_3 <= 1 + sqrt 2 (the gradient of v max(0, u_i) is no longer than
/// w_n, and the squares of both are at most twice that of w_n); beta = 1/2, M_1 = |y_bar| + mu_1 +
/// beta.
void refute_exit_time(Claims& claims) {
  const Function loss =
      parse("((vn*relu(n1) + vz*relu(z1) - 1)^2 + (vn*relu(n2) + vz*relu(z2) + 10)^2)/2",
            {.variables = {"vn", "n1", "n2", "vz", "z1", "z2"}});
  const FilippovMap flow = descent(loss);
  const Interval root = sqrt(Interval(2));
  const Interval beta = Interval(1) / 2;
  const Interval M_1 = 10 + (2 + root) + beta;
  const Interval gamma = Interval(1) / 32;
  const Interval M_2 = max(sqr(gamma) / 16, beta * (2 * M_1 + (1 + root) * root));
  const auto tube = [&](Interval delta, double end) {
    return enclose(flow,
                   {.t1 = end, .x0 = {1, 1, -delta, -2 * delta / 3, -delta / 3, 2 * delta / 3}},
                   {.max_pieces = 1});
  };
  const auto moved = [](const std::vector<Interval>& w) {
    return sqr(w[0] - 1) + sqr(w[1] - 1) + sqr(w[2]) + sqr(w[3]) + sqr(w[4]) + sqr(w[5]);
  };

  // delta^2 = gamma^2/4 = 1/(2 C).
  const Interval delta = gamma / 2;
  const Interval claimed = log(1 / (2 * sqr(delta))) / (2 * M_2);
  const double when = 0.07;
  const Tube out = tube(delta, when);
  const bool reached = out.status == TubeStatus::finished;
  const Interval there = reached ? moved(out.box) / sqr(gamma) : Interval(0);
  claims.add_refutation(
      "Lemma D.1, T*: T* >= ln(1/Z(0))/M_2 if delta^2 <= min(1/(2 C), gamma^2/4)", "yes",
      fmt::format("gamma = 1/32: Z/gamma^2 in {} at t = {}, when even ln(1/Z(0))/(2 M_2) is {}",
                  to_string(there), when, to_string(claimed)),
      there.lower() > 1 && claimed.lower() > when);

  const Interval c = 4;
  const Interval small = sqrt(min(Interval(1), sqr(gamma)) / (2 * c));
  const double most = largest(tube(small, (log(c) / (2 * M_2)).upper()),
                              [&](const auto& box) { return moved(box) / (2 * c * sqr(small)); });
  claims.add_proof(
      "Lemma D.1, T* corrected: delta^2 <= min(1, gamma^2)/(2 C), so Z <= gamma^2 up to ln C/(2 "
      "M_2)",
      "gamma^2/4",
      fmt::format("Z/(2 C delta^2) <= {} for C = 4, 2 C delta^2 = gamma^2", decimal_above(most)),
      most <= 1);
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "The theorems on instances (sections 5.1, 5.2, Appendices C, D, F)");
  prove_one_neuron(claims);
  prove_two_layers(claims);
  prove_corollary(claims);
  prove_twenty_neurons(claims);
  prove_coupled_layers(claims);
  prove_lemma_54(claims);
  prove_saddle(claims);
  prove_saddle_of_layers(claims);
  refute_last_step(claims);
  const SmallSaddle saddle;
  refute_lemma_d1(saddle, claims);
  refute_bound_18(saddle, claims);
  refute_change_of_outputs(saddle, claims);
  refute_exit_time(claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "alignment: " << error.what() << '\n';
  return 2;
}
