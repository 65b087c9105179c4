// Every claim of the paper, with what the other verification programs found of it:
//
//     all_claims DIRECTORY PROGRAM...
//
// Reads DIRECTORY/PROGRAM.claims.json of each. A claim that can be checked and that no program
// checks fails.

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>

#include "claims.hpp"
#include "paper_claims.hpp"

using namespace filippov;

namespace {

std::vector<ClaimGroup> read_groups(const std::filesystem::path& directory, int count,
                                    char** names) {
  std::vector<ClaimGroup> groups;
  for (int i = 0; i < count; ++i) {
    const std::filesystem::path file = directory / fmt::format("{}.claims.json", names[i]);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) continue;  // was not run: its claims will be missed below
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    groups.push_back(parse_claim_group(text, file.string()));
  }
  return groups;
}

/// Whether a line is about a claim: "Lemma C.1" is named in "Lemma A.3, Lemma C.1: ..." but not in
/// "Lemma C.12: ...". What stands behind the first colon does not count.
bool is_named(std::string_view number, std::string_view text) {
  text = text.substr(0, text.find(':'));
  for (std::size_t at = 0; (at = text.find(number, at)) != std::string_view::npos; ++at) {
    const std::string_view rest = text.substr(at + number.size());
    const auto digit_at = [&](std::size_t i) {
      return i < rest.size() && std::isdigit(static_cast<unsigned char>(rest[i])) != 0;
    };
    if (!digit_at(0) && !(rest.starts_with('.') && digit_at(1))) return true;
  }
  return false;
}

/// How many lines name a claim, by verdict, and in which programs.
struct Findings {
  std::array<int, 5> counts{};
  std::vector<std::string> programs;

  int& count(ClaimVerdict verdict) { return counts[static_cast<std::size_t>(verdict)]; }
  int count(ClaimVerdict verdict) const { return counts[static_cast<std::size_t>(verdict)]; }
};

Findings find(std::string_view number, const std::vector<ClaimGroup>& groups) {
  Findings findings;
  for (const ClaimGroup& group : groups) {
    bool named = false;
    for (const Claim& row : group.claims) {
      if (!is_named(number, row.claim)) continue;
      ++findings.count(row.verdict);
      named = true;
    }
    if (named) findings.programs.push_back(group.name);
  }
  return findings;
}

std::string describe(const Findings& findings) {
  std::string text;
  for (const ClaimVerdict verdict :
       {ClaimVerdict::certified, ClaimVerdict::holds, ClaimVerdict::refuted, ClaimVerdict::cited,
        ClaimVerdict::fails}) {
    if (findings.count(verdict) == 0) continue;
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", findings.count(verdict), name(verdict));
  }
  return fmt::format("{} ({})", text, fmt::join(findings.programs, ", "));
}

void add(const PaperClaim& claim, const Findings& findings, Claims& claims) {
  const std::string number(claim.number);
  const std::string statement(claim.statement);
  if (findings.programs.empty()) {
    if (claim.checkable) {
      claims.add(number, statement, "no program checks it", false);
    } else {
      claims.add_cited(number, statement, std::string(claim.check));
    }
    return;
  }
  const std::string found = fmt::format("{}: {}", claim.check, describe(findings));
  if (findings.count(ClaimVerdict::fails) > 0) {
    claims.add(number, statement, found, false);
  } else if (findings.count(ClaimVerdict::refuted) > 0) {
    claims.add_refutation(number, statement, found, true);
  } else if (findings.count(ClaimVerdict::certified) > 0) {
    claims.add_proof(number, statement, found, true);
  } else if (findings.count(ClaimVerdict::holds) > 0) {
    claims.add(number, statement, found, true);
  } else {
    claims.add_cited(number, statement, found);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  Claims claims(argc, argv, "Every claim of the paper");
  claims.is_summary();
  const std::vector<ClaimGroup> groups = read_groups(claims.directory(), argc - 2, argv + 2);
  for (const PaperClaim& claim : paper_claims()) add(claim, find(claim.number, groups), claims);
  return claims.finish();
} catch (const std::exception& error) {
  std::cerr << "all_claims: " << error.what() << '\n';
  return 2;
}
