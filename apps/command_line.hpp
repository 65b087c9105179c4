#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace filippov::apps {

/// A subcommand, to which options are added. `type` stands for the value of an option in the help,
/// which lists options by group. The parser, CLI11, is seen by command_line.cpp alone: whatever
/// includes it compiles the whole of it.
class Command {
 public:
  explicit Command(CLI::App& parser) : parser_(&parser) {}
  /// `--name VALUE`, given once at most.
  void option(const std::string& name, std::optional<std::string>& value, const std::string& type,
              const std::string& help, const std::string& group);
  /// `--name VALUE`, given any number of times.
  void option(const std::string& name, std::vector<std::string>& values, const std::string& type,
              const std::string& help, const std::string& group);
  /// `--name`
  void flag(const std::string& name, bool& value, const std::string& help,
            const std::string& group);
  /// A value without a name, which must be given.
  void argument(const std::string& name, std::string& value, const std::string& type,
                const std::string& help);
  /// What the help ends with.
  void footer(const std::string& text);

 private:
  CLI::App* parser_;
};

/// Reads a command line: filippov SUBCOMMAND --option VALUE ...
class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// A subcommand: an object made from its Command, to which it adds its options, whose member
  /// run() does the work and returns the exit code.
  template <class Subcommand>
  void add(const std::string& name, const std::string& description) {
    Command command = this->command(name, description);
    const auto subcommand = std::make_shared<Subcommand>(command);
    add_work(name, [subcommand] { return subcommand->run(); });
  }
  /// Does what the arguments ask for, and returns the exit code. Throws Error if they are no
  /// command line, and what the subcommand throws.
  int run(int argc, char** argv);

 private:
  Command command(const std::string& name, const std::string& description);
  void require_subcommand(int argc, char** argv) const;
  void add_work(const std::string& name, std::function<int()> work);

  std::unique_ptr<CLI::App> parser_;
  std::function<int()> chosen_;
};

}  // namespace filippov::apps
