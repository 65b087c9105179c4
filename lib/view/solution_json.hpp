#pragma once

#include <span>
#include <string>

#include "filippov/solution/solution.hpp"
#include "json_text.hpp"

namespace filippov::detail {

/// Parts of the JSON of a solve. Surfaces are given by name.
Json event_json(const Event& event, std::span<const std::string> names);
Json statistics_json(const Statistics& statistics);

}  // namespace filippov::detail
