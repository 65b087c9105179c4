#pragma once

#include <span>
#include <string_view>

/// One claim of the paper.
struct PaperClaim {
  std::string_view number;     ///< as printed: "Lemma 5.3"
  std::string_view statement;  ///< what it says, shortened
  /// What a check of it means here, on the instances of the programs that name the number; for a
  /// claim that is not checkable, why it is not.
  std::string_view check;
  bool checkable = true;
};

/// Every definition, assumption, theorem, lemma, corollary, worked example and figure of the paper,
/// in its order.
std::span<const PaperClaim> paper_claims();
