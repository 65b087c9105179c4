#include "filippov/verify/constants.hpp"

#include <fmt/format.h>

#include "checked_certificate.hpp"
#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/view/json.hpp"
#include "network_options.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace filippov::apps {

namespace {

class Constants {
 public:
  explicit Constants(Command& command) : network_(command), json_(command) {
    command.option(
        "--relative-gap", gap_, "G",
        "how tight beta must be: upper end at most (1 + G) times the lower (default 1e-6)",
        "The constants");
    command.option("--time", time_, "T_BAR", "also ln C = 4 beta beta_tilde T_bar",
                   "The constants");
    command.option("--ln-C", ln_C_, "NUMBER", "also T_bar = ln C / (4 beta beta_tilde)",
                   "The constants");
    command.option("--certificate", certificate_, "FILE.json",
                   "write a certificate, once what `filippov check` does has proved it again",
                   "Output");
    command.footer(
        "Example: the constants of Theorem 5.1, with labels in the last column\n"
        "  filippov constants --network squared-relu --data data.csv --time 0.03");
  }

  int run() const {
    const NetworkProblem problem = network_.read();
    ConstantsOptions options;
    if (gap_) {
      options.relative_gap = read_number(*gap_, "--relative-gap");
      if (!(options.relative_gap > 0)) {
        throw Error(fmt::format("--relative-gap is {}: expected a positive number", *gap_));
      }
    }
    const std::optional<Interval> time = nonnegative(time_, "--time");
    const std::optional<Interval> ln_C = nonnegative(ln_C_, "--ln-C");
    json_.check();
    check_output("--certificate", certificate_);
    TheoremConstants constants;
    {
      const Progress progress("bounding beta");
      constants = theorem_constants(problem.network, problem.data, problem.loss, options);
    }
    ConstantsResult result{constants, {}, {}};
    if (time) result.ln_C = constants.ln_C(*time);
    if (ln_C) result.T_bar = constants.time(*ln_C);
    if (certificate_) {
      write_checked_certificate(
          *certificate_, certificate(network_.certified(problem), constants, {time_, ln_C_}));
    }
    json_.write([&] { return to_json(result); }, [&] { return summary(result, problem, options); });
    return 0;
  }

 private:
  /// The exact decimal, as the tightest interval around it.
  static std::optional<Interval> nonnegative(const std::optional<std::string>& text,
                                             const char* option) {
    if (!text) return std::nullopt;
    read_number(*text, option);
    const Interval value = Interval::from_decimal(*text);
    if (!certainly_less_equal(0, value)) {
      throw Error(fmt::format("{} is {}: expected a number that is not negative", option, *text));
    }
    return value;
  }

  static std::string summary(const ConstantsResult& result, const NetworkProblem& problem,
                             const ConstantsOptions& options) {
    const TheoremConstants& c = result.constants;
    std::vector<std::vector<std::string>> rows{
        {"beta", to_string(c.beta), "sup |H(X; w)| over |w| = 1"},
        {"beta_hat", to_string(c.beta_hat), "Lipschitz constant of l' on |z| <= beta"},
        {"label_norm", to_string(c.label_norm), "|l'(0, y)|"},
        {"beta_tilde", to_string(c.beta_tilde), "beta_hat beta + |l'(0, y)|"}};
    if (result.ln_C) rows.push_back({"ln_C", to_string(*result.ln_C), "4 beta beta_tilde T_bar"});
    if (result.T_bar) {
      rows.push_back({"T_bar", to_string(*result.T_bar), "ln C / (4 beta beta_tilde)"});
    }
    std::string text =
        fmt::format("{} examples with {} features; every interval contains the constant\n\n{}",
                    problem.data.size(), problem.data.dimension(), table(rows));
    if (!c.beta_tight) {
      text +=
          fmt::format("\nbeta is wider than the relative gap {} asked for\n", options.relative_gap);
    }
    return text;
  }

  NetworkOptions network_;
  JsonOption json_;
  std::optional<std::string> gap_, time_, ln_C_, certificate_;
};

}  // namespace

void add_constants(CommandLine& program) {
  program.add<Constants>("constants", "bound the constants of Theorem 5.1 for a network");
}

}  // namespace filippov::apps
