// Theorem 5.1, Corollary 5.4.1 and Theorem 5.5 proved on instances, Lemma 5.4 for a whole set of
// starts, and Lemma D.1, which is false as printed.

#include "filippov/verify/alignment.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iostream>

#include "claims.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/verify/saddle.hpp"

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
  const AlignmentProof crossing = align(two_layers(weights({"-.8", ".168", ".576"})));
  prove_theorem("two layers, three hyperplanes crossed", crossing, "Theorem 5.1", claims);
  prove_parts("two layers, three hyperplanes crossed", crossing, claims);
  const AlignmentProof sliding = align(two_layers(weights({".28", "-.2688", "-.9216"})));
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

/// Lemma 5.4 for the KKT point (-1, q)/sqrt 2, q = -a/|a|, of the four examples, a = z0 x0 + z1 x1
/// the drive of the cell of its activations. For every u within gamma of u* the signs of x_i.u are
/// those at u*; there u' = v a, and v keeps its sign as v^2 - |u|^2 > 0 is conserved; so x_i.u
/// moves with the sign of v x_i.a, away from 0, for ever.
void prove_lemma_54(Claims& claims) {
  const AlignmentProof proof = align(two_layers(weights({"-.8", ".168", ".576"})));
  const LimitDirection& limit = proof.neurons.front().limit;
  const DataSet data = four_rows();
  const std::array<Interval, 2> u{limit.box[1], limit.box[2]};
  const auto product = [&](int i, const std::array<Interval, 2>& w) {
    return data.input(i)[0] * w[0] + data.input(i)[1] * w[1];
  };
  std::array<Interval, 2> drive{0, 0};
  double nearest = 1e300;
  double longest = 0;
  for (int i = 0; i < data.size(); ++i) {
    const Interval side = product(i, u);
    nearest = std::min(nearest, abs(side).lower());
    longest = std::max(longest, sqrt(sqr(data.input(i)[0]) + sqr(data.input(i)[1])).upper());
    if (!certainly_positive(side)) continue;
    for (std::size_t k = 0; k < 2; ++k) drive[k] += data.label(i) * data.input(i)[k];
  }
  const Interval gamma = Interval(nearest) / (2 * Interval(longest));
  bool holds = limit.certified.proof == Proof::certified && nearest > 0;
  for (int i = 0; i < data.size(); ++i) {
    const Interval side = product(i, u);
    const Interval rate = limit.box[0] * product(i, drive);
    holds = holds && abs(side).lower() > (gamma * longest).upper() &&
            (certainly_positive(side) ? certainly_positive(rate) : certainly_negative(rate));
  }
  claims.add_proof("Lemma 5.4: no start of S crosses a hyperplane, four examples, v* < 0",
                   "gamma = eta_1/(2 eta_2)",
                   fmt::format("gamma in {}: every x_i.u moves away from 0", to_string(gamma)),
                   holds);
}

void prove_saddle(Claims& claims) {
  const Interval half = sqrt(Interval(1) / 2);
  const SaddleProof proof = prove_at_saddle({parse_network("squared-relu"),
                                             equally_spaced(),
                                             std::vector<std::vector<Interval>>(10, {half, 0}),
                                             {{cos(Interval(2)), sin(Interval(2))}},
                                             decimal("0.1")});
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
  prove_lemma_54(claims);
  prove_saddle(claims);
  refute_lemma_d1(claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "alignment: " << error.what() << '\n';
  return 2;
}
