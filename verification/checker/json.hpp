#pragma once

#define JSON_DIAGNOSTICS 1
#include <cmath>
#include <nlohmann/json.hpp>

#include "formulas.hpp"

namespace checker {

/// Messages of the library say where in the file what it is not as expected.
using Json = nlohmann::json;

inline const Json& list(const Json& json, std::size_t size) {
  if (json.is_array() && json.size() == size) return json;
  throw Malformed(json.dump().substr(0, 40) + ": expected a list of " + std::to_string(size));
}

inline double number(const Json& json) { return json.get<double>(); }

inline int integer(const Json& json, int least, int most) {
  if (json.is_number_integer() && number(json) >= least && number(json) <= most) {
    return json.get<int>();
  }
  throw Malformed(json.dump().substr(0, 40) + ": expected an integer from " +
                  std::to_string(least) + " to " + std::to_string(most));
}

inline Range range(const Json& json) {
  const double lower = number(list(json, 2)[0]);
  if (lower <= number(json[1])) return {lower, number(json[1])};
  throw Malformed(json.dump().substr(0, 60) + ": expected two numbers in order");
}

inline Box points(const Json& json, std::size_t size) {
  Box result;
  for (const Json& entry : list(json, size)) result.emplace_back(number(entry));
  return result;
}

inline Box read_box(const Json& json, std::size_t size) {
  Box result;
  for (const Json& entry : list(json, size)) result.push_back(range(entry));
  return result;
}

inline Surfaces read_surfaces(const Json& json, int count) {
  Surfaces result;
  for (const Json& entry : list(json, json.size())) {
    result.push_back(integer(entry, result.empty() ? 0 : result.back() + 1, count - 1));
  }
  return result;
}

inline Face read_face(const Json& json, int count) {
  Face face{{}, read_surfaces(json.at("sliding"), count)};
  for (const Json& side : list(json.at("signature"), count)) {
    face.signature.push_back(integer(side, -1, 1) < 0 ? -1 : 1);
  }
  return face;
}

}  // namespace checker
