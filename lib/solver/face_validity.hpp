#pragma once

#include "face_fields.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

enum class Validity { valid, invalid, undecided };

/// Does the motion on `face`, started at the point on its boundary, enter the face? Decided by the
/// first Taylor coefficient of each monitor that is not zero to rounding (first derivatives where
/// the field has no series). Surfaces of `implied` are zero wherever those slid on are, as |x| is
/// on x = 0: they need not be left.
Validity face_validity(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point,
                       const Face& face, std::span<const int> implied = {});

}  // namespace filippov::detail
