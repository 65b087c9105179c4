#include "network_options.hpp"

#include "filippov/arithmetic/error.hpp"

namespace filippov::apps {

namespace {

/// Whether a number of neurons is part of a network's name: then no other can be added to it.
bool names_its_neurons(const std::string& network) {
  try {
    parse_network(network + ":1");
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace

NetworkOptions::NetworkOptions(Command& command) {
  const std::string group = "The network";
  command.option("--network", network_, "NAME",
                 "squared-relu[:H], leaky-squared-relu:A[:H], relu[:H], leaky-relu:A[:H] or "
                 "diagonal",
                 group);
  command.option("--data", data_, "FILE.csv", "one example per line; a header line is optional",
                 group);
  command.option("--label", label_, "NAME", "the column of the labels (default: the last)", group);
  command.flag("--normalize-rows", normalize_rows_, "divide each example by its norm", group);
  command.flag("--standardize", standardize_,
               "give each feature mean 0 and population standard deviation 1", group);
  command.option("--loss", loss_, "NAME", "square or logistic (default square)", group);
  command.flag("--mean", mean_, "divide the loss by the number of examples", group);
}

DataOptions NetworkOptions::data_options() const {
  DataOptions options;
  options.label = label_.value_or("");
  options.standardize = standardize_;
  options.normalize_rows = normalize_rows_;
  return options;
}

CertifiedNetwork NetworkOptions::certified(const NetworkProblem& problem) const {
  const DataOptions options = data_options();
  const bool changed = options.standardize || options.normalize_rows;
  return {problem.network, problem.data,
          changed ? read_csv(*data_, {.label = options.label}) : problem.data, options,
          problem.loss};
}

NetworkProblem NetworkOptions::read() const {
  if (!network_) {
    throw Error("--network is missing: expected squared-relu, relu or another (see --help)");
  }
  const Network network = parse_network(*network_);
  const Loss loss{loss_ ? parse_loss(*loss_) : LossKind::square, mean_};
  if (!data_) throw Error("--data is missing: expected a CSV file");
  if (label_ && label_->empty()) throw Error("--label is empty: expected the name of a column");
  DataSet data = read_csv(*data_, data_options());
  check_labels(loss, data);
  return {network, names_its_neurons(*network_), std::move(data), loss};
}

}  // namespace filippov::apps
