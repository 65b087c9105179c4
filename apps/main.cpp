// The command line program: filippov SUBCOMMAND ...

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

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

}  // namespace

int main(int argc, char** argv) {
  try {
    filippov::apps::CommandLine program;
    filippov::apps::add_flow(program);
    filippov::apps::add_classify(program);
    filippov::apps::add_enclose(program);
    filippov::apps::add_check(program);
    filippov::apps::add_constants(program);
    filippov::apps::add_align(program);
    filippov::apps::add_saddle(program);
    filippov::apps::add_train(program);
    filippov::apps::add_kkt(program);
    return program.run(argc, argv);
  } catch (const std::exception& error) {
    return refuse(error.what());
  }
}
