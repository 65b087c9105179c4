// The command line program: filippov SUBCOMMAND ...

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "arguments.hpp"
#include "commands.hpp"

namespace {

constexpr int bad_input = 2;

/// One line on standard error, whatever the message.
int refuse(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "filippov: %s\n", message.c_str());
  return bad_input;
}

int run(int argc, char** argv) {
  CLI::App program("Differential inclusions with verified numerics.", "filippov");
  program.set_version_flag("--version", "filippov " FILIPPOV_VERSION, "print the version");
  program.set_help_flag("-h,--help", "print this help");
  program.require_subcommand(1);
  program.footer("filippov SUBCOMMAND --help shows the options and an example.");
  filippov::apps::Run chosen;
  filippov::apps::add_flow(program, chosen);
  filippov::apps::add_classify(program, chosen);
  filippov::apps::add_enclose(program, chosen);
  filippov::apps::add_check(program, chosen);
  filippov::apps::add_constants(program, chosen);
  filippov::apps::add_align(program, chosen);
  filippov::apps::add_saddle(program, chosen);
  filippov::apps::add_train(program, chosen);
  filippov::apps::add_kkt(program, chosen);

  std::vector<std::string> arguments = filippov::apps::joined_arguments(program, argc, argv);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    program.parse(std::move(arguments));
  } catch (const CLI::Success& help_or_version) {
    return program.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return refuse(std::string(error.what()) + " (filippov --help lists what there is)");
  }
  return chosen();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return refuse(error.what());
  }
}
