#include "claims.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filippov/view/file.hpp"

using filippov::Claim;
using filippov::ClaimVerdict;

Claims::Claims(int argc, char** argv, std::string title) : directory_(argc > 1 ? argv[1] : ".") {
  constexpr std::string_view prefix = "verify_";
  group_.name = std::filesystem::path(argv[0]).filename().string();
  if (group_.name.starts_with(prefix)) group_.name.erase(0, prefix.size());
  group_.title = std::move(title);
  group_.command = "./verification/run " + group_.name;
  std::filesystem::create_directories(directory_);
  write();  // nothing of an earlier run is left, should this one die
}

Claim& Claims::add(std::string claim, std::string printed, std::string computed,
                   ClaimVerdict verdict) {
  return group_.claims.emplace_back(
      Claim{std::move(claim), std::move(printed), std::move(computed), verdict});
}

Claim& Claims::add(std::string claim, std::string printed, std::string computed, bool holds) {
  return add(std::move(claim), std::move(printed), std::move(computed),
             holds ? ClaimVerdict::holds : ClaimVerdict::fails);
}

Claim& Claims::add_proof(std::string claim, std::string printed, std::string computed,
                         bool proved) {
  return add(std::move(claim), std::move(printed), std::move(computed),
             proved ? ClaimVerdict::certified : ClaimVerdict::fails);
}

Claim& Claims::add_refutation(std::string claim, std::string printed, std::string computed,
                              bool refuted) {
  return add(std::move(claim), std::move(printed), std::move(computed),
             refuted ? ClaimVerdict::refuted : ClaimVerdict::fails);
}

Claim& Claims::add_cited(std::string claim, std::string printed, std::string why) {
  return add(std::move(claim), std::move(printed), std::move(why), ClaimVerdict::cited);
}

std::filesystem::path Claims::figure(const std::string& file, std::string caption) {
  group_.figures.push_back({file, std::move(caption)});
  return directory_ / file;
}

std::filesystem::path Claims::certificate(const std::string& file, std::string caption) {
  group_.certificates.push_back({file, std::move(caption)});
  return directory_ / file;
}

void Claims::print() const {
  std::size_t claim = 5;
  std::size_t printed = 10;
  std::size_t computed = 8;
  for (const Claim& row : group_.claims) {
    claim = std::max(claim, row.claim.size());
    printed = std::max(printed, row.printed.size());
    computed = std::max(computed, row.computed.size());
  }
  fmt::print("{:<{}}  {:<{}}  {:<{}}  verdict\n", "claim", claim, "as printed", printed, "computed",
             computed);
  for (const Claim& row : group_.claims) {
    fmt::print("{:<{}}  {:<{}}  {:<{}}  {}\n", row.claim, claim, row.printed, printed, row.computed,
               computed, row.verdict == ClaimVerdict::fails ? "FAILS" : name(row.verdict));
  }
  fmt::print(
      "certified: proved, in interval arithmetic; holds: computed in double precision, which is "
      "evidence, not a proof.\n");
  for (const filippov::Attachment& figure : group_.figures) {
    fmt::print("{}: {}\n", (directory_ / figure.file).string(), figure.caption);
  }
  for (const filippov::Attachment& certificate : group_.certificates) {
    fmt::print("{}: {}\n", (directory_ / certificate.file).string(), certificate.caption);
  }
}

void Claims::write() const {
  filippov::write_file(directory_ / (group_.name + ".claims.json"), to_json(group_));
}

int Claims::finish() {
  group_.finished = true;
  group_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  print();
  write();
  const bool failed = std::any_of(group_.claims.begin(), group_.claims.end(), [](const Claim& row) {
    return row.verdict == ClaimVerdict::fails;
  });
  return failed ? 1 : 0;
}
