#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "filippov/inclusion/inclusion.hpp"

namespace filippov::apps {

/// What the options and the file say together; the options win.
struct NamedProblem {
  std::unique_ptr<Inclusion> inclusion;
  std::vector<std::string> variables;
  std::vector<std::string> surfaces;           ///< names
  std::optional<std::vector<double>> initial;  ///< from the file
  std::optional<double> start;                 ///< from the file
  std::optional<double> until;                 ///< from the file
  std::string file;                            ///< empty without a file
};

/// --ascend, --descend, --system, --variables and --parameter of a subcommand.
class ProblemOptions {
 public:
  explicit ProblemOptions(CLI::App& command);
  /// Throws Error unless exactly one problem is named and it makes sense.
  NamedProblem read() const;

 private:
  NamedProblem read_gradient_flow() const;
  NamedProblem read_system() const;

  std::optional<std::string> ascend_;
  std::optional<std::string> descend_;
  std::optional<std::string> system_;
  std::optional<std::string> variables_;
  std::vector<std::string> parameters_;
};

/// A state given as numbers between commas, one per variable.
std::vector<double> read_state(const std::string& text, const std::string& option,
                               const std::vector<std::string>& variables);

}  // namespace filippov::apps
