#include "branches.hpp"

namespace filippov::detail {

namespace {

void collect(const Solution& solution, std::vector<const Solution*>& list) {
  list.push_back(&solution);
  for (const Solution& branch : solution.branches) collect(branch, list);
}

}  // namespace

std::vector<const Solution*> branches(const Solution& solution) {
  std::vector<const Solution*> list;
  collect(solution, list);
  return list;
}

}  // namespace filippov::detail
