#include "output.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "filippov/arithmetic/error.hpp"
#include "filippov/view/file.hpp"

namespace filippov::apps {

namespace {

void print(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) throw Error("cannot write to standard output");
}

}  // namespace

JsonOption::JsonOption(Command& command) {
  command.option("--json", file_, "FILE",
                 "write the result as JSON; - for standard output, which then "
                 "carries nothing else",
                 "Output");
}

void JsonOption::check() const {
  if (file_ != "-") check_output("--json", file_);
}

void JsonOption::write(const std::function<std::string()>& json,
                       const std::function<std::string()>& summary) const {
  if (file_ == "-") {
    print(json());
    return;
  }
  if (file_) write_file(*file_, json());
  print(summary());
}

void check_output(const std::string& option, const std::optional<std::string>& file) {
  if (!file) return;
  if (*file == "-") throw Error(fmt::format("{} is '-': expected the name of a file", option));
  try {
    require_writable(*file);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", option, error.what()));
  }
}

}  // namespace filippov::apps
