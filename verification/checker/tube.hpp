#pragma once

#include "json.hpp"
#include "motion.hpp"

namespace checker {

struct Event {
  std::string kind;
  Surfaces surfaces;
  Face face;  ///< afterwards
  Range window;
  Box box;
};

/// Proves the steps of one tube, from one box of initial states.
class Tube {
 public:
  /// Throws Refusal, with the step, if it is not proved.
  Tube(const filippov::FilippovMap& map, int direction, const Box& disturbance, int order,
       double t0, const Json& part);

  double t;
  Box end;  ///< contains all states at time t, after the events
  std::vector<Event> events;
  bool branches = false;  ///< several solutions go on from there

 private:
  /// The motion on a face: the coordinates, then functions that are positive while it stays there.
  struct Flow {
    Surfaces surfaces;  ///< of the first functions; the others say the velocity is in F
    Reading outputs;
    Reading slopes;  ///< the derivatives of the outputs by the state at the start
  };

  Set start(const Box& box, const Step& step);
  Set prove(const Step& step, bool is_last);
  Set rest(const Step& step);
  Set branch(const Step& step);
  void land(Set& image);
  std::vector<int> departs(const Face& face, const Signature& sides, const Range& t,
                           const Box& box);
  void require_motion(const Motion& motion, const Face& face, const Range& t, const Box& box,
                      bool strictly, int except = -1);

  Set smooth(const Step& step);
  Flow& flow_on(const Step& step);
  Box deviate(const Step& step, Box& spread);

  Set window(const Step& step, bool is_last);
  Set pass(const Step& step, const Signature& sides, const Surfaces& reached);

  NodeId rate(int j, const Nodes& v) { return f_.rate(f_.surface(j), v); }
  template <class What>
  auto over(const What& nodes, const Signature& sides, const Step& step) {
    return f_.over(nodes, sides, step.times, step.box);
  }
  Signature find_sides(Signature sides, const Range& t, const Box& box);
  Set drift(const Step& step, const Box& velocity) const;

  Inclusion f_;
  int n_, m_, order_;
  Box disturbance_;
  Face face_;                    // where the motion is
  std::vector<char> departing_;  // from a surface where it may be at first
  Surfaces active_;              // where the start is
  int across_ = -1;              // a surface that the start is across
  std::map<Face, Flow> flows_;
};

}  // namespace checker
