#pragma once

#include <gmpxx.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov::detail {

template <class Scalar>
using Vector3 = std::array<Scalar, 3>;

template <class Scalar>
Scalar dot(const Vector3<Scalar>& a, const Vector3<Scalar>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

template <class Scalar>
Vector3<Scalar> cross(const Vector3<Scalar>& a, const Vector3<Scalar>& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

template <class Scalar>
Vector3<Scalar> operator-(const Vector3<Scalar>& a) {
  return {-a[0], -a[1], -a[2]};
}

template <class Scalar>
void add_to(Vector3<Scalar>& sum, const Vector3<Scalar>& more) {
  for (std::size_t t = 0; t < 3; ++t) sum[t] += more[t];
}

template <class Scalar>
void subtract_from(Vector3<Scalar>& sum, const Vector3<Scalar>& less) {
  for (std::size_t t = 0; t < 3; ++t) sum[t] -= less[t];
}

/// Thrown where the enclosure of a number does not tell its sign.
struct UnknownSign {};

inline std::optional<int> sign_if_known(const mpz_class& a) { return sgn(a); }
inline std::optional<int> sign_if_known(const Interval& a) {
  if (certainly_positive(a)) return 1;
  if (certainly_negative(a)) return -1;
  if (identical(a, 0)) return 0;
  return std::nullopt;
}

template <class Scalar>
int sign(const Scalar& a) {
  const std::optional<int> known = sign_if_known(a);
  if (!known) throw UnknownSign();
  return *known;
}

template <class Scalar>
bool is_zero(const Vector3<Scalar>& a) {
  for (const Scalar& entry : a) {
    const std::optional<int> known = sign_if_known(entry);
    if (known && *known != 0) return false;
  }
  return std::ranges::all_of(a, [](const Scalar& entry) { return sign(entry) == 0; });
}

/// Another great circle, of normal r', meets one of normal r at side * (r x r').
struct Crossing {
  std::size_t circle;
  int side;
};

/// A point of a great circle, and all others that meet it there.
template <class Scalar>
struct Junction {
  Vector3<Scalar> at;  ///< not normalized
  std::vector<Crossing> crossings;
};

/// Where the great circle k meets the others, counterclockwise about its normal, each point once.
/// No two normals may be parallel. The second half of the points are the opposites of the first.
template <class Scalar>
std::vector<Junction<Scalar>> junctions(const std::vector<Vector3<Scalar>>& normals,
                                        std::size_t k) {
  if (normals.size() < 2) return {};
  std::vector<Vector3<Scalar>> along(normals.size());
  for (std::size_t l = 0; l < normals.size(); ++l) along[l] = cross(normals[k], normals[l]);
  const std::size_t origin = k == 0 ? 1 : 0;
  std::vector<Crossing> half{{origin, 1}};  // less than half a turn after it
  for (std::size_t l = origin + 1; l < normals.size(); ++l) {
    if (l == k) continue;
    const int turn = sign(dot(along[origin], normals[l]));
    half.push_back({l, turn != 0 ? turn : sign(dot(along[origin], along[l]))});
  }
  // |r|^2 det(r, r', r'') = det(r, r x r', r x r'')
  const auto turn = [&](const Crossing& a, const Crossing& b) {
    if (a.circle == b.circle) return 0;
    return a.side * b.side * sign(dot(along[a.circle], normals[b.circle]));
  };
  std::sort(half.begin(), half.end(),
            [&](const Crossing& a, const Crossing& b) { return turn(a, b) > 0; });
  std::vector<Junction<Scalar>> result;
  for (const Crossing& crossing : half) {
    if (result.empty() || turn(result.back().crossings.front(), crossing) != 0) {
      const Vector3<Scalar>& at = along[crossing.circle];
      result.push_back({crossing.side > 0 ? at : -at, {}});
    }
    result.back().crossings.push_back(crossing);
  }
  const std::size_t count = result.size();
  for (std::size_t i = 0; i < count; ++i) {
    Junction<Scalar> opposite{-result[i].at, result[i].crossings};
    for (Crossing& crossing : opposite.crossings) crossing.side = -crossing.side;
    result.push_back(std::move(opposite));
  }
  return result;
}

}  // namespace filippov::detail
