#pragma once

#include <optional>
#include <vector>

#include "filippov/arithmetic/box.hpp"
#include "filippov/arithmetic/interval_matrix.hpp"
#include "filippov/function/double_reading.hpp"
#include "filippov/function/function.hpp"
#include "filippov/function/interval_reading.hpp"

namespace filippov::detail {

/// A part of the box that is searched.
struct BoxPart {
  Box box;
  double upper;           ///< f is not larger on the part
  std::size_t chart;      ///< which function over which box, where there are several
  std::size_t split;      ///< the coordinate to split next
  bool one_root = false;  ///< it holds exactly one root of the gradient in the coordinates left
};

/// A point and a lower bound of f there.
struct Attained {
  std::vector<double> point;
  double value;
};

/// A function over a box: how a part of it is bounded, shrunk and excluded (see maximize_on_box).
class Chart {
 public:
  Chart(const Function& f, Box domain);

  const Box& domain() const { return domain_; }
  /// Bounds f on the part and shrinks it. False if no point of it has a value of at least `lower`
  /// that is the supremum over the domain. `attained` becomes the best point met, if better.
  bool examine(BoxPart& part, double lower, std::optional<Attained>& attained);
  /// Whether at most one point of the box can be a maximiser, all maximisers in it being roots of
  /// the gradient in the coordinates that are not at an end of the domain.
  bool holds_one(Box box);
  /// A lower bound of f at a point of the domain, where it is defined.
  std::optional<double> value_at(const std::vector<double>& point);
  /// Climbs from a point of the domain along coordinates and some other directions, in double.
  std::vector<double> climb(std::vector<double> point);

 private:
  enum class Step { excluded, shrunk, done };

  Step first_order(BoxPart& part, double lower, std::optional<Attained>& attained);
  Step second_order(BoxPart& part);
  Step krawczyk(BoxPart& part, const std::vector<std::size_t>& free);
  /// The outputs over the box, or nothing unless all are defined on all of it and bounded.
  std::optional<Box> read(IntervalReading& reading, const Box& box) const;
  /// f does not jump on the box.
  bool no_sign_change(IntervalReading& switches, const Box& box) const;

  Box domain_;
  IntervalReading value_;
  IntervalReading gradient_;
  IntervalReading hessian_;  // row after row
  IntervalReading jumps_;    // the switching functions across which f jumps
  IntervalReading kinks_;    // those across which its gradient does
  DoubleReading approximate_;
};

}  // namespace filippov::detail
