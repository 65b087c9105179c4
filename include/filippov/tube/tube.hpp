#pragma once

#include <Eigen/Core>
#include <string>
#include <string_view>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/inclusion/face.hpp"
#include "filippov/solution/event.hpp"

namespace filippov {

/// What is proved of a statement about an inclusion.
enum class Proof {
  certified,  ///< it holds: a theorem about every solution from the initial box
  refuted,    ///< it does not hold: a counter-example is proved to exist
  undecided,  ///< neither is proved; the reason says at what time and at which inequality it ended
};

std::string_view name(Proof proof);

/// A verdict with its reason: empty when certified, else what could not be decided, or why not.
struct Statement {
  Proof proof = Proof::undecided;
  std::string reason = "not examined yet";
};

/// How the verified solve ended.
enum class TubeStatus {
  not_enclosed,  ///< `enclose` has not been called
  finished,      ///< the tube reaches the final time
  stopped,       ///< it ends before; the message says where and why. What is there holds.
};

std::string_view name(TubeStatus status);

/// A set of states {center + shape r0 + frame r : r0 in initial, r in rest}: the form in which a
/// tube carries its sets from one piece to the next (see TubeSegment::start).
struct StateSet {
  std::vector<double> center = {};
  Eigen::MatrixXd shape = {};  ///< as many columns as `initial` has entries; none for a point
  std::vector<Interval> initial = {};
  Eigen::MatrixXd frame = {};  ///< square
  std::vector<Interval> rest = {};
};

/// One piece of a tube: every solution from the initial box is in `box` during [t0, t1] (in the
/// order of integration: t1 < t0 backward in time) and in `end` at t1.
struct TubeSegment {
  enum class Kind {
    smooth,  ///< the motion stays on `face`
    window,  ///< an event happens; afterwards the motion is on `face`
  };
  Kind kind = Kind::smooth;
  double t0 = 0;
  double t1 = 0;
  Face before = {};  ///< the face on which the motion is at t0
  Face face = {};
  StateSet start = {};  ///< contains every solution at t0
  std::vector<Interval> box = {};
  std::vector<Interval> end = {};
  bool by_exponential = false;  ///< a smooth step longer than its Taylor series allows
  /// With which a smooth step can be proved again: of the Taylor series, and of the one of their
  /// derivatives by the state at the start.
  int order = 20;
  int slope_order = 20;
};

/// An event that every solution from the initial box has, once, in the time window.
struct TubeEvent {
  EventKind kind = EventKind::crossing;
  std::vector<int> surfaces = {};
  std::vector<int> sliding = {};   ///< surfaces slid on afterwards
  Signature signature = {};        ///< sides afterwards
  Interval window = {};            ///< contains the time of the event
  std::vector<Interval> box = {};  ///< contains the state at the event
  /// False where a surface is crossed at which, with the sides of the others as they are, the
  /// velocity is one function on both sides: no event of the motion.
  bool jumps = true;
};

/// Result of `enclose`: what is proved about all solutions.
struct Tube {
  TubeStatus status = TubeStatus::not_enclosed;
  std::string message = "not enclosed yet";
  double t = 0;                   ///< time reached
  std::vector<Interval> box;      ///< contains every solution at time t
  Statement uniqueness;           ///< of the solution from each state of the initial box, up to t
  std::vector<TubeEvent> events;  ///< in the order of integration
  std::vector<TubeSegment> segments;
  std::vector<std::string> surface_names;
  /// The tubes of the parts into which the initial box was split; `segments` is empty then, and
  /// `events` are those that all have in common, up to the first that differs.
  std::vector<Tube> pieces;
  std::vector<Interval> x0;  ///< the initial box
};

}  // namespace filippov
