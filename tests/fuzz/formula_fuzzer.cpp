// Reads any text as a formula: either an Error in one line, or a function whose text reads back.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"

using namespace filippov;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view formula(reinterpret_cast<const char*>(data), size);
  const Scope scope{.variables = {"x", "y"}, .parameters = {{"a", "1/3"}}};
  std::string text;
  try {
    const Function f = parse(formula, scope);
    const double point[] = {0.3, -1.7};
    f(point);
    for (const SwitchingFunction& s : f.graph()->switches()) require(!s.name.empty());
    text = f.text();
  } catch (const Error& error) {
    require(std::string_view(error.what()).find('\n') == std::string_view::npos);
  }
  try {
    // Expansion of shared parts can take it beyond the depth that is accepted.
    if (!text.empty() && text.size() < 10000) parse(text, scope);
  } catch (const Error& error) {
    require(std::string_view(error.what()).find("nested too deeply") != std::string_view::npos);
  }
  try {
    parse(formula);
  } catch (const Error&) {
  }
  return 0;
}
