#include "filippov/solver/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "checked_certificate.hpp"
#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/solver/training_record.hpp"
#include "filippov/view/json.hpp"
#include "filippov/view/plot.hpp"
#include "filippov/view/training_plot.hpp"
#include "initial_neurons.hpp"
#include "network_options.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "progress.hpp"
#include "table.hpp"

namespace filippov::apps {

namespace {

using Rows = std::vector<std::vector<Interval>>;

/// STEP:N
struct Descent {
  double step;
  long count;
};

class Train {
 public:
  explicit Train(Command& command) : network_(command), json_(command) {
    command.option(
        "--delta", delta_, "NUMBER",
        "the initial weights are this times those of --init; may be as small as 1e-300 (default 1)",
        "The experiment");
    command.option("--init", init_, "random:SEED|FILE.csv",
                   "standard normal weights, or a file with the weights of a neuron in each line",
                   "The experiment");
    command.option("--until", until_, "TIME", "final time of the gradient flow", "The experiment");
    command.option("--gradient-descent", descent_, "STEP:N",
                   "gradient descent instead of the gradient flow: N steps of that size, or as "
                   "many as there are up to --until",
                   "The experiment");
    const std::string group = "How it is computed";
    command.option("--rtol", rtol_, "NUMBER",
                   "error of a step relative to the norm of each neuron (default 1e-8)", group);
    command.option("--samples", samples_, "N", "times at which the state is reported (default 200)",
                   group);
    command.flag("--cosines", cosines_,
                 "report the alignment of every neuron over time, not only at the end", group);
    command.option("--plot", plot_, "FILE.svg", "draw the loss, the norm and the directions",
                   "Output");
    command.option("--certificate", certificate_, "FILE.json",
                   "enclose the gradient flow of a small network, with proof, and write a "
                   "certificate, which `filippov check` proves again",
                   "Output");
    command.footer(
        "Example: twenty neurons from weights of size 1e-5; the loss is a mean, as --mean says\n"
        "  filippov train --network squared-relu:20 --data data.csv --mean --delta 1e-5 "
        "--init random:1 --until 2.5 --plot train.svg");
  }

  int run() const {
    NetworkProblem problem = network_.read();
    const double delta = delta_ ? read_number(*delta_, "--delta") : 1;
    if (!(delta > 0)) {
      throw Error(fmt::format("--delta is {}: expected a positive number", *delta_));
    }
    const Rows rows = initial_rows(problem);
    std::vector<double> s0;
    for (const auto& row : rows) {
      for (const Interval& weight : row) s0.push_back(weight.midpoint());
    }
    std::optional<Descent> descent = read_descent();
    if (!descent && !until_) throw Error("--until is missing: expected the final time");
    const double until = until_ ? read_number(*until_, "--until") : 0;
    if (until_ && !(until > 0)) {
      throw Error(fmt::format("--until is {}: expected a positive number", *until_));
    }
    if (descent && until_) {
      // To within rounding: 1 / 0.1 is ten steps.
      const double steps = std::floor(until / descent->step * (1 + 1e-12));
      if (!(steps >= 1)) {
        throw Error(fmt::format("--until is {}, less than one step of --gradient-descent {}",
                                *until_, *descent_));
      }
      if (steps < static_cast<double>(descent->count)) {
        descent->count = static_cast<decltype(descent->count)>(steps);
      }
    }
    if (descent && certificate_) {
      throw Error("--certificate is about the gradient flow: expected --until");
    }
    const TrainingOptions options = training_options();
    json_.check();
    check_output("--plot", plot_);
    check_output("--certificate", certificate_);
    if (plot_) require_gnuplot();

    const TrainingField field(problem.network, problem.data, problem.loss, delta);
    TrainingRecord record;
    const bool cosines = cosines_ || (plot_ && field.features() != 2);
    const TrainingObserver observer = record_into(record, field, {.cosines = cosines});
    TrainingResult result;
    {
      const Progress progress("training");
      result = descent
                   ? gradient_descent(field, s0, descent->step, descent->count, observer, options)
                   : gradient_flow(field, s0, until, observer, options);
    }
    std::string proved;
    if (certificate_) {
      const Progress progress("enclosing the flow and checking it");
      const TrainingCertificate file =
          certificate(network_.certified(problem), {rows, delta_.value_or("1"), until});
      write_checked_certificate(*certificate_, file.text);
      proved = fmt::format("\nproved at t = {}: loss in {}, norm in {}, after {} events\n", until,
                           to_string(file.loss), to_string(file.norm), file.events);
    }
    if (plot_) {
      TrainingPlotOptions plot_options;
      if (descent) plot_options.time_label = "step size times iterations";
      plot_training(*plot_, field, record, plot_options);
    }
    json_.write(
        [&] {
          return to_json(TrainingReport{field, result, record});
        },
        [&] { return summary(field, result, record) + proved; });
    return 0;
  }

