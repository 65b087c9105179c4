#pragma once

#define JSON_DIAGNOSTICS 1
#include <nlohmann/json.hpp>
#include <set>

#include "inclusion.hpp"
#include "set.hpp"

namespace checker {

/// Messages of the library say where in the file what it is not as expected.
using Json = nlohmann::json;

inline void expect(bool holds, const std::string& what) {
  if (!holds) throw Malformed("expected " + what);
}

/// [lower, upper], or a number.
inline void from_json(const Json& json, Range& range) {
  const double lower = (json.is_array() ? json.at(0) : json).get<double>();
  const double upper = (json.is_array() ? json.at(1) : json).get<double>();
  expect(lower <= upper, "two numbers in order, not " + json.dump());
  range = {lower, upper};
}

/// The entries of a list, which are to be so many.
template <class Entry = Range>
std::vector<Entry> list(const Json& json, std::size_t size) {
  expect(json.is_array() && json.size() == size,
         "a list of " + std::to_string(size) + ", not " + json.dump().substr(0, 40));
  return json.get<std::vector<Entry>>();
}

/// What a certificate says of a step.
struct Step {
  Step(const Json& json, const Inclusion& f)
      : kind(json.at("kind").get<std::string>()),
        t0(list<double>(json.at("t"), 2)[0]),
        t1(json.at("t")[1]),
        times(std::min(t0, t1), std::max(t0, t1)),
        length(magnitude(Range(t1) - Range(t0))),
        face(list<signed char>(json.at("face"), f.map.switch_count())),
        box(list(json.at("box"), f.n)) {
    std::size_t slides = 0;
    for (signed char& side : face) slides += (side = (side > 0) - (side < 0)) == 0 ? 1 : 0;
    require(slides == f.open(face).size(), "it slides on a surface that does not matter");
    for (const Json& column : list<Json>(json.at("frame"), f.n)) frame.push_back(list(column, f.n));
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

/// The motion on a face.
struct Flow {
  Motion motion;
  Surfaces surfaces;  ///< not slid on
  Nodes outputs;  ///< coordinates, heights over these, weights: positive while it stays on the face
  Nodes slopes;   ///< derivatives of the outputs by the state at the start
  Reading reading;
};

struct Event {
  Json what;  ///< its kind, the surfaces, the face afterwards
  Range window;
  Box box;
};

/// How far a tube, from one box of initial states, is proved.
struct Tube {
  Inclusion f;
  int order;
  Box disturbance;
  double t;
  Set set = {};                  ///< contains all states at time t
  Face face = {};                ///< where the motion is
  std::set<int> departing = {};  ///< surfaces beside it where it may still be
  int across = -1;               ///< a surface that the start is across
  std::vector<Event> events = {};
  bool branches = false;  ///< several solutions go on from there
  std::map<Face, Flow> flows = {};

  /// Of h_j along a field.
  NodeId rate(int j, const Nodes& v) { return f.rate(f.surface(j), v); }
  template <class What>
  auto over(const What& nodes, const Signature& sides, const Step& step) {
    return f.over(nodes, sides, step.times, step.box);
  }
  /// The sides over t x box, as far as h has one sign there.
  Signature sides_over(const Range& t, const Box& box) {
    Signature sides(f.map.switch_count(), 0);
    for (std::size_t j = 0; j < sides.size(); ++j)
      sides = with(sides, j, f.over(f.surface(j), sides, t, box).sign());
    return sides;
  }
  /// x(t1) = x(t0) + w v. In between x(t0) + [0, w] v is in the box, so that no solution with
  /// velocities in v leaves it.
  Set drift(const Step& step, const Box& velocity) const {
    Set image = set;
    Box box = set.box();
    for (int i = 0; i < f.n; ++i) {
      box[i] += hull(step.length, 0.0) * velocity[i];
      image.center[i] += step.length * velocity[i];
    }
    require_inside(box, step.box, true, "the solutions may leave their box");
    return image;
  }
  /// States on planes slid on, h(x) = h(0) + <normal, x> = 0, have coordinates determined by the
  /// others.
  void land() {
    set.add(Set::round(set.center), false);
    for (const auto& [j, row] : motion_on(f, face, t, set.center).planes) {
      const Box normal = f.over(f.slopes(f.surface(j)), face, t, set.center);
      for (Box& column : set.columns) {
        column[row] = 0;
        column[row] = -dot(normal, column) / normal[row];
      }
      set.center[row] = 0;
      set.center[row] = -f.over(f.surface(j), face, t, set.center) / normal[row];
    }
  }
};

}  // namespace checker
