#include "command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <utility>

#include "filippov/arithmetic/error.hpp"

namespace filippov::apps {

namespace {

bool takes_value(const CLI::App& command, const std::string& argument) {
  const CLI::Option* option = command.get_option_no_throw(argument);
  return option != nullptr && option->get_items_expected_min() > 0;
}

bool is_option(const CLI::App& command, const std::string& argument) {
  return argument.size() > 2 &&
         command.get_option_no_throw(argument.substr(0, argument.find('='))) != nullptr;
}

/// The arguments after the program's name, with `--option -value` joined to `--option=-value`:
/// a value may begin with a minus sign.
std::vector<std::string> joined_arguments(const CLI::App& program, int argc, char** argv) {
  const std::vector<std::string> given(argv + 1, argv + argc);
  std::vector<std::string> joined;
  const CLI::App* command = &program;
  for (std::size_t k = 0; k < given.size(); ++k) {
    const std::string& argument = given[k];
    joined.push_back(argument);
    if (command == &program) {
      const auto found = program.get_subcommands(
          [&](const CLI::App* subcommand) { return subcommand->get_name() == argument; });
      if (!found.empty()) command = found.front();
      continue;
    }
    if (k + 1 == given.size() || !argument.starts_with("--")) continue;
    const std::string& next = given[k + 1];
    if (takes_value(*command, argument) && next.starts_with("-") && !is_option(*command, next)) {
      joined.back() += "=" + next;
      ++k;
    }
  }
  return joined;
}

}  // namespace

void Command::option(const std::string& name, std::optional<std::string>& value,
                     const std::string& type, const std::string& help, const std::string& group) {
  parser_->add_option(name, value, help)->type_name(type)->group(group);
}

void Command::option(const std::string& name, std::vector<std::string>& values,
                     const std::string& type, const std::string& help, const std::string& group) {
  parser_->add_option(name, values, help)
      ->type_name(type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
}

void Command::flag(const std::string& name, bool& value, const std::string& help,
                   const std::string& group) {
  parser_->add_flag(name, value, help)->group(group);
}

void Command::argument(const std::string& name, std::string& value, const std::string& type,
                       const std::string& help) {
  parser_->add_option(name, value, help)->type_name(type)->required();
}

void Command::footer(const std::string& text) { parser_->footer(text); }

CommandLine::CommandLine()
    : parser_(std::make_unique<CLI::App>("Differential inclusions with verified numerics.",
                                         "filippov")) {
  parser_->set_version_flag("--version", "filippov " FILIPPOV_VERSION, "print the version");
  parser_->set_help_flag("-h,--help", "print this help");
  parser_->require_subcommand(1);
  parser_->footer("filippov SUBCOMMAND --help shows the options and an example.");
}

CommandLine::~CommandLine() = default;

/// The first argument that is no option must name a subcommand.
void CommandLine::require_subcommand(int argc, char** argv) const {
  char** const end = argv + argc;
  char** const first =
      std::find_if(argv + 1, end, [](const std::string& a) { return !a.starts_with("-"); });
  if (argc < 2 || first == end) return;
  std::string names;
  for (const CLI::App* subcommand :
       parser_->get_subcommands([](const CLI::App*) { return true; })) {
    if (subcommand->get_name() == *first) return;
    names += (names.empty() ? "" : ", ") + subcommand->get_name();
  }
  throw Error("'" + std::string(*first) + "' is no subcommand: expected one of " + names);
}

int CommandLine::run(int argc, char** argv) {
  require_subcommand(argc, argv);
  std::vector<std::string> arguments = joined_arguments(*parser_, argc, argv);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    parser_->parse(std::move(arguments));
  } catch (const CLI::Success& help_or_version) {
    return parser_->exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    throw Error(std::string(error.what()) + " (filippov --help lists what there is)");
  }
  return chosen_();
}

Command CommandLine::command(const std::string& name, const std::string& description) {
  return Command(*parser_->add_subcommand(name, description));
}

void CommandLine::add_work(const std::string& name, std::function<int()> work) {
  parser_->get_subcommand(name)->callback([this, work = std::move(work)] { chosen_ = work; });
}

}  // namespace filippov::apps
