#include "arguments.hpp"

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

}  // namespace

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

}  // namespace filippov::apps
