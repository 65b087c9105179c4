#pragma once

#include <functional>
#include <optional>
#include <string>

#include "command_line.hpp"

namespace filippov::apps {

/// --json of a subcommand, and what goes to standard output.
class JsonOption {
 public:
  explicit JsonOption(Command& command);
  /// Throws Error if the file cannot be written. To be called before long work.
  void check() const;
  /// Writes the JSON where it was asked for; prints the summary unless standard output is taken.
  /// Neither text is made unless needed.
  void write(const std::function<std::string()>& json,
             const std::function<std::string()>& summary) const;

 private:
  std::optional<std::string> file_;
};

/// Throws Error unless `file`, the value of `option`, can be written.
void check_output(const std::string& option, const std::optional<std::string>& file);

}  // namespace filippov::apps
