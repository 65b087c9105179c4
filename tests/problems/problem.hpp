#pragma once

#include <memory>
#include <string>
#include <vector>

#include "filippov/function/function.hpp"
#include "filippov/inclusion/inclusion.hpp"
#include "filippov/solution/solution.hpp"
#include "filippov/solver/options.hpp"

/// Initial value problems with known answers.
///
/// Each is built by a function that carries its derivation. Where there is no closed form the
/// numbers were computed with 45 digits by digits.py, which stands beside this file.
namespace filippov::problems {

/// An event of the exact solution.
struct ExpectedEvent {
  double t = 0;
  EventKind kind = EventKind::crossing;
  std::vector<int> surfaces = {};  ///< hit or left
  std::vector<int> sliding = {};   ///< slid on afterwards
  int side = 0;                    ///< of the first of `surfaces` afterwards; 0: on it
};

/// Shorthands, in the words of EventKind.
ExpectedEvent crossing(double t, int surface, int side, std::vector<int> sliding = {});
ExpectedEvent entry(double t, int surface);
/// Sliding starts on `surface` as well.
ExpectedEvent joined(double t, int surface, std::vector<int> sliding);
/// Sliding ends on `surface`, and goes on on `sliding`.
ExpectedEvent left(double t, int surface, int side, std::vector<int> sliding);
ExpectedEvent exit(double t, int surface, int side);

/// An initial value problem with its exact answer.
struct Problem {
  std::string name = {};
  std::shared_ptr<const Inclusion> inclusion = {};
  InitialValueProblem value = {};
  /// Of a gradient flow x' in direction * d potential(x); otherwise empty.
  std::shared_ptr<const Function> potential = {};
  double direction = 0;

  std::vector<int> start_surfaces = {};  ///< surfaces through the initial state
  Status status = Status::finished;
  std::vector<ExpectedEvent> events = {};
  std::vector<double> final_state = {};  ///< at value.t1, or where a branching ends the solution

  /// Final states of all solutions that leave the branching point at once or never.
  std::vector<std::vector<double>> branches = {};
  /// Where the sliding velocity is not unique, and the final state by selection.
  std::vector<Ambiguity> ambiguous = {};
  /// Between the last event listed before an accumulation and the accumulation there are infinitely
  /// many crossings, of which any number may be reported.
  bool accumulates = false;
  /// Events that happen at the final time itself, and may or may not be reported.
  std::vector<ExpectedEvent> at_end = {};

  double time_tolerance = 1e-7;   ///< relative
  double state_tolerance = 1e-7;  ///< per component, relative to max(1, |x_i|)
};

/// `problem` with the ascent or descent of f as its inclusion.
Problem ascending(const Function& f, Problem problem);
Problem descending(const Function& f, Problem problem);

/// Families of problems, in the files of these names.
std::vector<Problem> dry_friction();
std::vector<Problem> relays();
std::vector<Problem> crossings();
std::vector<Problem> curved_sliding();
std::vector<Problem> several_surfaces();
std::vector<Problem> gradient_flows();
std::vector<Problem> accumulations();
std::vector<Problem> branchings();

/// All of the above.
std::vector<Problem> all_problems();
Problem problem(const std::string& name);

}  // namespace filippov::problems
