#pragma once

#include "certificate.hpp"

namespace checker {

/// The motion on a face: the coordinates, then functions that are positive while it stays there.
struct Flow {
  Motion motion;
  Surfaces surfaces;  ///< of the first functions; the others say the velocity is in F
  Reading outputs;
  Reading slopes;  ///< the derivatives of the outputs by the state at the start
};

struct Event {
  std::string kind;
  Surfaces surfaces;
  Face face;  ///< afterwards
  Range window;
  Box box;
};

/// How far a tube, from one box of initial states, is proved.
struct Tube {
  Inclusion f;
  int order;
  Box disturbance;
  double t;
  Set set;                      ///< contains all states at time t
  std::vector<char> departing;  ///< from a surface where it may be at first
  Face face = {};               ///< where the motion is
  Surfaces active = {};         ///< where all states are, and are about to leave
  Surfaces across = {};         ///< what they are across, until the window after it
  std::vector<Event> events = {};
  bool branches = false;  ///< several solutions go on from there
  std::map<Face, Flow> flows = {};

  Surfaces live(const Signature& sides) const { return f.map.live_switches(sides); }
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
      sides[j] = static_cast<signed char>(f.over(f.surface(j), sides, t, box).sign());
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
      const Box normal = f.over(f.slopes(f.surface(j)), face.signature, t, set.center);
      for (Box& column : set.columns) {
        column[row] = 0;
        column[row] = -dot(normal, column) / normal[row];
      }
      set.center[row] = 0;
      set.center[row] = -f.over(f.surface(j), face.signature, t, set.center) / normal[row];
    }
  }
};

}  // namespace checker
