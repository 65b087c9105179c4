#pragma once

#include <map>
#include <memory>

#include "filippov/inclusion/inclusion.hpp"

namespace filippov::detail {

/// The vector fields on the faces visited so far, built once each.
class FaceFields {
 public:
  FaceFields(const Inclusion& inclusion, double direction)
      : inclusion_(inclusion), direction_(direction) {}

  FaceField& at(const Face& face) {
    auto& field = fields_[face];
    if (!field) field = inclusion_.face_field(face, direction_);
    return *field;
  }
  double direction() const { return direction_; }

  long evaluations() const {
    long sum = 0;
    for (const auto& entry : fields_) sum += entry.second->evaluations();
    return sum;
  }
  long jacobian_evaluations() const {
    long sum = 0;
    for (const auto& entry : fields_) sum += entry.second->jacobian_evaluations();
    return sum;
  }

 private:
  const Inclusion& inclusion_;
  double direction_;
  std::map<Face, std::unique_ptr<FaceField>> fields_;
};

}  // namespace filippov::detail
