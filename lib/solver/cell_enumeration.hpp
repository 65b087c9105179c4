#pragma once

#include "continuation_collection.hpp"

namespace filippov::detail {

/// Largest number of faces that are tried.
inline constexpr std::size_t most_faces = 5000;
inline constexpr double first_order_tolerance = 1e-9;
/// Normals are dependent when a pivot is below this part of the largest one.
inline constexpr double dependence = 1e-10;

/// Tries the faces against the cells next to the point; continuations go to the collection. False:
/// the cells or faces are too many.
bool enumerate_cells(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                     ContinuationCollection& collection);

}  // namespace filippov::detail