 private:
  /// From a file as many neurons as it has, unless the network has a number of its own.
  Rows initial_rows(NetworkProblem& problem) const {
    if (!init_) throw Error("--init is missing: expected random:SEED or a CSV file");
    if (problem.network.kind == NetworkKind::diagonal) problem.neurons_given = true;
    Rows rows = initial_neurons(*init_, problem);
    problem.network.neurons = static_cast<int>(rows.size());
    const auto is_zero = [](const Interval& w) { return w.midpoint() == 0; };
    if (std::all_of(rows.begin(), rows.end(), [&](const std::vector<Interval>& row) {
          return std::all_of(row.begin(), row.end(), is_zero);
        })) {
      throw Error(fmt::format("--init: all weights in {} are zero, where the flow rests", *init_));
    }
    return rows;
  }

  std::optional<Descent> read_descent() const {
    if (!descent_) return std::nullopt;
    const std::size_t colon = descent_->find(':');
    if (colon == std::string::npos) {
      throw Error(
          fmt::format("--gradient-descent is {}: expected STEP:N, as in 5e-5:50000", *descent_));
    }
    const Descent descent{
        read_number(descent_->substr(0, colon), "STEP of --gradient-descent"),
        read_count(std::string_view(*descent_).substr(colon + 1), "N of --gradient-descent")};
    if (!(descent.step > 0)) {
      throw Error(fmt::format("--gradient-descent is {}: expected a positive step", *descent_));
    }
    return descent;
  }

  TrainingOptions training_options() const {
    TrainingOptions options;
    if (rtol_) options.rtol = read_number(*rtol_, "--rtol");
    if (!(options.rtol > 0)) {
      throw Error(fmt::format("--rtol is {}: expected a positive number", *rtol_));
    }
    constexpr long most_samples = 1000000;
    if (samples_) {
      options.samples =
          static_cast<int>(std::min(read_count(*samples_, "--samples"), most_samples));
    }
    return options;
  }

  static std::string summary(const TrainingField& field, const TrainingResult& result,
                             const TrainingRecord& record) {
    std::string text = fmt::format("{}: {}\n\n", name(result.status), result.message);
    if (record.t.empty()) return text;
    text += table(
        {{"", "start", "end"},
         {"t", fmt::format("{}", record.t.front()), fmt::format("{}", record.t.back())},
         {"loss", fmt::format("{}", record.loss.front()), fmt::format("{}", record.loss.back())},
         {"norm", fmt::format("{}", record.norm.front()), fmt::format("{}", record.norm.back())}});
    const Alignment end = alignment(field, result.s);
    const auto aligned = std::count_if(end.cosine.begin(), end.cosine.end(),
                                       [](double cosine) { return std::abs(cosine) >= 0.99; });
    text += fmt::format(
        "\n{} of {} neurons within 0.99 of the gradient of their correlation with the labels\n",
        aligned, end.cosine.size());
    for (const Event& event : result.events) {
      text += fmt::format("  t = {}  {}", event.t, name(event.kind));
      for (const int j : event.surfaces) {
        text += "  " + result.surface_names[static_cast<std::size_t>(j)];
      }
      text += '\n';
    }
    if (!result.events_located) {
      text += "activations that change their sign were left to the error estimate\n";
    }
    return text;
  }

  NetworkOptions network_;
  JsonOption json_;
  std::optional<std::string> delta_, init_, until_, descent_, rtol_, samples_, plot_, certificate_;
  bool cosines_ = false;
};

}  // namespace

void add_train(CommandLine& program) {
  program.add<Train>("train", "train a network by gradient flow or gradient descent");
}

}  // namespace filippov::apps
