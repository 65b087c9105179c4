#include "filippov/verify/saddle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checked_certificate.hpp"
#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/view/json.hpp"
#include "initial_neurons.hpp"
#include "network_options.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "table.hpp"
#include "theorem_summary.hpp"

namespace filippov::apps {

namespace {

using Rows = std::vector<std::vector<Interval>>;

bool is_zero(const std::vector<Interval>& row) {
  return std::all_of(row.begin(), row.end(), [](Interval w) { return identical(w, 0); });
}

class Saddle {
 public:
  explicit Saddle(Command& command) : network_(command), json_(command) {
    const std::string group = "The theorem";
    command.option("--saddle", saddle_, "FILE.csv",
                   "the neurons at the saddle, one per line; rows of zeros form w_z", group);
    command.option("--init", init_, "FILE.csv|random:SEED",
                   "the direction zeta_z in which w_z starts, one row for each row of zeros (or "
                   "for each row of the saddle): a file of neurons, or random:SEED (default "
                   "random:1); its norm does not matter",
                   group);
    command.option("--epsilon", epsilon_, "E", "how far from aligned, less than eta", group);
    command.option("--certificate", certificate_, "FILE.json",
                   "write a certificate, once what `filippov check` does has proved it again",
                   "Output");
    command.footer(
        "Example: the neurons in saddle.csv fit a part of the data; how near must the start be,\n"
        "and how long does it take, until the others are aligned with a KKT point to within 0.1?\n"
        "  filippov saddle --network squared-relu --data data.csv --saddle saddle.csv \\\n"
        "                  --init init.csv --epsilon 0.1");
  }

  int run() const {
    const NetworkProblem problem = network_.read();
    if (!saddle_) throw Error("--saddle is missing: expected a CSV file of neurons");
    const Interval epsilon = read_epsilon(epsilon_);
    if (problem.loss.kind != LossKind::square || problem.loss.mean) {
      throw Error(
          "--loss: Theorem 5.5 is about the square loss, summed; expected square without "
          "--mean");
    }
    const Rows rows = saddle_rows(problem);
    SaddleProblem instance{problem.network, problem.data, {}, start(problem, rows), epsilon};
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(instance.saddle),
                 [](const auto& row) { return !is_zero(row); });
    instance.network.neurons = static_cast<int>(rows.size());
    json_.check();
    check_output("--certificate", certificate_);
    SaddleProof proof;
    {
      const Progress progress("proving alignment at the saddle");
      proof = prove_at_saddle(instance);
    }
    if (certificate_) {
      const Progress progress("writing and checking the certificate");
      write_checked_certificate(*certificate_,
                                certificate(network_.certified(problem), instance, proof));
    }
    json_.write([&] { return to_json(proof); }, [&] { return summary(proof); });
    return 0;
  }

 private:
  Rows saddle_rows(const NetworkProblem& problem) const {
    Rows rows = neuron_rows(*saddle_, problem);
    if (problem.neurons_given && static_cast<int>(rows.size()) != problem.network.neurons) {
      throw Error(fmt::format("--saddle: {} has {} neurons, expected {} as --network says",
                              *saddle_, rows.size(), problem.network.neurons));
    }
    const auto zeros = std::count_if(rows.begin(), rows.end(), is_zero);
    if (zeros == 0) {
      throw Error(
          fmt::format("--saddle: {} has no row of zeros: expected the neurons w_z", *saddle_));
    }
    if (zeros == static_cast<std::ptrdiff_t>(rows.size())) {
      throw Error(
          fmt::format("--saddle: all weights in {} are zero: expected a saddle (for the "
                      "origin: filippov align)",
                      *saddle_));
    }
    return rows;
  }

  /// zeta_z, a row for each row of zeros.
  Rows start(const NetworkProblem& problem, const Rows& saddle) const {
    const std::string init = init_.value_or("random:1");
    NetworkProblem zeros = problem;
    zeros.neurons_given = false;
    zeros.network.neurons = static_cast<int>(std::count_if(saddle.begin(), saddle.end(), is_zero));
    Rows rows = initial_neurons(init, zeros);
    if (rows.size() == saddle.size()) {
      Rows chosen;
      for (std::size_t k = 0; k < rows.size(); ++k) {
        if (is_zero(saddle[k])) chosen.push_back(rows[k]);
      }
      return chosen;
    }
    if (static_cast<int>(rows.size()) != zeros.network.neurons) {
      throw Error(fmt::format("--init: {} has {} neurons, expected {} as {} has rows of zeros",
                              init, rows.size(), zeros.network.neurons, *saddle_));
    }
    return rows;
  }

  static std::string summary(const SaddleProof& result) {
    std::string text =
        fmt::format("{}{}{}\n", name(result.conclusion.proof),
                    result.conclusion.reason.empty() ? "" : ": ", result.conclusion.reason);
    text += fmt::format("an exact saddle near the weights given: {}{}{}\n\n",
                        name(result.stationary.proof), result.stationary.reason.empty() ? "" : ": ",
                        result.stationary.reason);
    const SaddleConstants& c = result.constants;
    std::vector<std::vector<std::string>> rows{
        {"beta", to_string(c.beta), "sup |H(X; w)| over |w| = 1"},
        {"residual_norm", to_string(c.residual_norm), "|y - H_n(X; w_n)|"}};
    const auto add = [&](const char* name, const BoundedConstant& constant) {
      rows.push_back({name, to_string(constant.value), constant.reason});
    };
    add("mu_1", c.mu_1);
    add("mu_2", c.mu_2);
    add("mu_3", c.mu_3);
    add("kappa", c.kappa);
    add("gamma", c.gamma);
    add("M_1", c.M_1);
    add("M_2", c.M_2);
    rows.push_back({"T_bar", to_string(result.T_bar), "first time at which w_z is aligned"});
    rows.push_back({"ln_C", to_string(result.ln_C), "4 M_2 T_bar"});
    rows.push_back({"eta", to_string(result.eta), "half the least norm of u from then on"});
    if (std::isfinite(result.ln_delta_tube)) {
      rows.push_back({"ln_delta_tube", fmt::format("{}", result.ln_delta_tube),
                      "up to that |w_z/delta - u| <= epsilon until T_bar"});
      rows.push_back({"ln_delta_bar", fmt::format("{}", result.ln_delta_bar),
                      "and delta^2 <= min(1, gamma^2)/(2 C)"});
      rows.push_back({result.which == AlignmentCase::aligned ? "alignment" : "norm / delta",
                      to_string(result.alignment),
                      fmt::format("of w_z at T_bar; the theorem says {} {}",
                                  result.which == AlignmentCase::aligned ? "at least" : "at most",
                                  to_string(result.bound))});
    }
    return text + table(rows) + "\n" + neuron_table(result.neurons);
  }

  NetworkOptions network_;
  JsonOption json_;
  std::optional<std::string> saddle_, init_, epsilon_, certificate_;
};

}  // namespace

void add_saddle(CommandLine& program) {
  program.add<Saddle>("saddle", "prove Theorem 5.5 on an instance: alignment near a saddle");
}

}  // namespace filippov::apps
