#pragma once

#include <optional>
#include <string>

#include "command_line.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "filippov/view/network_certificate.hpp"

namespace filippov::apps {

/// A network, its data and its loss.
struct NetworkProblem {
  Network network;
  /// Its name says how many neurons it has.
  bool neurons_given;
  DataSet data;
  Loss loss;
};

/// --network, --data, --label, --normalize-rows, --standardize, --loss and --mean of a subcommand.
class NetworkOptions {
 public:
  explicit NetworkOptions(Command& command);
  /// Throws Error if something is missing or makes no sense.
  NetworkProblem read() const;
  /// What a certificate is about: `problem` with the data as they are in the file.
  CertifiedNetwork certified(const NetworkProblem& problem) const;

 private:
  DataOptions data_options() const;

  std::optional<std::string> network_, data_, label_, loss_;
  bool normalize_rows_ = false;
  bool standardize_ = false;
  bool mean_ = false;
};

}  // namespace filippov::apps
