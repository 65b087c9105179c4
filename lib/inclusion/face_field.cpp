#include "filippov/inclusion/face_field.hpp"

namespace filippov {

FaceField::~FaceField() = default;

bool FaceField::series(double, std::span<const double>, int, FaceSeries&) { return false; }

}  // namespace filippov
