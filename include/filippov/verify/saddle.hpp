#pragma once

#include <string>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/alignment.hpp"

namespace filippov {

/// An instance of Theorem 5.5: gradient flow of the square loss from (w_n + delta zeta_n, delta
/// zeta_z), zeta_n any unit vector.
struct SaddleProblem {
  Network network;
  DataSet data;
  /// w_n: the neurons that are not zero at the saddle, one row each.
  std::vector<std::vector<Interval>> saddle;
  /// zeta_z: the direction in which the others start, one row each; what counts is the direction of
  /// all together.
  std::vector<std::vector<Interval>> neurons;
  Interval epsilon;
};

/// Neurons of a saddle that are positive multiples of each other, w_k = c_k r / |c|: together they
/// act like one neuron r. Two layers: neurons in one cell, which act by r = sum_k v_k u_k alone.
struct SaddleRay {
  std::vector<int> neurons;    ///< the rows k
  std::vector<double> shares;  ///< c_k > 0; two layers: v_k
  std::vector<Interval> box;   ///< contains r
};

/// An exact saddle near given weights: 0 is in the gradient of the square loss at (w_n, 0).
struct SaddlePoint {
  /// certified: it is in the boxes, one for each row given. undecided: that is not proved, but the
  /// gradient is as small there as rounding of the weights could make it; the boxes are what was
  /// given.
  Statement exists;
  std::vector<std::vector<Interval>> neurons;
  /// How it was proved: a root of the gradient with respect to all r is in the boxes, one only
  /// where all of r was solved for. Empty if the gradient at the weights given is 0, or nothing is
  /// proved.
  std::vector<SaddleRay> rays = {};
  /// Rows whose residual is exactly 0 there. Where the gradient has less independent components
  /// than weights, it is these residuals, and what is left of the gradient, that vanish.
  std::vector<int> fitted = {};
  /// The coordinates, of all r one after the other, that were solved for; the others stayed.
  std::vector<int> solved = {};
};

/// Neurons with parallel weights a_k e act like one with the weights |a| e: it is for these that
/// Krawczyk's operator proves a root of the gradient, and w_k = a_k e / |a| times the root. Two
/// layers: for the sums of v_k u_k over the neurons in one cell; the v_k stay, as (v_k c, u_k / c)
/// would be saddles too. If the gradient has less independent components than there are weights,
/// as many weights as needed are changed, the others stay. Squared ReLU: saddles at which rows
/// are only just silent are left for ones at which they certainly are, by about 1e-6 |w|. Throws
/// Error if the saddle of the problem makes no sense, or the gradient there is certainly not as
/// small as at a saddle rounded to some digits, and none is found nearby.
SaddlePoint nearby_saddle(const SaddleProblem& problem);

/// An upper bound, a lower bound where one is known, and the reason why it holds.
struct BoundedConstant {
  Interval value;
  std::string reason;
};

/// The constants of Theorem 5.5 on the ball |w_n - saddle| <= gamma, |w_z| <= 1.
struct SaddleConstants {
  Interval residual_norm;  ///< |y_bar|, y_bar = y - H_n(X; w_n)
  Interval beta;
  /// beta_S, the sup over |v| = 1 of |(x_i.v)^2|_2 over rows that are active together.
  Interval active_beta;
  bool active_by_eigenvalue = false;  ///< whether its upper end is a spectral_bound
  Interval slope;         ///< |J(w)|_2 <= slope |w|, slope = 2 sqrt(beta beta_S); two layers: |X|_2
  BoundedConstant mu_1;   ///< |H_n(X; w) - H_n(X; w_n)| <= mu_1 |w - w_n| (62)
  BoundedConstant mu_2;   ///< |(J(w) - J(w_n)) y_bar| <= mu_2 |w - w_n| (65)
  BoundedConstant mu_3;   ///< |J(w)|_2 <= mu_3 (66)
  BoundedConstant kappa;  ///< <w_n - w, s> >= -kappa |w_n - w|^2 for s in -dL(w, 0) (15)
  BoundedConstant gamma;  ///< radius of the ball
  BoundedConstant M_1;    ///< |y_bar| + mu_1 + beta
  BoundedConstant M_2;    ///< max(mu_2 + mu_1 mu_3, beta (2 M_1 + mu_3))
};

/// The theorem on an instance, with the constants of its proof corrected: from Z'/2 <= M_2 Z
/// follows Z <= Z(0) e^(2 M_2 t), so that T_bar = ln C / (4 M_2), C >= 4, gives Z <= C delta^2, and
/// delta^2 <= min(1, gamma^2) / (2 C).
struct SaddleProof {
  SaddleConstants constants;
  /// Whether there is an exact saddle in the boxes of `saddle`; what is proved is about every one
  /// (and all data) in these.
  Statement stationary;
  std::vector<std::vector<Interval>> saddle;
  std::vector<SaddleRay> rays;  ///< as in SaddlePoint
  std::vector<int> fitted;
  std::vector<int> solved;
  Interval T_bar;
  Interval ln_C;  ///< 4 M_2 T_bar
  Interval eta;
  double ln_delta_tube = 0;  ///< |w_z/delta - u| <= eps during [0, T_bar] up to there
  double ln_delta_bar = 0;   ///< and with the condition on delta
  std::vector<NeuronAlignment> neurons;
  std::vector<std::vector<Interval>> ends = {};  ///< contain u at the upper end of T_bar
  Statement conclusion;
  AlignmentCase which = AlignmentCase::aligned;
  Interval alignment = {};  ///< contains w_z.limit / |w_z| at T_bar, as in AlignmentProof
  Interval bound = {};
};

/// Encloses the constants of Theorem 5.5. Two layers, whose gradient jumps: on a ball in which no
/// neuron of the saddle meets a hyperplane of the data, so that (15) holds; gamma = 0, and nothing
/// else, if the saddle may be on one. Throws Error for input that makes no sense.
SaddleConstants saddle_constants(const SaddleProblem& problem);

/// Proves Theorem 5.5 on an instance, at the saddle that `nearby_saddle` finds. For networks of two
/// layers the flow of w_z is enclosed under a disturbance. Throws Error as `align` does, and for
/// weights that are no saddle.
SaddleProof prove_at_saddle(const SaddleProblem& problem);

}  // namespace filippov
