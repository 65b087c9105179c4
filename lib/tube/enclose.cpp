#include "filippov/tube/enclose.hpp"

#include <fmt/format.h>

#include <cmath>

#include "../arithmetic/upward_interval.hpp"
#include "filippov/arithmetic/error.hpp"
#include "pieces.hpp"
#include "tube_run.hpp"

namespace filippov {

std::string_view name(Proof proof) {
  switch (proof) {
    case Proof::certified:
      return "certified";
    case Proof::refuted:
      return "refuted";
    case Proof::undecided:
      break;
  }
  return "undecided";
}

std::string_view name(TubeStatus status) {
  switch (status) {
    case TubeStatus::not_enclosed:
      return "not-enclosed";
    case TubeStatus::finished:
      return "finished";
    case TubeStatus::stopped:
      break;
  }
  return "stopped";
}

namespace {

void check(const FilippovMap& inclusion, const EnclosureProblem& problem,
           const EnclosureOptions& options) {
  if (static_cast<int>(problem.x0.size()) != inclusion.dimension()) {
    throw Error(fmt::format("the initial box has {} entries: expected {}, one per coordinate",
                            problem.x0.size(), inclusion.dimension()));
  }
  for (std::size_t i = 0; i < problem.x0.size(); ++i) {
    if (!problem.x0[i].is_bounded()) {
      throw Error(fmt::format("entry {} of the initial box is not bounded", i + 1));
    }
  }
  if (!problem.disturbance.empty() && problem.disturbance.size() != problem.x0.size()) {
    throw Error(fmt::format("the disturbance has {} entries: expected {}, one per coordinate",
                            problem.disturbance.size(), problem.x0.size()));
  }
  for (const double bound : problem.disturbance) {
    if (!std::isfinite(bound) || bound < 0) {
      throw Error(fmt::format("a disturbance is {}: expected a finite number >= 0", bound));
    }
  }
  if (!std::isfinite(problem.t0) || !std::isfinite(problem.t1)) {
    throw Error(
        fmt::format("the times are {} and {}: expected finite numbers", problem.t0, problem.t1));
  }
  if (options.order < 2 || options.order > 60) {
    throw Error(fmt::format("the order is {}: expected 2 to 60", options.order));
  }
  if (!(options.max_step > 0)) {
    throw Error(
        fmt::format("the longest step is {}: expected a positive number", options.max_step));
  }
  for (const double time : options.visit) {
    if (!std::isfinite(time)) {
      throw Error(fmt::format("a time to be visited is {}: expected a finite number", time));
    }
  }
}

}  // namespace

Tube enclose(const FilippovMap& inclusion, const EnclosureProblem& problem,
             const EnclosureOptions& options) {
  return detail::Encloser(inclusion).enclose(problem, options);
}

namespace detail {

Encloser::Encloser(const FilippovMap& map) : map_(map) {}
Encloser::Encloser(Encloser&&) noexcept = default;
Encloser::~Encloser() = default;

Tube Encloser::enclose(const EnclosureProblem& problem, const EnclosureOptions& options) {
  check(map_, problem, options);
  return enclose_in_pieces(map_, problem, options, formulas(problem, options));
}

TubeFormulas& Encloser::formulas(const EnclosureProblem& problem, const EnclosureOptions& options) {
  const double direction = problem.t1 < problem.t0 ? -1 : 1;
  for (const auto& known : formulas_) {
    if (known->systems.direction() == direction &&
        known->disturbed.disturbance() == problem.disturbance && known->order == options.order &&
        known->room_for_checker == options.room_for_checker &&
        known->exponentials == options.exponentials) {
      return *known;
    }
  }
  const UpwardScope scope;
  formulas_.push_back(
      std::make_unique<TubeFormulas>(map_, direction, problem.disturbance, options));
  return *formulas_.back();
}

}  // namespace detail

}  // namespace filippov
