#pragma once

#include <string>
#include <vector>

/// The table that a verification program prints: claim, as printed, computed, verdict.
class Claims {
 public:
  /// `holds`: what was computed agrees with the claim.
  void add(std::string claim, std::string printed, std::string computed, bool holds);
  void print() const;
  /// 0 when every claim stands, else 1: the exit code of the program.
  int exit_code() const;

 private:
  struct Row {
    std::string claim;
    std::string printed;
    std::string computed;
    bool holds;
  };
  std::vector<Row> rows_;
};
