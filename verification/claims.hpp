#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "filippov/view/report.hpp"

/// What a verification program found, as a table on standard output and as a part of the report:
///
///     Claims claims(argc, argv, "What these claims are about");
///     claims.add("claim", "as printed", "computed", holds);
///     return claims.finish();
///
/// The program's first argument is the directory of the report; it is made if need be.
class Claims {
 public:
  Claims(int argc, char** argv, std::string title);

  /// `holds`: what was computed in double precision agrees with the claim. A command given to the
  /// result reproduces this line alone.
  filippov::Claim& add(std::string claim, std::string printed, std::string computed, bool holds);
  /// `proved`: the claim was proved, in interval arithmetic.
  filippov::Claim& add_proof(std::string claim, std::string printed, std::string computed,
                             bool proved);
  /// `refuted`: the claim as printed was proved to be false, which is what must come out. The
  /// corrected form is a claim of its own.
  filippov::Claim& add_refutation(std::string claim, std::string printed, std::string computed,
                                  bool refuted);
  /// A claim that nothing can be computed of; `why` says so.
  filippov::Claim& add_cited(std::string claim, std::string printed, std::string why);

  /// The claims sum up those of other programs.
  void is_summary() { group_.summary = true; }
  /// Where to write `file` so that the report shows it (SVG) or offers it to be saved (JSON).
  std::filesystem::path figure(const std::string& file, std::string caption);
  std::filesystem::path certificate(const std::string& file, std::string caption);
  const std::filesystem::path& directory() const { return directory_; }

  /// Prints the table and writes DIRECTORY/NAME.claims.json. The exit code of the program: 0 when
  /// no claim fails, else 1.
  int finish();

 private:
  filippov::Claim& add(std::string claim, std::string printed, std::string computed,
                       filippov::ClaimVerdict verdict);
  void print() const;
  void write() const;

  std::filesystem::path directory_;
  filippov::ClaimGroup group_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};
