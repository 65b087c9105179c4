#pragma once

#include <memory>
#include <vector>

#include "filippov/tube/enclose.hpp"

namespace filippov::detail {

struct TubeFormulas;

/// `enclose` on one map, which must outlive it, many times: what is made of the formulas is kept
/// from one tube to the next.
class Encloser {
 public:
  explicit Encloser(const FilippovMap& map);
  Encloser(Encloser&&) noexcept;
  ~Encloser();

  /// As filippov::enclose.
  Tube enclose(const EnclosureProblem& problem, const EnclosureOptions& options);

 private:
  TubeFormulas& formulas(const EnclosureProblem& problem, const EnclosureOptions& options);

  const FilippovMap& map_;
  std::vector<std::unique_ptr<TubeFormulas>> formulas_;
};

/// The tube from the initial box; where that stops or grows too wide, from its halves, and so on.
Tube enclose_in_pieces(const FilippovMap& map, const EnclosureProblem& problem,
                       const EnclosureOptions& options, TubeFormulas& formulas);

}  // namespace filippov::detail
