#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "filippov/arithmetic/interval.hpp"
#include "filippov/inclusion/filippov_map.hpp"

namespace filippov::apps {

/// What the options and the file say together; the options win.
struct NamedProblem {
  std::unique_ptr<FilippovMap> inclusion;
  std::optional<Function> potential;  ///< of a gradient flow; the parameters come last
  std::vector<std::string> variables;
  std::vector<std::string> surfaces;           ///< names
  std::optional<std::vector<double>> initial;  ///< from the file
  std::vector<Interval> initial_box;           ///< the same, around the exact numbers
  std::vector<std::string> parameters;         ///< names of coordinates after the variables
  std::vector<Interval> parameter_box;         ///< their values
  std::optional<double> start;                 ///< from the file
  std::optional<double> until;                 ///< from the file
  std::string file;                            ///< empty without a file
  std::string gradient_of;  ///< the formula whose gradient the field is; empty with a file
};

/// --ascend, --descend, --system, --variables and --parameter of a subcommand.
class ProblemOptions {
 public:
  explicit ProblemOptions(Command& command);
  /// Throws Error unless exactly one problem is named and it makes sense. `intervals`: the value of
  /// a parameter may be an interval [lo,hi]; it is a coordinate with velocity 0 then.
  NamedProblem read(bool intervals = false) const;

 private:
  struct Parameters;
  Parameters read_parameters(bool intervals) const;
  NamedProblem read_gradient_flow(Parameters parameters) const;
  NamedProblem read_system(Parameters parameters) const;

  std::optional<std::string> ascend_;
  std::optional<std::string> descend_;
  std::optional<std::string> system_;
  std::optional<std::string> variables_;
  std::vector<std::string> parameters_;
};

/// Throws Error where the function whose gradient flow is meant, if any, is defined nowhere on the
/// box of states (parameters included): its gradient may be defined there, as that of log is.
/// `place` stands for the box in the message.
void require_potential(const NamedProblem& problem, const std::vector<Interval>& box,
                       const std::string& place);

/// A state given as numbers between commas, one per variable.
std::vector<double> read_state(const std::string& text, const std::string& option,
                               const std::vector<std::string>& variables);

/// The same with intervals [lo,hi] or decimals, each as the tightest interval around it.
std::vector<Interval> read_box(const std::string& text, const std::string& option,
                               const std::vector<std::string>& variables);

/// For the end of a help: what a formula may contain, and a file for --system.
std::string formula_help();

}  // namespace filippov::apps
