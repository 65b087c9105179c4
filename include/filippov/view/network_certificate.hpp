#pragma once

#include <optional>
#include <string>

#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/alignment.hpp"
#include "filippov/verify/constants.hpp"
#include "filippov/verify/kkt.hpp"
#include "filippov/verify/saddle.hpp"

namespace filippov {

/// What a certificate is about.
struct CertifiedNetwork {
  Network network;
  DataSet data;
  DataSet written;  ///< before `options` change them
  DataOptions options;
  Loss loss;
};

/// T_bar or ln C, as a decimal, with what follows from it.
struct GivenConstants {
  std::optional<std::string> time;
  std::optional<std::string> ln_C;
};

/// Constants as a certificate: a JSON text (verification/network_checker/FORMAT.md) from which they
/// can be proved again by other means. The claims are a little wider than the constants. Throws
/// Error if the numbers of the data or the leak are not known as decimals.
std::string certificate(const CertifiedNetwork& problem, const TheoremConstants& constants,
                        const GivenConstants& given = {});

/// KKT points likewise: the certified ones, as a complete list where that can be proved again (two
/// features, data as they were written; squared ReLU and three features; no set of points with N =
/// 0; diagonal networks), else each by itself, without sets of points. Throws Error as above, and
/// if nothing is left.
std::string certificate(const CertifiedNetwork& problem, const KktPoints& points);

/// Theorem 5.1, or Corollary 5.4.1, on an instance likewise: the constants, the KKT points, and
/// tubes of the scaled flow over intervals of p = delta^2 up to delta_bar, from which the
/// conclusion at T_bar (the upper end of its enclosure) follows. `proof` is the result of
/// `align(problem)`. Throws Error as above, unless the conclusion is certified, and where the
/// tubes are too wide.
std::string certificate(const CertifiedNetwork& network, const AlignmentProblem& problem,
                        const AlignmentProof& proof);

/// Theorem 5.5 on an instance likewise: the saddle, the constants, tubes of the neural correlation
/// flow of each w_z, and from them the conclusion at T_bar for every delta up to delta_bar. `proof`
/// is the result of `prove_at_saddle(problem)`. Throws Error as above, unless the conclusion is
/// certified and the saddle an isolated root of the gradient.
std::string certificate(const CertifiedNetwork& network, const SaddleProblem& problem,
                        const SaddleProof& proof);

/// An instance of training: gradient flow (3) of the loss from delta times the neurons.
struct CertifiedTraining {
  std::vector<std::vector<Interval>> neurons;  ///< one row of weights each
  std::string delta;                           ///< a decimal > 0
  double until = 1;                            ///< final time > 0
};

/// A certificate of it, and what it claims of the final time.
struct TrainingCertificate {
  std::string text;
  Interval loss = {};
  Interval norm = {};      ///< |w|
  std::size_t events = 0;  ///< two layers: activations that change their sign, or become 0
};

/// What the gradient flow does, as a certificate: it has one solution; loss, norm, weights and
/// directions at the final time, the events on the way (two layers), from a tube of the flow. For
/// small networks. Throws Error as above, and where the tube ends before or branches: it says when
/// and why.
TrainingCertificate certificate(const CertifiedNetwork& network, const CertifiedTraining& training);

}  // namespace filippov
