#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "../function/interval_taylor_reading.hpp"
#include "affine_set.hpp"
#include "face_system.hpp"
#include "interval_polynomial.hpp"
#include "node_reading.hpp"

namespace filippov::detail {

struct StepControl {
  int order = 20;
  bool jacobian = false;       ///< for `disturb`
  double tolerance = 0x1p-60;  ///< of the last Taylor term, relative to the state
  bool with_room = false;      ///< see EnclosureOptions::room_for_checker
};

/// The verified flow of one smooth system over one step: Taylor polynomial in the elapsed time with
/// its remainder on an a-priori box, and the derivative of the polynomial with respect to the
/// state.
///
/// A-priori box B: sum_k c_k(X) [0,h]^k + c_{p+1}(B) [0,h]^{p+1} in the interior of B proves that
/// every solution from X exists and stays in B over [0, h]: it would have to be on the boundary of
/// B when it leaves, where the left side says it is not (Corliss & Rihm 1996; Nedialkov, Jackson &
/// Pryce 2001). At time e, x(e) in sum_k c_k(x^) e^k + sum_k Dc_k(X) e^k (x - x^) + c_{p+1}(B)
/// e^{p+1}. All members are to be called inside one UpwardScope.
class FaceFlow {
 public:
  /// `watched`: functions of the state whose course over the step is enclosed too.
  FaceFlow(const FaceSystems& systems, const FaceSystem& system, const std::vector<NodeId>& watched,
           const StepControl& control);

  /// Encloses the flow from the set X at time t over a step of at most `longest`; false when no
  /// step, however small, can be proved.
  bool step(double t, const AffineSet& set, double longest);
  /// After a step: with a disturbance |xi_i| <= strength_i added to the velocity, how far solutions
  /// can be from undisturbed ones with the same start at its end, componentwise; `box()` then
  /// contains them all. Nothing if that is not bounded.
  ///
  /// The difference e satisfies |e|' <= M |e| + strength with M >= J(box) on the diagonal and >=
  /// |J| beside it; z >= h strength + h M+ z bounds |e| over the step, and then |e(h)| <= h
  /// strength + h^2/2 M+ (strength + M+ z) (Kapela & Zgliczynski 2009, here by two Picard steps).
  std::optional<std::vector<double>> disturb(double t, const std::vector<double>& strength,
                                             NodeReading& nodes);
  /// The time over which the last step holds.
  double length() const { return length_; }
  /// Contains every state over the whole step.
  const IntervalVector& box() const { return box_; }
  /// How far the centre moves in `elapsed`, which is inside the step, and the derivative of the
  /// flow.
  void at(const PreciseInterval& elapsed, std::vector<PreciseInterval>& move,
          SmallIntervalMatrix& slope) const;
  /// The lowest orders, of the series and of their derivatives by the state, with which the last
  /// step can be proved again up to `elapsed`, where the derivative of the flow is `slope`: an
  /// estimate of what fits into the room.
  std::pair<int, int> sufficient_orders(double elapsed, const SmallIntervalMatrix& slope) const;
  /// The course of watched function i along all solutions from the set.
  IntervalPolynomial watched(int i, const AffineSet& set) const;
  /// Watched function i is positive on the whole box of the last step.
  bool is_positive_throughout(int i) const {
    return over_box_.output(dimension_ + i, 0).is_positive();
  }
  /// The same course, coarser and sooner found: wherever in its hull a solution starts.
  IntervalPolynomial roughly_watched(int i) const;
  /// How fast a coordinate forgets where it was: the largest -df_i/dx_i over the set.
  double decay() const;

 private:
  bool step_of_order(double t, const AffineSet& set, double longest);
  bool prove(double t, double length);
  /// Coefficient k of coordinate i over the set; for a certificate also in mean value form, which
  /// the checker uses.
  UpwardInterval coefficient(int i, int k) const;
  /// The part of its width by which the box of coordinate i is wider for the checker.
  double box_room_of(int i) const;
  /// For `sufficient_orders`: by how much the tube is wider than it was computed after `elapsed`;
  /// the remainder fits into it with a lower order; so does one of the derivatives by the state.
  std::vector<double> room_in(double elapsed, const SmallIntervalMatrix& slope) const;
  bool remainder_fits(int order, double elapsed, const std::vector<double>& room) const;
  bool slope_remainder_fits(int order, double elapsed, const std::vector<double>& room) const;
  double radius(int i) const;  ///< of the set
  /// The width of the remainder of a series of that order.
  double last_term(int i, int order, double elapsed) const;
  std::vector<NodeId> jacobian_;  // row after row
  double suggest(const AffineSet& set) const;
  int sufficient_order(const AffineSet& set, double length) const;
  double scale(const AffineSet& set, int i) const;
  double remainder_excess(double length) const;

  int dimension_;
  double direction_;
  int watched_;
  int highest_order_;
  int order_;  // of the last step
  double tolerance_;
  double part_;  // of the width of the set, which a remainder may add: less, the higher the order
  double box_room_;  // this and the next two: 0 unless for the checker
  double derivative_room_;
  double remainder_room_;
  double length_ = 0;
  int precise_ = 0;       // terms at the centre that are known in twice the digits
  IntervalVector start_;  // hull of the set and its centre
  IntervalVector box_;
  IntervalTaylorReading at_center_;
  IntervalTaylorReading over_set_;
  IntervalTaylorReading over_box_;
};

}  // namespace filippov::detail
