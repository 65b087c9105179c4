#pragma once

#include <set>

#include "certificate/affine_set.hpp"
#include "certificate/value.hpp"
#include "inclusion.hpp"

namespace checker {

/// What a certificate says of a step.
struct Step {
  Step(const Value& said, const Inclusion& f)
      : kind(said["kind"].one_of({"smooth", "window", "branching", "rest"})),
        t0(said["t"].list(2)[0].number()),
        t1(said["t"].list(2)[1].number()),
        length(magnitude(Range(t1) - Range(t0))),
        place{hull(Range(t0), t1), said["box"].box(f.n)} {
    for (const Value& side : said["face"].list(f.map.switch_count()))
      face.push_back(static_cast<signed char>(side.integer(-1, 1)));
    for (const Value& column : said["frame"].list(f.n)) frame.push_back(column.point(f.n));
    require(std::ranges::count(face, 0) == std::ssize(f.open(face)),
            "it slides on a surface that does not matter");
    if (kind != "smooth") return;
    order = said["orders"].list(2)[0].integer(1, 100);
    slope_order = said["orders"].list(2)[1].integer(0, order);
  }

  std::string kind;
  double t0, t1;
  Range length;
  Place place;                     ///< its times, and a box that no solution leaves during the step
  Face face;                       ///< on it during a smooth step, at its end in a window
  std::vector<Box> frame;          ///< columns of the set at its start
  int order = 0, slope_order = 0;  ///< of Taylor series, and of their derivatives by the state
};

/// The motion on a face.
struct Flow {
  Motion motion;
  Surfaces surfaces;  ///< not slid on
  Nodes outputs;  ///< coordinates, heights over these, weights: positive while it stays on the face
  Nodes slopes;   ///< derivatives of the outputs by the state at the start
  Reading reading;
};

/// How far a tube, from one box of initial states, is proved.
struct Tube {
  Inclusion f;
  Box disturbance;            ///< of every coordinate; empty: none
  std::vector<Value> events;  ///< as claimed
  bool is_refuted;            ///< not all solutions are to be in it
  bool is_part;               ///< after these events it may have others
  double t;
  Set set = {};                  ///< contains all states at time t
  std::size_t event = 0;         ///< the next one
  Face face = {};                ///< where the motion is
  std::set<int> departing = {};  ///< surfaces beside it where it may still be
  int across = -1;               ///< a surface that the start is across
  std::map<Face, Flow> flows = {};

  Place now() const { return {t, set.box()}; }
  /// x(t1) = x(t0) + w v. In between x(t0) + [0, w] v is in the box, so that no solution with
  /// velocities in v leaves it.
  Set drift(const Step& step, const Box& velocity) const {
    Set image = set;
    Box box = set.box();
    add_product(box, velocity, hull(step.length, 0));
    add_product(image.center, velocity, step.length);
    require_inside(box, step.place.x, true, "the solutions may leave their box");
    return image;
  }
  /// On planes slid on, h(x) = h(0) + <normal, x> = 0, the others determine a coordinate.
  void land() {
    set.add(make_points(set.center), false);
    for (const auto& [h, row] : motion_on(f, face, {t, set.center}).planes) {
      const Box normal = f.over(f.slopes(h), face, {t, set.center});
      for (Box& column : set.columns) {
        column[row] = 0;
        column[row] = -dot(normal, column) / normal[row];
      }
      set.center[row] = 0;
      set.center[row] = -f.over(h, face, {t, set.center}) / normal[row];
    }
  }
  /// An event is the next one claimed.
  void happen(const nlohmann::json& what, const Range& window, const Box& box) {
    if (is_part && event == events.size()) return;
    require(event < events.size(), "another event is not claimed: ", what.dump());
    const Value& claim = events[event++];
    for (const auto& [key, value] : what.items())
      require(claim[key.c_str()].json == value, claim.place, " is proved to be ", what.dump());
    require_inside({window}, {claim["window"].range()}, false, claim.place);
    require_inside(box, claim["box"].box(f.n), false, claim.place);
  }
};

}  // namespace checker
