#include "constants.hpp"

#include "norm_bound.hpp"

namespace network_checker {

Range check_constants(const Value& all, const Problem& problem) {
  const Value claims = all["claims"];
  const Value proof = all["proof"];
  const Range beta = claims["beta"].range();
  if (problem.diagonal) {
    Range largest = 0;
    for (int k = 0; k < problem.d; ++k) {
      Range sum = 0;
      for (const Box& row : problem.x) sum += squared(row[k]);
      largest = k == 0 ? sum : sum + at_least_zero(largest - sum);
    }
    compare(root(largest) / Range(2), beta, "beta");
  } else {
    const Box w = proof["argument"].point(problem.weights());
    Range sum = 0;
    for (int i = 0; i < problem.n; ++i) sum += squared(problem.output(i, w));
    const Range reached = root(sum) / scalar_product(w, w);
    if (!(reached - Range(beta.lower())).nonnegative()) {
      throw Refusal("|H(X; w)| at the argument is in " + shown(reached) +
                    ", less than the lower end of beta");
    }
    const std::string method = proof["method"].text();
    NormBound bound(problem);
    if (method == "cones") {
      bound.by_cones(Range(beta.upper()));
    } else if (method == "eigenvalue") {
      bound.by_eigenvalue(Range(beta.upper()));
    } else {
      proof["method"].fail("cones or eigenvalue");
    }
  }
  const Range terms = problem.mean ? problem.n : 1;
  const Range beta_hat = (problem.logistic ? Range(0.25) : Range(1)) / terms;
  compare(beta_hat, claims["beta_hat"].range(), "beta_hat");
  const Range label_norm = length_of(problem.z);
  compare(label_norm, claims["label_norm"].range(), "label_norm");
  const Range beta_tilde = beta_hat * beta + label_norm;
  compare(beta_tilde, claims["beta_tilde"].range(), "beta_tilde");
  const Range rate = Range(4) * beta * beta_tilde;
  if (claims.has("ln_C")) {
    compare(rate * decimal(claims["time"]), claims["ln_C"].range(), "ln_C");
  }
  if (claims.has("T_bar")) {
    compare(decimal(claims["given_ln_C"]) / rate, claims["T_bar"].range(), "T_bar");
  }
  return rate;
}

}  // namespace network_checker
