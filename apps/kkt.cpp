#include "filippov/verify/kkt.hpp"

#include <fmt/format.h>

#include "checked_certificate.hpp"
#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/view/json.hpp"
#include "filippov/view/kkt_plot.hpp"
#include "network_options.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace filippov::apps {

namespace {

class Kkt {
 public:
  explicit Kkt(Command& command) : network_(command), json_(command) {
    command.option("--starts", starts_, "N", "starting points of a search (default 200)",
                   "The search");
    command.option("--seed", seed_, "N", "of the random starting points (default 1)", "The search");
    command.option("--certificate", certificate_, "FILE.json",
                   "write a certificate of the points that are certified, once what `filippov "
                   "check` does has proved it again",
                   "Output");
    command.option("--plot", plot_, "FILE.svg",
                   "draw N over the angle, with the points (two features)", "Output");
    command.footer(
        "Example: max N(w) subject to |w| = 1, with labels in the last column\n"
        "  filippov kkt --network squared-relu --data data.csv\n"
        "lists every KKT point with its box and objective N. \"stable\" ones are strict local\n"
        "maxima: small weights that start near them turn to them. With two or three features the\n"
        "list is complete, unless it says why not; else it comes from a search, and what that\n"
        "finds is certified.");
  }

  int run() const {
    const NetworkProblem problem = network_.read();
    KktOptions options;
    if (starts_) options.starts = static_cast<int>(count(*starts_, "--starts"));
    if (seed_) options.seed = static_cast<unsigned>(count(*seed_, "--seed"));
    json_.check();
    check_output("--certificate", certificate_);
    check_output("--plot", plot_);
    KktPoints points;
    {
      const Progress progress("looking for KKT points");
      points = kkt_points(problem.network, problem.data, problem.loss, options);
    }
    if (certificate_) {
      const Progress progress("writing and checking the certificate");
      write_checked_certificate(*certificate_, certificate(network_.certified(problem), points));
    }
    if (plot_) plot_kkt(*plot_, problem.network, problem.data, problem.loss, points);
    json_.write([&] { return to_json(points); }, [&] { return summary(points, problem); });
    return 0;
  }

 private:
  static long count(const std::string& text, const char* option) {
    constexpr long most = 1000000;
    const long value = read_count(text, option);
    if (value > most) {
      throw Error(fmt::format("{} is {}: expected at most {}", option, text, most));
    }
    return value;
  }

  static std::string kind(const KktPoint& point) {
    if (!point.certified) return "not certified";
    std::string text = point.stable ? (*point.stable ? "stable" : "not stable") : "undecided";
    if (point.arc) {
      text += fmt::format(", arc from angle {} to {}", to_string(point.arc->first),
                          to_string(point.arc->second));
    } else if (point.dimension > 0) {
      text += fmt::format(", one of a set of dimension {}", point.dimension);
    }
    if (!point.kinks.empty()) {
      text += fmt::format(", on the kink of row {}", fmt::join(point.kinks, ", "));
    }
    return text;
  }

  static std::string summary(const KktPoints& result, const NetworkProblem& problem) {
    std::vector<std::vector<std::string>> rows{{"objective N", "w", ""}};
    for (const KktPoint& point : result.points) {
      rows.push_back({to_string(point.objective),
                      fmt::format("({:.17g})", fmt::join(point.u, ", ")), kind(point)});
    }
    std::string text = fmt::format("{} examples with {} features\n\n{}", problem.data.size(),
                                   problem.data.dimension(), table(rows));
    text += result.complete ? "\nThere are no others: proved\n"
                            : fmt::format("\nThere may be others: {}\n", result.reason);
    return text;
  }

  NetworkOptions network_;
  JsonOption json_;
  std::optional<std::string> starts_, seed_, certificate_, plot_;
};

}  // namespace

void add_kkt(CommandLine& program) {
  program.add<Kkt>("kkt", "find the KKT points of a network's neural correlation function");
}

}  // namespace filippov::apps
