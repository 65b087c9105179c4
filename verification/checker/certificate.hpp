#pragma once

#define JSON_DIAGNOSTICS 1
#include <nlohmann/json.hpp>

#include "inclusion.hpp"
#include "set.hpp"

namespace checker {

/// Messages of the library say where in the file what it is not as expected.
using Json = nlohmann::json;

/// [lower, upper], or a number.
inline void from_json(const Json& json, Range& range) {
  const bool is_pair = json.is_array() && json.size() == 2;
  const double lower = (is_pair ? json[0] : json).get<double>();
  const double upper = is_pair ? json[1].get<double>() : lower;
  if (!(lower <= upper)) throw Malformed(json.dump() + ": expected two numbers in order");
  range = {lower, upper};
}

/// The entries of a list, which are to be so many.
template <class Entry = Range>
std::vector<Entry> list(const Json& json, std::size_t size) {
  if (json.is_array() && json.size() == size) return json.get<std::vector<Entry>>();
  throw Malformed(json.dump().substr(0, 40) + ": expected a list of " + std::to_string(size));
}

inline Face read_face(const Json& json, std::size_t surfaces) {
  const auto sliding = json.at("sliding").get<std::set<std::size_t>>();
  if (!sliding.empty() && *sliding.rbegin() >= surfaces)
    throw Malformed("sliding: expected numbers of surfaces");
  Face face{{}, {sliding.begin(), sliding.end()}};
  for (const int side : list<int>(json.at("signature"), surfaces))
    face.signature.push_back(side < 0 ? -1 : 1);
  return face;
}

/// What a certificate says of a step.
struct Step {
  Step(const Json& json, std::size_t n, std::size_t surfaces)
      : kind(json.at("kind").get<std::string>()),
        t0(list<double>(json.at("t"), 2)[0]),
        t1(json.at("t")[1]),
        times(std::min(t0, t1), std::max(t0, t1)),
        length(magnitude(Range(t1) - Range(t0))),
        face(read_face(json.at("face"), surfaces)),
        box(list(json.at("box"), n)) {
    for (const Json& column : list<Json>(json.at("frame"), n)) frame.push_back(list(column, n));
    if (kind == "branching") ways = json.at("ways");
  }

  std::string kind;
  double t0, t1;
  Range times, length;
  Face face;               ///< on it during a smooth step, at its end in a window
  Box box;                 ///< no solution leaves it during the step
  std::vector<Box> frame;  ///< columns of the set at its start
  Json ways;               ///< smooth steps by which solutions go on from its end
};

}  // namespace checker
