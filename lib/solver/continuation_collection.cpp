#include "continuation_collection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "face_validity.hpp"
#include "singular_start.hpp"

namespace filippov::detail {

Face face_of(const LocalPoint& point, const FaceChoice& choice) {
  Face face{point.signature, {}};
  for (std::size_t k = 0; k < choice.size(); ++k) {
    const int j = point.active[k];
    if (choice[k] == 0) {
      face.sliding.push_back(j);
    } else {
      face.signature[static_cast<std::size_t>(j)] = static_cast<signed char>(choice[k]);
    }
  }
  return face;
}

void ContinuationCollection::add(const FaceChoice& choice) {
  const Face face = face_of(point_, choice);
  FaceField& field = fields_.at(face);
  field.begin(point_.t, point_.x);
  Eigen::VectorXd velocity(static_cast<Eigen::Index>(point_.x.size()));
  field.velocity(point_.t, point_.x, {velocity.data(), point_.x.size()});
  // Where sliding begins at a point without a multiplier of its own: its limits.
  const auto starts = singular_starts(inclusion_, field, point_.t, point_.x);
  if (starts && !starts->empty()) {
    for (const SingularStart& start : *starts) add(face, field.direction() * start.velocity);
  } else {
    add(face, field.direction() * velocity);
  }
}

void ContinuationCollection::add(Face face, Eigen::VectorXd velocity) {
  const bool resting =
      !face.sliding.empty() && inclusion_.is_autonomous() && is_rounding(velocity, face);
  Continuation c;
  c.kind = resting || (velocity.isZero(0) && inclusion_.is_autonomous()) ? Continuation::Kind::rest
           : face.sliding.empty()                                        ? Continuation::Kind::leave
                                  : Continuation::Kind::slide;
  if (c.kind == Continuation::Kind::rest) velocity.setZero();
  c.face = std::move(face);
  c.velocity = velocity.array() + 0.0;  // no zero with a sign
  result_.found.push_back(std::move(c));
}

void ContinuationCollection::try_face(const FaceChoice& choice, std::span<const int> implied) {
  const Face face = face_of(point_, choice);
  switch (face_validity(inclusion_, fields_, point_, face, implied)) {
    case Validity::valid:
      add(choice);
      break;
    case Validity::invalid:
      break;
    case Validity::undecided:
      undecided(
          fmt::format("the motion into one face next to t = {:.17g} is tangent to its "
                      "boundary to every order that was looked at",
                      point_.t));
      break;
  }
}

void ContinuationCollection::check_rest() {
  if (result_.found.size() != 1 || result_.found[0].kind != Continuation::Kind::rest) return;
  Eigen::MatrixXd dfdx;
  Eigen::VectorXd dfdt;
  for (const Cell& cell : feasible_cells(inclusion_, point_, fields_.direction())) {
    FaceField& field = fields_.at({with_signs(point_, cell.signs), {}});
    field.jacobian(point_.t, point_.x, dfdx, dfdt);
    if (dfdx.allFinite()) continue;
    undecided(fmt::format(
        "the right-hand side is not Lipschitz continuous at the point of rest reached at t = "
        "{:.17g}: solutions may leave it",
        point_.t));
    return;
  }
}

void ContinuationCollection::undecided(std::string reason) {
  if (result_.undecided.empty()) result_.undecided = std::move(reason);
}

Continuations ContinuationCollection::finish() {
  const auto rank = [](const Continuation& c) {
    return c.kind == Continuation::Kind::rest ? 0 : c.kind == Continuation::Kind::slide ? 1 : 2;
  };
  std::stable_sort(result_.found.begin(), result_.found.end(),
                   [&](const Continuation& a, const Continuation& b) {
                     if (rank(a) != rank(b)) return rank(a) < rank(b);
                     return a.face.sliding.size() > b.face.sliding.size();
                   });
  merge_rests();
  check_rest();
  return std::move(result_);
}

bool ContinuationCollection::is_rounding(const Eigen::VectorXd& velocity, const Face& face) const {
  const double scale =
      largest_components(inclusion_, point_, face.signature).lpNorm<Eigen::Infinity>();
  if (!(velocity.lpNorm<Eigen::Infinity>() <= 1e-12 * scale)) return false;
  Eigen::VectorXd field(velocity.size());
  Eigen::VectorXd sizes = Eigen::VectorXd::Zero(velocity.size());
  const auto include = [&](const Signature& signature) {
    inclusion_.selection(point_.t, point_.x, signature, {field.data(), point_.x.size()});
    sizes = sizes.cwiseMax(field.cwiseAbs());
  };
  include(face.signature);
  for (const int j : face.sliding) {
    Signature other = face.signature;
    other[static_cast<std::size_t>(j)] *= -1;
    include(other);
  }
  const Eigen::VectorXd rounding =
      change_by_rounding(inclusion_, point_, face.signature).cwiseMax(1e-12 * sizes);
  return (velocity.cwiseAbs().array() <= rounding.array()).all();
}

void ContinuationCollection::merge_rests() {
  auto& found = result_.found;
  const auto end = std::find_if(found.begin(), found.end(), [](const Continuation& c) {
    return c.kind != Continuation::Kind::rest;
  });
  if (end - found.begin() < 2) return;
  std::iter_swap(
      found.begin(),
      std::max_element(found.begin(), end, [](const Continuation& a, const Continuation& b) {
        return a.face.sliding.size() < b.face.sliding.size();
      }));
  found.erase(found.begin() + 1, end);
}

}  // namespace filippov::detail
