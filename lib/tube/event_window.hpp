#pragma once

#include <string>
#include <vector>

#include "affine_set.hpp"
#include "face_system.hpp"
#include "filippov/tube/tube.hpp"
#include "node_reading.hpp"
#include "surface_reading.hpp"

namespace filippov::detail {

/// Where the tube is: all solutions are in `set` at time t and on `face`.
struct TubeState {
  double t = 0;
  AffineSet set;
  Face face;
  /// Per surface: the solutions are on their side of it, but may still be at distance 0, and move
  /// away from it.
  std::vector<char> departing;
};

/// An event about to happen to all solutions.
struct PendingEvent {
  Monitor monitor;
  double until = 0;  ///< a time by which it seems to be over for all
};

struct WindowResult {
  bool passed = false;
  bool too_short = false;  ///< it may work with a longer window,
  double needed = 0;       ///< this long
  bool refuted = false;    ///< several solutions are proved to go on
  bool several = false;    ///< other surfaces are met too: `touched` lists all
  std::vector<int> touched;
  std::string reason;  ///< when not passed
  TubeState state;     ///< after the window
  TubeEvent event;
  std::vector<Interval> box;  ///< contains the solutions during the window
};

/// Takes tubes through events, over short time windows.
///
/// Over a window [t_a, t_b] with a box Y that no solution leaves, one event j is proved as follows.
///  - It happens: with h_j(x(t_a)) in H and dh_j/dtau in D along the old face over Y, 0 outside D,
///    the elapsed time to the surface is q = -h_j / d, inside the window.
///  - What follows it: a face whose multipliers are in (-1, 1) over Y and on which the surfaces
///    left are left with velocities of the right sign over Y is a solution of the inclusion.
///  - Nothing else does: right_uniqueness over Y.
/// Then x(t_b) = x(t_a) + q v1 + (w - q) v2 with v1, v2 values of the two fields over Y, which is
/// an affine map of x(t_a) up to terms of second order in the size of Y.
///
/// To be used inside one UpwardScope.
class EventWindow {
 public:
  EventWindow(FaceSystems& systems, SurfaceReading& surfaces, NodeReading& nodes);

  /// The pending event, over [state.t, end].
  WindowResult pass(const TubeState& state, const PendingEvent& pending, double end);
  /// The surfaces `touched` beside those slid on are reached by all, in unknown order, over
  /// [state.t, end].
  WindowResult reach_together(const TubeState& state, const std::vector<int>& touched, double end);
  /// The state at `end`, the final time, wherever in the event it is then.
  WindowResult end_within(const TubeState& state, const PendingEvent& pending, double end);
  /// Empty if from every state of the box, which lies on the surfaces left and slid on, the motion
  /// on `face` is a solution that leaves `left` at once; otherwise what is not proved.
  std::string start_on(const Face& face, const std::vector<int>& left, const TubeState& state,
                       const Box& box);
  /// The box of initial states lies across one surface, which all solutions reach or pass by `end`.
  WindowResult start_across(int surface, const TubeState& state, double end);

 private:
  struct Setting;  // a window under examination
  struct Approach;
  std::string approach_after(const Setting& setting, const std::vector<int>& reached,
                             unsigned joins, unsigned done, Approach& approach);
  Setting setting(const TubeState& state, double end, std::vector<int> touched);
  WindowResult reach_surface(const Setting& setting, int surface);
  WindowResult leave_sliding(const Setting& setting, int surface, int side);
  bool loses_stability(const Setting& setting, NodeId away, NodeId opposite,
                       const FaceSystem& slides);
  bool enclose_box(Setting& setting);
  bool only(const Setting& setting, const std::vector<int>& active, WindowResult& result);
  std::string unknown_side(const Setting& setting, const Face& face);
  std::string face_holds(const Setting& setting, const Face& face, const FaceSystem& system,
                         const std::vector<int>& left);
  bool finish(WindowResult& result, const Setting& setting, const IntervalVector& move,
              const SmallIntervalMatrix& slope, const Face& face,
              const std::vector<int>& departing);
  bool finish_within(WindowResult& result, const Setting& setting, const Box& velocity,
                     const Face& face, const std::vector<int>& departing);
  const FaceSystem* system(const Face& face, const Setting& setting);

  FaceSystems& systems_;
  SurfaceReading& surfaces_;
  NodeReading& nodes_;
};

}  // namespace filippov::detail
