#pragma once

#include <optional>
#include <vector>

#include "face_fields.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

/// Growth of the distance to the intersection of two surfaces over one turn around it, to first
/// order, where the fields of the four cells lead from each into the next; nullopt where they do
/// not. Beyond 1 there are solutions that leave the intersection and cross both surfaces infinitely
/// often at once: they are in no face for any time.
/// Source: Filippov (1988), ch. 4 section 22 (the node and focus made of four half-lines).
std::optional<double> spiral_growth(const std::vector<Cell>& cells);

/// The same where one of the two surfaces is the position to the other one's velocity, as in x' =
/// v, v' = -sign(x) + sign(v)/2: the field of every cell is along the first, which the solutions
/// cross by their acceleration.
std::optional<double> second_order_spiral_growth(FaceFields& fields, const LocalPoint& point,
                                                 const std::vector<Cell>& cells);

}  // namespace filippov::detail
