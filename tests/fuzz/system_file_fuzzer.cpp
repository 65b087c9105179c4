// Reads any text as a system file: either an Error in one line, or a system that has a value.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "filippov/arithmetic/error.hpp"
#include "filippov/inclusion/system_file.hpp"

using namespace filippov;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const SystemFile system =
        parse_system_file({reinterpret_cast<const char*>(data), size}, "fuzzed.toml");
    const std::vector<double> x(system.variables.size(), 0.3);
    require(system.field(0.1, x).size() == x.size());
    require(!system.initial || system.initial->size() == x.size());
  } catch (const Error& error) {
    require(std::string_view(error.what()).find('\n') == std::string_view::npos);
  }
  return 0;
}
