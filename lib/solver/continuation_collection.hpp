#pragma once

#include <span>
#include <string>
#include <vector>

#include "continuations.hpp"

namespace filippov::detail {

/// For every active surface: +-1 leave to that side, 0 slide.
using FaceChoice = std::vector<int>;

Face face_of(const LocalPoint& point, const FaceChoice& choice);

/// Collects continuations that were found valid, with their velocities and kinds.
class ContinuationCollection {
 public:
  ContinuationCollection(const Inclusion& inclusion, FaceFields& fields, const LocalPoint& point)
      : inclusion_(inclusion), fields_(fields), point_(point) {}

  void add(const FaceChoice& choice);
  void add(Face face, Eigen::VectorXd velocity);
  /// Decides by the Taylor series of the face.
  void try_face(const FaceChoice& choice, std::span<const int> implied = {});
  /// Rest is no more than one of many solutions where the right-hand side is not Lipschitz
  /// continuous: x' = sqrt|x| from 0.
  void check_rest();

  const std::vector<Continuation>& found() const { return result_.found; }

  void left_out(double count) { result_.left_out = count; }

  void undecided(std::string reason);
  Continuations finish();

 private:
  /// Whether the velocity on a face is rounding as a whole, and each component: of the fields next
  /// to the face, which it may be small beside, or of the state.
  bool is_rounding(const Eigen::VectorXd& velocity, const Face& face) const;
  /// Rest is one solution, on whichever face it was found: keep it on the smallest.
  void merge_rests();

  const Inclusion& inclusion_;
  FaceFields& fields_;
  const LocalPoint& point_;
  Continuations result_;
};

}  // namespace filippov::detail
