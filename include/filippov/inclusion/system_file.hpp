#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filippov/function/function.hpp"
#include "filippov/function/parse.hpp"

namespace filippov {

/// A Filippov system as a TOML file describes it:
///
///     variables = ["x", "v"]
///     rhs       = ["v", "-x - mu*sign(v - 0.2) + 0.1*cos(t)"]
///     initial   = [1.0, "2*pi/3"]     # numbers, or formulas without variables
///     until     = 10.0                # also: start
///     [parameters]                    # likewise
///     mu = 0.4
///
/// or, instead of rhs, a right-hand side per sign pattern of named switching functions:
///
///     [switches]
///     belt = "v - 0.2"
///     [[modes]]
///     where = { belt = "+" }          # holds where v - 0.2 > 0
///     rhs   = ["v", "-x - mu"]
///     [[modes]]
///     where = { belt = "-" }
///     rhs   = ["v", "-x + mu"]
///
/// A switch that `where` leaves out may have either sign. Every sign pattern must belong to exactly
/// one mode. At most 12 switches.
///
/// A number is taken for the shortest decimal that reads as the same double, which is what was
/// written if that has at most 15 digits. For another exact value give a string.
struct SystemFile {
  VectorField field;
  std::vector<std::string> variables;
  std::optional<std::vector<double>> initial;
  /// The initial state as constants of the field's graph, which know their exact values; empty if
  /// the file gives none.
  std::vector<NodeId> initial_nodes;
  std::optional<double> until;
  std::optional<double> start;
  /// The names in [switches], in the order of the file; empty with `rhs`.
  std::vector<std::string> switches;
};

/// What replaces parameters of a file.
struct ParameterOverrides {
  std::map<std::string, ParameterValue> values = {};
  /// Parameters without a value: they become coordinates with velocity 0, after the variables of
  /// the file. `initial` has no entries for them.
  std::vector<std::string> coordinates = {};
};

/// Reads a file. Throws Error with one line that says the file, line and field, what is wrong and
/// what was expected; also for an override of a parameter that the file does not have.
SystemFile read_system_file(const std::filesystem::path& path,
                            const ParameterOverrides& overrides = {});

/// Reads the text of such a file; `name` stands for it in messages.
SystemFile parse_system_file(std::string_view text, std::string_view name,
                             const ParameterOverrides& overrides = {});

}  // namespace filippov
