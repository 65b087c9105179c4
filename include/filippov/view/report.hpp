#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace filippov {

/// What a check of a claim found.
enum class ClaimVerdict {
  certified,  ///< proved, in interval arithmetic
  holds,      ///< computed in double precision: evidence, not a proof
  refuted,    ///< proved to be false as printed; a corrected form has a row of its own
  cited,      ///< pure existence or the work of others: nothing to compute
  fails,      ///< the check did not find what the claim says
};

/// "certified", "holds", ...
const char* name(ClaimVerdict verdict);

/// One line of a report.
struct Claim {
  std::string claim;
  std::string printed;   ///< what the source says
  std::string computed;  ///< what was found, constants as intervals
  ClaimVerdict verdict = ClaimVerdict::fails;
  /// Reproduces this line; empty: the command of its group does.
  std::string command = {};
};

/// A file that belongs to a report, relative to its directory.
struct Attachment {
  std::string file;
  std::string caption;
};

/// The claims that one program checks.
struct ClaimGroup {
  std::string name;
  std::string title;
  std::string command;  ///< reproduces the group
  std::vector<Claim> claims = {};
  std::vector<Attachment> figures = {};       ///< SVG
  std::vector<Attachment> certificates = {};  ///< JSON
  double seconds = 0;
  /// Its claims sum up those of other groups: they do not count again in the report's totals.
  bool summary = false;
  /// False from the start of the program to its end: what was being checked when it died is lost.
  bool finished = false;
};

/// As JSON text with the fields of ClaimGroup, for `parse_claim_group`.
std::string to_json(const ClaimGroup& group);

/// Reads what `to_json` wrote. `file` stands for it in messages. Throws Error.
ClaimGroup parse_claim_group(std::string_view json, std::string_view file);

/// One HTML page that needs nothing else: verdicts, tables, figures as inline SVG, certificates as
/// links that save them, the command that reproduces each line. Readable on a phone and on paper.
///
/// Figures and certificates are read from `directory`; one that is missing is named as missing.
std::string report_html(std::span<const ClaimGroup> groups, const std::filesystem::path& directory);

}  // namespace filippov
