#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "../function/interval_taylor_reading.hpp"
#include "affine_set.hpp"
#include "face_system.hpp"
#include "node_reading.hpp"

namespace filippov::detail {

/// The verified flow of x' = A x + b(t), with a constant matrix A, over steps whose length
/// stiffness does not limit: the step ends in x(h) = e^{Ah} x(0) + sum_k b_k Phi_k(h) + remainder,
/// with b_k the Taylor coefficients of b and Phi_k(h) the integral of e^{A(h-s)} s^k over [0, h].
///
/// e^{Ah} and Phi_k by their power series at h 2^-s, with |A| h 2^-s <= 1/4, truncated with a
/// geometric bound, and s times doubled: Phi_k(2h) = e^{Ah} Phi_k(h) + sum_j (k over j) h^{k-j}
/// Phi_j(h). Source: Goldsztejn & Neumaier, On the exponentiation of interval matrices (2014);
/// Hochbruck & Ostermann, Exponential integrators (2010). All members are to be called inside one
/// UpwardScope.
class LinearFlow {
 public:
  /// Null when the field is not linear in the state with constant coefficients.
  static std::unique_ptr<LinearFlow> make(FaceSystems& systems, const FaceSystem& system,
                                          int order);

  /// The largest -A_ii: how fast a coordinate forgets where it was.
  double decay() const;
  /// Encloses the flow from the set at time t over `elapsed` > 0; false if that is not proved, or
  /// if the remainder of b would widen the set by more than rounding errors.
  bool step(double t, Interval times, UpwardInterval elapsed, const AffineSet& set,
            NodeReading& nodes);
  /// After a step: contains every state over all of it.
  const IntervalVector& box() const { return box_; }
  /// How far the centre moves, and the derivative of the flow.
  const IntervalVector& move() const { return move_; }
  const SmallIntervalMatrix& slope() const { return exponential_; }

 private:
  LinearFlow(SmallIntervalMatrix matrix, std::vector<NodeId> field, const Program& forcing,
             double direction, int order);

  std::optional<IntervalVector> bound(const IntervalVector& start, const IntervalVector& forcing,
                                      UpwardInterval elapsed) const;
  bool exponentiate(UpwardInterval elapsed);

  int dimension_;
  int order_;
  double direction_;
  SmallIntervalMatrix matrix_;
  std::vector<NodeId> field_;
  IntervalTaylorReading at_time_;
  IntervalTaylorReading over_times_;
  SmallIntervalMatrix exponential_;
  std::vector<SmallIntervalMatrix> integrals_;  // Phi_k(h) / h^{k+1}
  IntervalVector box_;
  IntervalVector move_;
};

}  // namespace filippov::detail
