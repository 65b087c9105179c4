#pragma once

#include <string>
#include <vector>

#include "problem.hpp"

namespace filippov::problems {

/// What is wrong with `solution` as a solution of `problem`; empty when nothing is. Everything that
/// is wrong is named, under it the expected and the found events side by side.
std::string disagreement(const Problem& problem, const Solution& solution);

/// The same for the kinds, surfaces and sides of the events alone, not for their times and states.
std::string disagreement_of_kinds(const Problem& problem, const Solution& solution);

/// Expected and found events, side by side.
std::string side_by_side(const Problem& problem, const Solution& solution);

/// The solutions in which a solve ends: itself, or those of its branches.
std::vector<const Solution*> ends(const Solution& solution);

/// What is wrong with the branches of `solution`: each final state of `problem.branches` must be
/// the end of exactly one of them, to `tolerance`.
std::string disagreement_of_branches(const Problem& problem, const Solution& solution,
                                     double tolerance);

}  // namespace filippov::problems
