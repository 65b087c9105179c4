#pragma once

#include <functional>
#include <string>
#include <vector>

namespace filippov::benchmarks {

/// A system with relays as an expert writes it by hand for a general solver: x' = f(t, x; u) where
/// u_j = sign h_j(t, x) off the surface h_j = 0 and the equivalent control on it.
struct RelaySystem {
  std::string name;
  std::vector<double> x0;
  double end = 0;
  int relays = 1;
  double max_step = 0;  ///< that finds all events; 0: none

  void (*rhs)(double t, const double* x, const double* u, double* f) = nullptr;
  double (*surface)(int relay, double t, const double* x) = nullptr;
  /// The control that keeps the state on the surface; it slides while this is in [-1, 1].
  double (*equivalent_control)(int relay, double t, const double* x) = nullptr;
  /// Puts the state on the surface of a relay that starts to slide.
  void (*project)(int relay, double t, double* x) = nullptr;

  /// For stiff systems: Jacobian, column major; of the motion with relay 0 sliding or not.
  void (*jacobian)(bool sliding, double t, const double* x, double* j) = nullptr;
};

RelaySystem stick_slip_forced();
RelaySystem brake_pad_disode();
RelaySystem stiff_relay();
RelaySystem relays_12();
RelaySystem double_root_dose();

/// What a run of another solver cost and found.
struct PeerRun {
  std::string method;
  bool finished = false;
  long rhs_evaluations = 0;
  long jacobian_evaluations = 0;
  long events = 0;
  std::vector<double> x;
};

}  // namespace filippov::benchmarks
