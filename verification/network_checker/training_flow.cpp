#include "training_flow.hpp"

namespace network_checker {

namespace {

std::string w(int k) { return "w" + std::to_string(k); }

/// Normalized rows are left as they are, and homogeneous functions of them divided by this: by the
/// length of the row, for squares by its square.
std::string divisor(const Problem& problem, const std::vector<std::string>& row) {
  if (!problem.normalized) return "";
  std::string sum;
  for (int l = 0; l < problem.d; ++l) sum += (l == 0 ? "(" : "+(") + row[l] + ")^2";
  return (problem.two_layer || problem.diagonal ? "/sqrt(" : "/(") + sum + ")";
}

/// -l'(p output, y_i), both the output and this divided as the row is.
std::string pull_of(const Problem& problem, const std::vector<std::string>& row,
                    std::string output) {
  const std::string y = "(" + row.back() + ")";
  const std::string division = divisor(problem, row);
  if (!division.empty()) output = "(" + output + ")" + division;
  const std::string pull = problem.logistic ? "(" + y + "/(1+exp(" + y + "*p*(" + output + "))))"
                                            : "(" + y + "-p*(" + output + "))";
  return pull + (problem.mean ? "/" + std::to_string(problem.n) : "") + division;
}

std::vector<std::string> diagonal_formulas(const Problem& problem) {
  const int d = problem.d;
  std::vector<std::string> result(2 * d);
  for (const std::vector<std::string>& row : problem.written) {
    std::string output;
    for (int l = 0; l < d; ++l) {
      output += (l == 0 ? "(" : "+(") + row[l] + ")*" + w(l + 1) + "*" + w(d + l + 1);
    }
    const std::string pull = pull_of(problem, row, output);
    for (int l = 0; l < d; ++l) {
      result[l] += "+" + pull + "*(" + row[l] + ")*" + w(d + l + 1);
      result[d + l] += "+" + pull + "*(" + row[l] + ")*" + w(l + 1);
    }
  }
  result.emplace_back("0");
  return result;
}

std::vector<std::string> formulas_of(const Problem& problem, int neurons, int negative) {
  if (problem.diagonal) return diagonal_formulas(problem);
  const int size = problem.weights();
  const int first = problem.two_layer ? 2 : 1;
  const bool leaky = problem.leak_text != "0";
  const std::string leak = "(" + problem.leak_text + ")";
  std::vector<std::string> result(neurons * size);
  for (const std::vector<std::string>& row : problem.written) {
    std::vector<std::string> h(neurons);
    std::string output;
    const auto sigma = [&](int k) {
      return leaky ? "leaky_relu(" + leak + "," + h[k] + ")" : "relu(" + h[k] + ")";
    };
    const auto sign = [&](int k) { return k < neurons - negative ? "+" : "-"; };
    for (int k = 0; k < neurons; ++k) {
      for (int l = 0; l < problem.d; ++l) {
        h[k] += (l == 0 ? "(" : "+(") + row[l] + ")*" + w(k * size + l + first);
      }
      output += sign(k);
      output += problem.two_layer ? w(k * size + 1) + "*" + sigma(k) : sigma(k) + "^2";
    }
    const std::string pull = pull_of(problem, row, output);
    for (int k = 0; k < neurons; ++k) {
      const std::string pulled = sign(k) + pull + "*";
      if (problem.two_layer) result[k * size] += pulled + sigma(k);
      const std::string slope = problem.two_layer ? w(k * size + 1) + "*select(" + h[k] + ",1," +
                                                        (leaky ? leak : "0") + ")"
                                : leaky ? "2*leaky_relu(" + leak + "*" + leak + "," + h[k] + ")"
                                        : "2*relu(" + h[k] + ")";
      const std::string force = pulled + slope + "*(";
      for (int l = 0; l < problem.d; ++l) {
        result[k * size + l + first - 1] += force + row[l] + ")";
      }
    }
  }
  result.emplace_back("0");
  return result;
}

}  // namespace

TrainingFlow::TrainingFlow(const Problem& problem, int neurons, int negative)
    : formulas_(formulas_of(problem, neurons, negative)) {
  for (std::size_t k = 1; k < formulas_.size(); ++k) names_.push_back(w(static_cast<int>(k)));
  names_.emplace_back("p");
}

Box TrainingFlow::claimed_end(const Value& tube, const Box& start, const Range& p,
                              double time) const {
  const Value stated = tube["problem"];
  const Value claims = tube["claims"];
  if (tube["kind"].text() != "tube" || stated["flow"].text() != "system" ||
      stated["formulas"].json != formulas_ || stated["variables"].json != names_ ||
      stated.has("disturbance")) {
    throw Refusal(tube.place + " is a tube of another flow than that of the data");
  }
  if (stated["t0"].number() != 0 || claims["t"].number() != time) {
    throw Refusal(tube.place + " is a tube over other times");
  }
  const int n = static_cast<int>(formulas_.size());
  const Box from = stated["box"].box(n);
  for (int k = 0; k < n; ++k) {
    compare(k + 1 < n ? start[k] : p, from[k], tube.place + ", start");
  }
  if (claims["uniqueness"].text() != "certified") throw Refusal(tube.place + " is not unique");
  Box end = claims["box"].box(n);
  end.pop_back();
  return end;
}

}  // namespace network_checker
