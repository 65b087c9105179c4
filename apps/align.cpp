#include <fmt/format.h>

#include <cmath>

#include "checked_certificate.hpp"
#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/verify/alignment.hpp"
#include "filippov/view/json.hpp"
#include "initial_neurons.hpp"
#include "network_options.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "table.hpp"
#include "theorem_summary.hpp"

namespace filippov::apps {

namespace {

class Align {
 public:
  explicit Align(Command& command) : network_(command), json_(command) {
    const std::string group = "The theorem";
    command.option("--init", init_, "FILE.csv|random:SEED",
                   "the direction w0 of the initial weights: a file of neurons, or random:SEED; "
                   "its norm does not matter",
                   group);
    command.option("--epsilon", epsilon_, "E", "how far from aligned, less than eta", group);
    command.option("--certificate", certificate_, "FILE.json",
                   "write a certificate, once what `filippov check` does has proved it again",
                   "Output");
    command.footer(
        "Example: how small must the initial weights be, and how long does it take, until the\n"
        "neurons in init.csv are aligned with a KKT point to within 0.01?\n"
        "  filippov align --network squared-relu --data data.csv --init init.csv --epsilon 0.01");
  }

  int run() const {
    const NetworkProblem problem = network_.read();
    if (!init_) throw Error("--init is missing: expected a CSV file or random:SEED");
    const Interval epsilon = read_epsilon(epsilon_);
    json_.check();
    check_output("--certificate", certificate_);
    const AlignmentProblem instance{problem.network, problem.data, problem.loss,
                                    initial_neurons(*init_, problem), epsilon};
    AlignmentProof alignment;
    {
      const Progress progress("proving alignment");
      alignment = align(instance);
    }
    if (certificate_) {
      const Progress progress("writing and checking the certificate");
      write_checked_certificate(*certificate_,
                                certificate(network_.certified(problem), instance, alignment));
    }
    json_.write([&] { return to_json(alignment); }, [&] { return summary(alignment); });
    return 0;
  }

 private:
  static std::string summary(const AlignmentProof& result) {
    std::string text =
        fmt::format("{}{}{}\n\n", name(result.conclusion.proof),
                    result.conclusion.reason.empty() ? "" : ": ", result.conclusion.reason);
    std::vector<std::vector<std::string>> rows{
        {"beta", to_string(result.constants.beta), ""},
        {"beta_hat", to_string(result.constants.beta_hat), ""},
        {"beta_tilde", to_string(result.constants.beta_tilde), ""},
        {"T_bar", to_string(result.T_bar), "first time at which all neurons are aligned"},
        {"ln_C", to_string(result.ln_C), "4 beta beta_tilde T_bar"},
        {"eta", to_string(result.eta), "half the least norm of u from then on"}};
    if (std::isfinite(result.ln_delta_tube)) {
      rows.push_back({"ln_delta_tube", fmt::format("{}", result.ln_delta_tube),
                      "up to that |w/delta - u| <= epsilon until T_bar"});
      rows.push_back(
          {"ln_delta_bar", fmt::format("{}", result.ln_delta_bar), "and delta <= C^(-1/2)"});
      rows.push_back({name(result.which) == "aligned" ? "alignment" : "norm / delta",
                      to_string(result.alignment),
                      fmt::format("of w at T_bar; the theorem says {} {}",
                                  result.which == AlignmentCase::aligned ? "at least" : "at most",
                                  to_string(result.bound))});
    }
    text += table(rows);
    return text + "\n" + neuron_table(result.neurons);
  }

  NetworkOptions network_;
  JsonOption json_;
  std::optional<std::string> init_, epsilon_, certificate_;
};

}  // namespace

void add_align(CommandLine& program) {
  program.add<Align>(
      "align", "prove Theorem 5.1 or Corollary 5.4.1 on an instance: alignment near the origin");
}

}  // namespace filippov::apps
