// Puts what the verification programs found into one page: report DIRECTORY [PROGRAM...]
//
// Reads DIRECTORY/PROGRAM.claims.json for each program, in that order, and writes
// DIRECTORY/report.html.

#include "filippov/view/report.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "filippov/arithmetic/error.hpp"
#include "filippov/view/file.hpp"

using namespace filippov;

int main(int argc, char** argv) try {
  if (argc < 2) throw Error("expected a directory and the names of verification programs");
  const std::filesystem::path directory = argv[1];
  std::vector<ClaimGroup> groups;
  for (int i = 2; i < argc; ++i) {
    const std::filesystem::path file = directory / fmt::format("{}.claims.json", argv[i]);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) continue;  // was not run
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    groups.push_back(parse_claim_group(text, file.string()));
  }
  if (groups.empty()) throw Error(fmt::format("{}: no claims to report", directory.string()));
  write_file(directory / "report.html", report_html(groups, directory));
  fmt::print("{}\n", (directory / "report.html").string());
  return 0;
} catch (const std::exception& error) {
  std::cerr << "report: " << error.what() << '\n';
  return 2;
}
