#include "checker/check.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "network_checker/check.hpp"
#include "progress.hpp"

namespace filippov::apps {

namespace {

int check(const std::string& file) {
  const Progress progress("checking");
  try {
    const std::string verdict = network_checker::is_network_certificate(file)
                                    ? network_checker::check(file)
                                    : checker::check(file);
    fmt::print("{}\n", verdict);
    return 0;
  } catch (const checker::Refusal& refusal) {
    fmt::print("refused: {}\n", refusal.what());
    return 1;
  } catch (const checker::Malformed& malformed) {
    throw Error(fmt::format("{}: {}", file, malformed.what()));
  }
}

}  // namespace

void add_check(CLI::App& program, Run& run) {
  CLI::App* command = program.add_subcommand("check", "prove again what a certificate claims");
  const auto file = std::make_shared<std::string>();
  command
      ->add_option("certificate", *file,
                   "a certificate, from --certificate of enclose, constants or kkt")
      ->type_name("CERTIFICATE.json")
      ->required();
  command->footer(
      "Every step is proved again with other arithmetic and other code. Exit code 0: accepted;\n"
      "1: refused, with the step and the inequality; 2: no certificate. Example:\n"
      "  filippov enclose --ascend 'u1*abs(u2)' --from '-1,0.5' --until 2 --certificate tube.json\n"
      "  filippov check tube.json");
  command->callback([file, &run] { run = [file] { return check(*file); }; });
}

}  // namespace filippov::apps
