#include "saddle.hpp"

#include <algorithm>

#include "checker/check.hpp"
#include "conclusion.hpp"
#include "constants.hpp"
#include "gradient_bounds.hpp"
#include "norm_bound.hpp"
#include "perturbed_neuron.hpp"
#include "saddle_point.hpp"
#include "training_flow.hpp"

namespace network_checker {

namespace {

Range logarithm(const Range& a) { return Range::increasing(mpfr_log, a); }

void require(const Range& difference, const std::string& what) {
  if (!difference.nonnegative()) throw Refusal(what + " is not proved");
}

/// s with |J(w)|_2 <= s |w|, J the derivative of H(X; w): by Cauchy's inequality in the neurons and
/// in the rows s = 2 sqrt(beta beta_S), beta_S the sup over |v| = 1 of |(x_i.v)^2|_2 over rows that
/// are active together. Without a leak one of two rows x and x' = e - x is enough: the other adds
/// |e| |x'| at most, whether it is active with the first or in its place.
///
/// Two layers: (a.u, v a), a = sum_i p_i sigma'_i x_i, is no longer than |a| |w|, so that s =
/// |X|_2.
Range slope(const Problem& problem, const Range& beta, const Value& proof) {
  if (problem.two_layer) {
    const Range bound = proof["slope"].number();
    NormBound(problem).by_eigenvalue(bound / Range(2));  // that is of X^T X
    return bound;
  }
  Problem active = problem;
  active.leak = 1;
  active.x.clear();
  std::vector<bool> left_out(problem.n, false);
  Range rest = 0;
  for (int i = 0; i < problem.n; ++i) {
    if (left_out[i]) continue;
    active.x.push_back(problem.x[i]);
    for (int j = i + 1; j < problem.n && problem.leak.is_zero(); ++j) {
      Range off = 0;
      for (int k = 0; k < problem.d; ++k) off += squared(problem.x[i][k] + problem.x[j][k]);
      const Range size = scalar_product(problem.x[j], problem.x[j]);
      if (left_out[j] || !(Range(1e-24) * size - off).positive()) continue;
      left_out[j] = true;
      rest += off * size;
      break;
    }
  }
  active.n = static_cast<int>(active.x.size());
  const Range bound = proof["active_beta"].number();
  NormBound norm(active);
  const std::string method = proof["active_method"].text();
  if (method == "cones") {
    norm.by_cones(bound);
  } else if (method == "eigenvalue") {
    norm.by_eigenvalue(bound);
  } else {
    proof["active_method"].fail("cones or eigenvalue");
  }
  return Range(2) * (root(beta * bound) + root(rest));
}

class Instance {
 public:
  Instance(const Value& all, const Problem& problem);
  std::string prove();

 private:
  void prove_quotient(const std::vector<Value>& boxes);
  void prove_constants();
  /// Proves that |xi| stays below `push` up to T_bar, if |w_z / raw|^2 is at most `square`.
  void prove_push(const Range& push, const Range& square) const;
  /// A bound of |s_k - u_k| at T_bar, while |xi| <= push; of |s_k| until then.
  struct Departure {
    Range distance;
    Range size;
  };
  Departure departure(const std::vector<Value>& steps, int k, const Range& off) const;
  void prove_squared();
  void prove_two_layers();

