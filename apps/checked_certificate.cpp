#include "checked_certificate.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "filippov/arithmetic/error.hpp"
#include "filippov/view/file.hpp"
#include "network_checker/check.hpp"

namespace filippov::apps {

void write_checked_certificate(const std::string& file, const std::string& text) {
  const std::string unchecked = file + ".unchecked";
  write_file(unchecked, text);
  try {
    network_checker::check(unchecked);
  } catch (const std::exception& refusal) {
    std::filesystem::remove(unchecked);
    throw Error(
        fmt::format("there is no certificate that the checker accepts: {}", refusal.what()));
  }
  std::filesystem::rename(unchecked, file);
}

}  // namespace filippov::apps
