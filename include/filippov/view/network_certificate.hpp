#pragma once

#include <optional>
#include <string>

#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/alignment.hpp"
#include "filippov/verify/constants.hpp"
#include "filippov/verify/kkt.hpp"

namespace filippov {

/// What a certificate is about: the data as they were written, before `options` change them.
struct CertifiedNetwork {
  Network network;
  DataSet written;
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
/// features, data as they were written, no set of points with N = 0), else each by itself, without
/// sets of points and without what is said of stability. Throws Error as above, for diagonal
/// networks, and if nothing is left.
std::string certificate(const CertifiedNetwork& problem, const KktPoints& points);

/// Theorem 5.1, or Corollary 5.4.1, on an instance likewise: the constants, the KKT points, and
/// tubes of the scaled flow over intervals of p = delta^2 up to delta_bar, from which the
/// conclusion at T_bar (the upper end of its enclosure) follows. `proof` is the result of
/// `align(problem)`. Throws Error as above, unless the conclusion is certified, and where the
/// tubes are too wide.
std::string certificate(const CertifiedNetwork& network, const AlignmentProblem& problem,
                        const AlignmentProof& proof);

}  // namespace filippov