  Value claims_;
  Value proof_;
  const Problem& problem_;
  SaddlePoint saddle_;
  Problem residual_;  ///< with z = y_bar
  Conclusion conclusion_;
  GradientBounds gradient_;
  Range residual_norm_;
  Range beta_;
  Range slope_;
  Range mu_1_, mu_2_, mu_3_, kappa_, gamma_, M_1_, M_2_;
};

Problem with_coefficients(Problem problem, const Box& z) {
  problem.z = z;
  problem.exact_z.clear();
  return problem;
}

SaddlePoint saddle_of(const Problem& problem, const Value& proof) {
  if (proof.has("cells") && problem.two_layer) {
    return prove_saddle_in_cells(problem, proof);
  }
  return proof.has("rays") && !problem.two_layer ? prove_saddle(problem, proof)
                                                 : exact_saddle(problem, proof["saddle"].list());
}

Instance::Instance(const Value& all, const Problem& problem)
    : claims_(all["claims"]),
      proof_(all["proof"]),
      problem_(problem),
      saddle_(saddle_of(problem, proof_)),
      residual_(with_coefficients(problem, saddle_.residual)),
      conclusion_(all, residual_, 0, saddle_.resting),
      gradient_(problem, saddle_.residual) {
  check_constants(all["constants"], problem);
  beta_ = all["constants"]["claims"]["beta"].range().upper();
  slope_ = slope(problem, beta_, proof_);
  residual_norm_ = length_of(saddle_.residual);
  const auto bound = [&](const char* name) { return Range(claims_[name].number()); };
  mu_1_ = bound("mu_1");
  mu_2_ = bound("mu_2");
  mu_3_ = bound("mu_3");
  kappa_ = bound("kappa");
  gamma_ = bound("gamma");
  M_1_ = bound("M_1");
  M_2_ = bound("M_2");
}

/// mu_2. Two layers: while no neuron leaves its cell the gradient of N is (a.u, v a), linear.
void Instance::prove_quotient(const std::vector<Value>& boxes) {
  if (problem_.two_layer) {
    require(mu_2_ - saddle_.drive, "mu_2");
    for (const Box& w : saddle_.neurons) {
      const Box u(w.begin() + 1, w.end());
      for (const Box& x : problem_.x) {
        if (problem_.exact_leak == 1) continue;
        const Range length = length_of(x);
        require(magnitude(scalar_product(x, u)) - gamma_ * length,
                "that no neuron of the saddle reaches a hyperplane of the data within gamma");
      }
    }
    return;
  }
  if (!mu_2_.positive()) throw Refusal("mu_2 is not positive");
  std::vector<Box> seen;
  for (const Value& value : boxes) {
    const Box box = value.box(problem_.d);
    bool known = false;
    for (const Box& other : seen) {
      bool inside = true;
      for (int l = 0; l < problem_.d; ++l) inside = inside && box[l].inside(other[l]);
      known = known || inside;
    }
    if (known) continue;
    gradient_.prove_quotient(box, mu_2_);
    seen.push_back(box);
  }
}

void Instance::prove_constants() {
  const std::vector<Value> boxes = claims_["saddle"].list(static_cast<int>(saddle_.neurons.size()));
  for (std::size_t k = 0; k < boxes.size(); ++k) {
    const Box& w = saddle_.neurons[k];
    const Box box = boxes[k].box(problem_.weights());
    for (std::size_t l = 0; l < w.size(); ++l) compare(w[l], box[l], boxes[k].place);
  }
  if (!gamma_.positive() || gamma_.upper() > 1) throw Refusal("gamma is not in (0, 1]");
  prove_quotient(boxes);
  compare(residual_norm_, claims_["residual_norm"].range(), "|y_bar|");
  // |w| <= |w_n| + gamma on the ball, and on the way there a half on the average.
  require(mu_3_ - slope_ * (saddle_.norm + gamma_), "mu_3");
  require(mu_1_ - slope_ * (saddle_.norm + gamma_ / Range(2)), "mu_1");
  require(kappa_ - (mu_2_ + mu_1_ * mu_3_), "kappa");
  require(M_1_ - (residual_norm_ + mu_1_ + beta_), "M_1");
  require(M_2_ - (mu_2_ + mu_1_ * mu_3_), "M_2");
  require(M_2_ - beta_ * (Range(2) * M_1_ + mu_3_), "M_2");
  // Z <= 2 delta^2 e^(2 M_2 t) is at most C delta^2 up to T_bar, as C >= 4, and that is at most
  // min(1, gamma^2) / 2: the ball is not left.
  const Range ln_C = claims_["ln_C"].range();
  compare(Range(4) * M_2_ * Range(conclusion_.time), ln_C, "ln C");
  require(ln_C - logarithm(Range(4)), "C >= 4");
  require((logarithm(squared(gamma_) / Range(2)) - ln_C) / Range(2) - conclusion_.ln_delta,
          "delta_bar^2 <= min(1, gamma^2) / (2 C)");
}

/// With raw = delta / |rows|, s = w_z / raw and rho = |w_n - saddle| / raw,
///
///     rho' <= kappa rho + raw beta mu_3 |s|^2,
///     s_k' = sum_i (y_bar_i - xi_i) dH(x_i; s_k),   |xi| <= mu_1 raw rho + beta raw^2 |s|^2.
///
/// While |xi| <= push, |s|^2 is at most `square`, so that |xi| stays below push.
void Instance::prove_push(const Range& push, const Range& square) const {
  const Range time = conclusion_.time;
  const Range raw = exponential(conclusion_.ln_delta) / conclusion_.norm;
  const Range rho =
      exponential(kappa_ * time) * (conclusion_.norm + time * raw * beta_ * mu_3_ * square);
  if (!(push - (mu_1_ * raw * rho + beta_ * squared(raw) * square)).positive()) {
    throw Refusal("|xi| is not proved to stay below the push");
  }
}

/// Over a step of the tube of u_k, while |s_k - u_k| <= departures_k and with |y_bar - y'| <= off
/// for the residual y' of the tubes,
///
///     |s_k - u_k|' <= rate |s_k - u_k| + slope (push |s_k| + off |u_k|).
Instance::Departure Instance::departure(const std::vector<Value>& steps, int k,
                                        const Range& off) const {
  const Range push = proof_["push"].number();
  const Value part_value = proof_["departures"].list(conclusion_.neurons)[k];
  const Range part = part_value.number();
  const std::vector<Value> rates =
      proof_["rates"].list(conclusion_.neurons)[k].list(static_cast<int>(steps.size()));
  if (!push.positive() || !part.positive()) part_value.fail("a positive number");
  Departure result;
  for (std::size_t j = 0; j < steps.size(); ++j) {
    const Box times = steps[j]["t"].point(2);
    const Range elapsed = times[1] - times[0];
    Box u = steps[j]["box"].box(problem_.d + 1);
    u.pop_back();
    const Range size = length_of(u);
    const Range most = (part * (conclusion_.norm + Range(size.lower()))).lower();
    for (Range& entry : u) entry += either_sign(most);
    const Range rate = rates[j].number();
    if (!gradient_.grows_at_most(rate, u)) {
      throw Refusal(rates[j].place + ": how fast solutions part is not proved");
    }
    const Range growth = exponential(rate * elapsed);
    const Range no_less = Range(1) + at_least_zero(growth - Range(1));
    const Range pushed = no_less * elapsed * slope_ * (push * (size + most) + off * size);
    require(most - (no_less * result.distance + pushed), part_value.place);
    result.distance = (growth * result.distance + pushed).upper();
    result.size = std::max(result.size.upper(), (size + most).upper());
  }
  return result;
}

void Instance::prove_squared() {
  // The flow of the tubes, with decimals near y_bar in place of the labels.
  Problem near = problem_;
  const std::vector<Value> decimals = proof_["residual"].list(problem_.n);
  Box off = saddle_.residual;
  for (int i = 0; i < problem_.n; ++i) {
    near.written[i].back() = decimals[i].text();
    off[i] -= decimal(decimals[i]);
  }
  const Range off_norm = length_of(off);
  const TrainingFlow flow(near, 1, 0);
  const std::vector<Value> tubes = proof_["tubes"].list(conclusion_.neurons);
  Range square = 0;
  for (int k = 0; k < conclusion_.neurons; ++k) {
    Box s = flow.claimed_end(tubes[k], conclusion_.start_of(k), Range(0), conclusion_.time);
    const std::vector<Value> steps = tubes[k]["parts"].list(1)[0]["steps"].list();
    const Departure departed = departure(steps, k, off_norm);
    for (Range& entry : s) entry += either_sign(departed.distance);
    conclusion_.check(s, k);
    checker::check(tubes[k]);
    square += squared(departed.size);
  }
  prove_push(proof_["push"].number(), square);
}

/// |s|^2' = 4 sum_i (y_bar_i - xi_i) H(x_i; s) <= 4 (|y_bar| + push) beta |s|^2.
void Instance::prove_two_layers() {
  const Range push = proof_["push"].number();
  if (!push.positive()) throw Refusal("the push is not positive");
  const Range growth = Range(2) * beta_ * (residual_norm_ + push) * Range(conclusion_.time);
  prove_push(push, squared(conclusion_.norm * exponential(growth)));
  Box off = saddle_.residual;
  Box near;
  for (Range& entry : off) {
    near.push_back(entry.point());
    entry -= near.back();
  }
  PerturbedNeuron flow(problem_, near, slope_ * (push + length_of(off)));
  for (int k = 0; k < conclusion_.neurons; ++k) {
    conclusion_.check(flow.end(conclusion_.start_of(k), conclusion_.time), k);
  }
}

std::string Instance::prove() {
  prove_constants();
  if (problem_.two_layer) {
    prove_two_layers();
  } else {
    prove_squared();
  }
  return "accepted: Theorem 5.5 at the saddle, M_2 <= " + claims_["M_2"].json.dump() +
         " and the conclusion for every delta up to delta_bar, is proved again";
}

}  // namespace

std::string check_saddle(const Value& all, const Problem& problem) {
  if (problem.diagonal || problem.logistic || problem.mean) {
    throw Refusal("Theorem 5.5 is proved for networks of neurons and the square loss, summed");
  }
  return Instance(all, problem).prove();
}

}  // namespace network_checker
