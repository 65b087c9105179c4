#pragma once

#include <string>
#include <vector>

/// The table that a verification program prints: claim, as printed, computed, verdict.
class Claims {
 public:
  /// `holds`: what was computed in double precision agrees with the claim.
  void add(std::string claim, std::string printed, std::string computed, bool holds);
  /// `proved`: the claim was proved, in interval arithmetic.
  void add_proof(std::string claim, std::string printed, std::string computed, bool proved);
  void print() const;
  /// 0 when every claim stands, else 1: the exit code of the program.
  int exit_code() const;

 private:
  struct Row {
    std::string claim;
    std::string printed;
    std::string computed;
    bool holds;
    bool is_proof;
  };
  std::vector<Row> rows_;
};
