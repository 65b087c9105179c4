#include "claims.hpp"

#include <fmt/format.h>

#include <algorithm>

void Claims::add(std::string claim, std::string printed, std::string computed, bool holds) {
  rows_.push_back({std::move(claim), std::move(printed), std::move(computed), holds, false});
}

void Claims::add_proof(std::string claim, std::string printed, std::string computed, bool proved) {
  rows_.push_back({std::move(claim), std::move(printed), std::move(computed), proved, true});
}

void Claims::print() const {
  std::size_t claim = 5;
  std::size_t printed = 10;
  std::size_t computed = 8;
  for (const Row& row : rows_) {
    claim = std::max(claim, row.claim.size());
    printed = std::max(printed, row.printed.size());
    computed = std::max(computed, row.computed.size());
  }
  fmt::print("{:<{}}  {:<{}}  {:<{}}  verdict\n", "claim", claim, "as printed", printed, "computed",
             computed);
  for (const Row& row : rows_) {
    fmt::print("{:<{}}  {:<{}}  {:<{}}  {}\n", row.claim, claim, row.printed, printed, row.computed,
               computed, row.holds ? (row.is_proof ? "certified" : "holds") : "FAILS");
  }
  fmt::print(
      "certified: proved, in interval arithmetic; holds: computed in double precision, which is "
      "evidence, not a proof.\n");
}

int Claims::exit_code() const {
  return std::all_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.holds; }) ? 0 : 1;
}
