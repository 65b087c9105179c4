#include "filippov/solution/solution.hpp"

namespace filippov {

std::string_view name(Status status) {
  switch (status) {
    case Status::not_solved:
      return "not-solved";
    case Status::finished:
      return "finished";
    case Status::branching:
      return "branching";
    case Status::equilibrium:
      return "equilibrium";
    case Status::accumulation:
      return "accumulation";
    case Status::escape:
      return "escape";
    case Status::undecided:
      return "undecided";
    case Status::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::unique:
      return "unique";
    case Verdict::branching:
      return "branching";
    case Verdict::undecided:
      return "undecided";
  }
  return "unknown";
}

}  // namespace filippov
