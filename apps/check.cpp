#include "checker/check.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "network_checker/check.hpp"
#include "progress.hpp"

namespace filippov::apps {

namespace {

class Check {
 public:
  explicit Check(Command& command) {
    command.argument("certificate", file_, "CERTIFICATE.json",
                     "a certificate, from --certificate of another command");
    command.footer(
        "Every step is proved again with other arithmetic and other code. Exit code 0: accepted;\n"
        "1: refused, with the step and the inequality; 2: no certificate. Example:\n"
        "  filippov enclose --ascend 'u1*abs(u2)' --from '-1,0.5' --until 2 --certificate "
        "tube.json\n"
        "  filippov check tube.json");
  }

  int run() const {
    if (std::filesystem::is_directory(file_)) {
      throw Error(fmt::format("{}: a directory, expected a certificate", file_));
    }
    const Progress progress("checking");
    try {
      const std::string verdict = network_checker::is_network_certificate(file_)
                                      ? network_checker::check(file_)
                                      : checker::check({checker::read(file_), "the certificate"});
      fmt::print("{}\n", verdict);
      return 0;
    } catch (const checker::Refusal& refusal) {
      fmt::print("refused: {}\n", refusal.what());
      return 1;
    } catch (const checker::Malformed& malformed) {
      throw Error(fmt::format("{}: {}", file_, malformed.what()));
    }
  }

 private:
  std::string file_;
};

}  // namespace

void add_check(CommandLine& program) {
  program.add<Check>("check", "prove again what a certificate claims");
}

}  // namespace filippov::apps
