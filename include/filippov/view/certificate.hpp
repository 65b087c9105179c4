#pragma once

#include <string>
#include <vector>

#include "filippov/tube/enclose.hpp"

namespace filippov {

/// A tube as a certificate: a JSON text (verification/checker/FORMAT.md) with the problem, every
/// step of the tube and what is claimed, from which all of it can be proved again by other means.
///
/// `tube` is the result of `enclose(map, problem, ...)`, with its segments. `potential`: the
/// formula whose gradient the field of a gradient flow is; empty for any other system, which is
/// written by the formulas of its field. A tube that stopped is certified as far as it goes; of a
/// refuted one that several solutions leave a state. Throws Error where the certificate of such a
/// tube is not known: without steps, with pieces that end at different times, branching otherwise
/// than at the start or where sliding on one surface begins to repel.
std::string certificate(const FilippovMap& map, const EnclosureProblem& problem, const Tube& tube,
                        const std::vector<std::string>& variables,
                        const std::string& potential = {});

}  // namespace filippov
