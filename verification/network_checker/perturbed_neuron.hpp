#pragma once

#include <functional>
#include <utility>

#include "problem.hpp"

namespace network_checker {

/// The flow of one neuron w = (v, u) of two layers, whose coefficients are disturbed,
///
///     v' = a.u,  u' = v a,  a in sum_i (z_i - xi_i(t)) sigma'(x_i.u) x_i,
///
/// for all measurable xi with |sum_i xi_i sigma'_i x_i| <= error. Where x_i.u = 0, sigma' is
/// between the leak and 1, the same for all rows on that side of one hyperplane, as in Clarke's dN:
/// the mean of what it is on both sides.
///
/// In a cell w' = A w, A symmetric with the eigenvalues +-|a|, 0: without xi the flow is known, and
/// solutions depart from it no faster than r' = (|a| + error) r + error |w|. All of them are in the
/// ball of radius r about one motion, whose rounding is added to r. Where the ball meets a
/// hyperplane x.u = 0, v x.a is to have one sign for all a: every solution passes it once, during
/// a time h, and departs by h |w| times the jump of a more. Or the fields on both sides lead to it:
/// then all arrive and stay, with the part of a that is orthogonal to x. Or it leads there from the
/// side where they are, and a hardly moves them on the other: they come to rest. Where another is
/// met while one is slid on, they stay on that or leave it to one side. So none branches.
class PerturbedNeuron {
 public:
  PerturbedNeuron(const Problem& problem, Box z, const Range& error);

  /// Contains all solutions at `time` that begin in `start`. Throws Refusal where a hyperplane is
  /// met in another way.
  Box end(const Box& start, double time);

 private:
  /// The hyperplane of rows that are parallel, and where all solutions are.
  struct Plane {
    Box x;         ///< the first row
    Range length;  ///< |x|
    Range jump;    ///< >= |a - a'| for a and a' that differ in these rows only
    int side = 0;  ///< of the solutions; 0: not known, or they slide on it
    bool slides = false;
    bool departs = false;  ///< they are not proved to be far, but go away
  };

  Range height(const Plane& plane) const;
  /// The plane slid on, or null.
  const Plane* slid_on() const;
  Plane* slid_on() { return const_cast<Plane*>(std::as_const(*this).slid_on()); }
  /// a at the current sides, without xi; any between where they are not known. Of the plane slid
  /// on, on its positive side.
  Box drive() const;
  /// The same without the part along the plane slid on, as solutions move.
  Box motion() const;
  /// Of the height of a plane, for a velocity v a.
  Range speed(const Plane& plane, const Box& a, const Range& v) const;
  /// Whether the fields on both sides lead to it; the least speed.
  bool attracts(Plane& plane, const Range& v, double& least);
  /// The speed towards it from that side.
  Range towards(Plane& plane, int side, const Range& v);
  /// Moves the centre. Returns what of a that leaves out, where a may be 0.
  Range move(const Box& a, const Range& elapsed);
  /// Makes the centre a point again.
  void round();
  /// Meets no plane; false if that is not proved.
  bool step(const Range& elapsed);
  /// Where all are on the plane or where it leads from the side `from`: adds to the radius how far
  /// they get in the time left. False if that is not little.
  bool come_to_rest(std::size_t plane, int from, const Range& left);
  Range on_all_sides(const std::vector<std::size_t>& met, const std::function<Range()>& value);
  /// The side to which the plane slid on may be left while another is met; 0: it is not left.
  int side_left_to(const std::vector<std::size_t>& met, const Range& v);
  /// How fast a plane is passed, at least, while the one slid on is left to that side.
  Range speed_leaving(std::size_t met, int side, const Range& v);
  /// Leaves it; how much a may change by that.
  Range leave(int side, const Range& v, std::vector<Plane>& after);
  /// Lets the planes that are near be met, within a time less than `left`: returns how long that
  /// takes. Else only the ball grows, for the time left, which is returned.
  Range pass(const Range& left);
  bool is_near(const Plane& plane) const;

  const Problem& problem_;
  Box z_;
  Range error_;
  Range rate_;  ///< >= |a|
  std::vector<Plane> planes_;
  std::vector<int> plane_of_;  ///< of every row; -1: none matters
  std::vector<int> along_;     ///< 1, or -1 for a row opposite to the first of its plane
  Box centre_;
  Range radius_;
};

}  // namespace network_checker
