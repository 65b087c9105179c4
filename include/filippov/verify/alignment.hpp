#pragma once

#include <string>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "filippov/solution/event.hpp"
#include "filippov/tube/tube.hpp"
#include "filippov/verify/constants.hpp"

namespace filippov {

/// An instance of Theorem 5.1, or with several neurons of Corollary 5.4.1: gradient flow (3) from
/// delta w0 with w0 = neurons / |neurons|_2.
struct AlignmentProblem {
  Network network;
  DataSet data;
  Loss loss;
  /// One row of weights per neuron, see neuron_size; what counts is the direction of all together.
  std::vector<std::vector<Interval>> neurons;
  /// eps, the distance from alignment asked for.
  Interval epsilon;
};

/// What a neuron does at small scale: it turns towards a KKT point, or vanishes.
enum class AlignmentCase { aligned, vanishing };

/// "aligned" or "vanishing".
std::string_view name(AlignmentCase which);

/// A first-order point u of max N(u) over |u| = 1: s u in dN(u) for a real s = 2 N(u).
struct LimitDirection {
  /// It exists in `box`, and N there is >= 0.
  Statement certified;
  std::vector<Interval> box = {};
  Interval objective = {};  ///< contains N
  /// Data rows whose hyperplanes it lies on.
  std::vector<int> kinks = {};
  /// For each of these rows the share of the side x_i.u > 0 in the gradient of N: the multipliers
  /// of the sliding motion.
  std::vector<Interval> multipliers = {};
  /// Not empty where the neuron comes to rest, N = 0: a point on a ray through `box` with 0 in dN,
  /// as no row is active or those that are hold the neuron back, or at a saddle in the cell of one
  /// of its neurons; or u = 0, two layers.
  std::vector<double> rest = {};
  /// At a saddle, the row of its neuron that points there, so that dN vanishes and N = 0; else -1.
  int saddle_neuron = -1;
  /// Where u = 0: directions with 0 a mean of the gradients of N/v in their cells, if some are
  /// known.
  std::vector<std::vector<double>> around = {};
};

/// Between t = 0 and the end of the tube, a neuron's input weights meet the hyperplane x_i.u = 0.
struct NeuronEvent {
  EventKind kind = EventKind::crossing;
  int row = 0;  ///< i, counted from 0; the first of parallel rows
  Interval window = {};
};

/// A neuron's part in the neural correlation flow u' in dN(u), u(0) = its row of the problem.
struct NeuronAlignment {
  AlignmentCase which = AlignmentCase::aligned;
  LimitDirection limit;
  /// u/|u| tends to `limit` as t grows. Without it the theorem holds all the same, which asks for a
  /// KKT point; but T_bar is then the time of being near that one, on the way to another perhaps.
  Statement turns_to_limit = {};
  std::vector<NeuronEvent> events;
  /// u.limit / |u| at every time in T_bar; when vanishing, |u| / |neurons|.
  Interval alignment = {};
  /// No other solution starts there; proved up to the end of the tube, or for all t >= 0.
  Statement nonbranching;
  bool for_all_time = false;
  /// Why it is so for all t >= 0, or why that is not proved.
  std::string for_all_time_reason = {};
};

/// The theorem on an instance.
struct AlignmentProof {
  TheoremConstants constants;
  /// Contains the first time at which all neurons are aligned to within eps, or at most eps long.
  /// [0, inf], as ln C and, up to 1, eta, where the limits are not proved.
  Interval T_bar;
  Interval ln_C;  ///< 4 beta beta_tilde T_bar
  Interval eta;   ///< of Lemma C.7: after T_bar, |u| >= 2 eta
  /// For every delta < e^ln_delta_tube, |w(t)/delta - u(t)|_2 <= eps during [0, T_bar], the
  /// conclusion of the theorem. -infinity: nothing is proved.
  double ln_delta_tube = 0;
  /// The same with delta <= C^(-1/2), as the theorem asks.
  double ln_delta_bar = 0;
  std::vector<NeuronAlignment> neurons;
  /// The statement for all delta < e^ln_delta_bar.
  Statement conclusion;
  AlignmentCase which = AlignmentCase::aligned;  ///< vanishing if all neurons are
  /// Contains w.limit / |w| at T_bar of each neuron that aligns, for all such delta; when all
  /// vanish, |w| / delta.
  Interval alignment = {};
  /// What it is compared with: 1 - (1 + 3/(2 eta)) eps, or 2 eps.
  Interval bound = {};
};

struct AlignmentOptions {
  /// Stop to enlarge delta when a further step would be less than that, relative to delta.
  double delta_gap = 0.01;
  ConstantsOptions constants = {.relative_gap = 1e-10, .max_cones = 1000000};
};

/// Proves Theorem 5.1 (Corollary 5.4.1) on an instance.
///
/// The flow u' in dN(u) is enclosed by a tube; T_bar is bracketed by its boxes; eta from Lemma C.7:
/// N grows along u, and from the first time t0 with N >= 0 on |u| does not fall, eta = |u(t0)|/2.
/// s = w/delta satisfies s' in sum_i -l'(p H(x_i; s), y_i) dH(x_i; s) with one parameter p =
/// delta^2: the range of p is covered by intervals, and s is enclosed with p as a coordinate. That
/// gives |s - u| <= eps during [0, T_bar], from which the theorem follows as in its proof; its
/// inequalities are checked at T_bar besides. Where the gradient is Lipschitz, Gronwall's
/// inequality along u gives a bound for any number of neurons.
///
/// What cannot be proved is undecided, with the reason. Throws Error for input that makes no sense:
/// weights that are all zero, rows of another length than neuron_size, labels that do not suit the
/// loss, eps not in (0, eta) (the message says what eta is).
AlignmentProof align(const AlignmentProblem& problem, const AlignmentOptions& options = {});

}  // namespace filippov
