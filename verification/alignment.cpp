// Theorem 5.1, Corollary 5.4.1 and Theorem 5.5 proved on instances, Lemma 5.4 for a whole set of
// starts, and Lemma D.1, which is false as printed.

#include "filippov/verify/alignment.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <random>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
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
      certificate({problem.network, problem.data, {}, {}}, problem, crossing));
  prove_theorem("two layers, three hyperplanes crossed", crossing, "Theorem 5.1", claims);
  prove_parts("two layers, three hyperplanes crossed", crossing, claims);
  const AlignmentProblem to_a_kink = two_layers(weights({".28", "-.2688", "-.9216"}));
  const AlignmentProof sliding = align(to_a_kink);
  write_file(claims.certificate("theorem_5_1_sliding.json",
                                "Theorem 5.1, two layers, slides for ever on a kink"),
             certificate({to_a_kink.network, to_a_kink.data, {}, {}}, to_a_kink, sliding));
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
             certificate({problem.network, problem.data, {}, {}}, problem, proof));
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

/// Lemma D.1 for x1 = e1, x2 = e2, H_n = w_n^2 x[0], H_z = w_z^2 x[1], y = (1/100, 10) and the
/// saddle (1/10, 0). On the unit ball mu_1 = 1.2, mu_2 = 0, mu_3 = 2.2, beta = 1, |y_bar| = 10, so
/// M_1 = 12.2 and M_2 = max(2.64, 26.6); but |w_z|^2 grows at the rate 40.
void refute_lemma_d1(Claims& claims) {
  const VectorField field(2, [](auto, const auto& w) {
    return vector(-2 * w[0] * (w[0] * w[0] - Expression(1) / 100), -2 * w[1] * (w[1] * w[1] - 10));
  });
  const FilippovMap flow(field);
  const Interval delta = Interval(1) / 1024;
  const Interval m2 = decimal("26.6");
  const Interval c = 4;
  const Interval allowed = 2 * c * sqr(delta);
  const Interval printed = log(c) / m2;
  const auto moved = [&](const std::vector<Interval>& w) {
    return sqr(w[0] - Interval(1) / 10) + sqr(w[1]);
  };
  const Tube to_printed = enclose(
      flow, {.t1 = printed.lower(), .x0 = {Interval(1) / 10 + delta, delta}}, {.max_pieces = 1});
  const bool reached = to_printed.status == TubeStatus::finished;
  const Interval there = reached ? moved(to_printed.box) / allowed : Interval(0);
  claims.add_refutation("Lemma D.1, (56) as printed: Z <= 2 C delta^2 up to ln C/M_2, C = 4", "yes",
                        fmt::format("Z/(2 C delta^2) in {} just before", to_string(there)),
                        there.lower() > 1);

  const Tube corrected =
      enclose(flow, {.t1 = (printed / 2).upper(), .x0 = {Interval(1) / 10 + delta, delta}},
              {.max_pieces = 1});
  bool below = corrected.status == TubeStatus::finished && !corrected.segments.empty();
  double largest = 0;
  for (const TubeSegment& segment : corrected.segments) {
    largest = std::max(largest, (moved(segment.box) / allowed).upper());
  }
  below = below && largest <= 1;
  claims.add_proof("Lemma D.1, (56) corrected: up to ln C/(2 M_2), on the same instance",
                   "e^(2 M_2 t)", fmt::format("Z/(2 C delta^2) <= {}", decimal_above(largest)),
                   below);
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
  refute_lemma_d1(claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "alignment: " << error.what() << '\n';
  return 2;
}
