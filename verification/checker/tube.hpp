#pragma once

#include <optional>

#include "value.hpp"

namespace checker {

/// The states {center + shape r0 + frame r : r0 in the initial coefficients, r in rest}.
struct Set {
  Box center;
  std::vector<Box> shape;
  std::vector<Box> frame;
  Box rest;
};

/// x -> center + slope (x - centre of the set), center anywhere in the box of it: the columns of
/// the slope after the first n belong to what center is uncertain by.
struct Image {
  Box center;
  Box noise;
  std::vector<Box> slope;
};

struct Step {
  Step(const Value& value, int n, int surfaces, int coefficients);
  bool smooth;
  double t0;
  double t1;
  Face face;  ///< on it during a smooth step, at its end in a window
  Box box;    ///< no solution leaves it during the step
  Set set;    ///< contains all states at t0
  Range times;
  Range length;
};

struct Event {
  std::string kind;
  std::vector<int> surfaces;
  Face face;  ///< afterwards
  Range window;
  Box box;
};

/// Proves the steps of one tube, from one box of initial states.
class TubeCheck {
 public:
  /// `part`: "start", "coefficients" and "steps".
  TubeCheck(const filippov::FilippovMap& map, int direction, const Value& part, int order);
  /// Proves all of it from `t0` and `box` on; afterwards all states are in `end` at time `t`, after
  /// the `events`.
  void run(double t0, const Box& box);

  double t = 0;
  Box end;
  std::vector<Event> events;

 private:
  /// The flow on a face, with functions that are positive while the motion stays there.
  struct Flow {
    std::vector<int> surfaces;  ///< of the first functions; the others say the velocity is in F
    int functions = 0;
    Series at_center;
    Series over_set;
    Series over_box;
  };

  void start(double t, const Box& box, const Set& set);
  Image smooth(const Step& step);
  Image window(const Step& step, bool is_last);
  Image reach(const Step& step, const Signature& sides, const std::vector<int>& reached);
  Image leave(const Step& step);
  Image drift(const Step& step, const Box& velocity) const;
  void land(const Step& step, Image& image);
  void include(const Step& from, const Image& image, const Set& to) const;
  void record(const Step& step, std::vector<int> surfaces, const Range& delay, const Box* velocity);
  Flow& flow(const Step& step);
  void stays(const Step& step, const Box& reached) const;
  void holds(const Face& face, const std::vector<int>& left, const Range& t, const Box& box,
             bool strictly);
  void right_unique(const std::vector<int>& touched, Signature sides, const Range& t,
                    const Box& box, bool strictly);
  Range rate(int j, const Signature& sides, const Range& t, const Box& box);
  Range height(const Step& step, NodeId h, const Signature& signature, Box* gradient = nullptr);
  Box hull_of(const Set& set, bool with_center) const;
  Range spread(const Set& set, const Box& row) const;

  const filippov::FilippovMap& map_;
  Formulas formulas_;
  const Value& part_;
  int n_;
  int surfaces_;
  int direction_;
  int order_;
  Signature open_;
  Nodes jacobian_;
  Box coefficients_;
  Face face_;                    // where the motion is
  std::vector<char> departing_;  // from a surface where it may be at first
  std::map<Face, Flow> flows_;
};

}  // namespace checker
