#pragma once

#include <string>
#include <vector>

#include "face_fields.hpp"
#include "filippov/solver/classify.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

/// What was found about the ways to go on from a point.
struct Continuations {
  std::vector<Continuation> found;  ///< rest, then sliding (on more surfaces first), then leaving
  std::string undecided;            ///< why the list may be incomplete; empty when it is not
  double left_out = 0;              ///< how many more there are, where they are very many
  Verdict verdict() const;
  /// "2", or "1000 of 531441".
  std::string count() const;
};

/// The continuations from `point`, whose active surfaces are complete. Surfaces of `settled` that
/// do not interact with any other active one go on as they are: slid on. See `classify`.
Continuations find_continuations(const Inclusion& inclusion, FaceFields& fields,
                                 const LocalPoint& point, const std::vector<int>& settled = {});

}  // namespace filippov::detail
