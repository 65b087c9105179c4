#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "filippov/network/training_field.hpp"
#include "filippov/solution/solution.hpp"

namespace filippov {

struct TrainingOptions {
  /// Error of a step, relative to the norm of each neuron.
  double rtol = 1e-8;
  /// States are reported at this many equal steps of time, and at the start.
  int samples = 200;
  long max_steps = 1000000;
  /// Up to this many surfaces (examples times neurons of a two-layer network) crossing, sliding and
  /// branching are found as `solve` finds them. Beyond, the gradient is integrated as it is where
  /// no activation is zero, and an activation that changes its sign is left to the error estimate.
  int max_surfaces = 400;
};

/// How training went.
struct TrainingResult {
  Status status = Status::not_solved;
  std::string message = "not trained yet";
  double t = 0;           ///< final time reached
  std::vector<double> s;  ///< final scaled weights
  std::vector<Event> events;
  std::vector<std::string> surface_names;
  /// Two-layer networks: every change of the sign of an activation is in `events`.
  bool events_located = true;
  Statistics statistics;
};

/// Told the state at the sampled times, in order.
using TrainingObserver = std::function<void(double t, std::span<const double> s)>;

/// Gradient flow s' = field(s), s(0) = s0, up to t1 > 0.
///
/// Squared ReLU and diagonal networks, and large two-layer ones: Dormand-Prince 5(4) with the step
/// controlled by the neuron with the largest relative error, sampled by the continuous extension of
/// fourth order. Small two-layer networks: `solve`. Memory of the order of the network and the
/// data. Throws Error for s0 of another size than the network, that is not finite, or zero (which
/// rests), and unless t1 > 0. Not verified.
TrainingResult gradient_flow(const TrainingField& field, std::span<const double> s0, double t1,
                             const TrainingObserver& observer, const TrainingOptions& options = {});

/// The flow of the neural correlation function of a squared ReLU network, field.limit(), from s0 up
/// to t1 > 0: its end. That is what the gradient flow tends to as delta tends to 0; for a given
/// delta they differ, relatively, by about the largest of |H(x_i; delta s)| / |y_i| passed through.
///
/// The neurons do not feel each other. Each is moved on by itself, by exponentials between the
/// changes of its activations and a series in what each change adds (error of a step: `rtol` times
/// its norm); memory of the order of the data, the network and one d x d matrix. Throws Error as
/// gradient_flow does, and for another kind of network.
TrainingResult correlation_flow(const TrainingField& field, std::span<const double> s0, double t1,
                                double rtol = 1e-8);

/// Gradient descent, s <- s + step s', `count` times; time is step times the number of iterations.
/// Throws Error as above and unless step > 0 and count >= 1.
TrainingResult gradient_descent(const TrainingField& field, std::span<const double> s0, double step,
                                long count, const TrainingObserver& observer,
                                const TrainingOptions& options = {});

/// How nearly each neuron k of w moves along itself under the flow of the neural correlation
/// function N: cosine of w_k with ∇N_k(w_k), and 2 N_k(w_k) / |w_k|^2, the rate at which it grows.
/// 1 at a KKT point with N > 0, -1 where N < 0; not a number for a neuron whose weights or gradient
/// vanish.
struct Alignment {
  std::vector<double> cosine;
  std::vector<double> rate;
};
Alignment alignment(const TrainingField& field, std::span<const double> s);

}  // namespace filippov
