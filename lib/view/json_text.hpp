#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace filippov::detail {

/// Keeps the order in which fields are set.
using Json = nlohmann::ordered_json;

/// JSON text for people too: what fits on a line of 100 characters, and every list of numbers, is
/// on one line; the rest is indented. Ends with a newline.
std::string json_text(const Json& json);

}  // namespace filippov::detail
