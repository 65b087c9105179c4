#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "filippov/arithmetic/box.hpp"
#include "great_circles.hpp"
#include "neuron_model.hpp"
#include "ridge_function.hpp"

namespace filippov::detail {

/// A RidgeFunction of degree one in space: b.u + sum_j max(0, J_j.u) up to the factor `scale`, J_j
/// = k_j r_j with a normal r_j.
template <class Scalar>
struct Bends {
  Vector3<Scalar> base;
  std::vector<Vector3<Scalar>> normals;
  std::vector<Vector3<Scalar>> jumps;
  Scalar scale = 1;
};

inline Bends<Interval> enclosures(const RidgeFunction& f) {
  const auto take = [](const NumberVector& x) {
    return Vector3<Interval>{x[0].range(), x[1].range(), x[2].range()};
  };
  Bends<Interval> bends{take(f.base()), {}, {}};
  for (const Ridge& ridge : f.ridges()) {
    bends.normals.push_back(take(ridge.direction));
    Vector3<Interval> jump = bends.normals.back();
    for (Interval& entry : jump) entry *= ridge.factor.range();
    bends.jumps.push_back(jump);
  }
  return bends;
}

inline void include_denominators(const NumberVector& x, mpz_class& common) {
  for (const Number& entry : x) common = lcm(common, entry.fraction().get_den());
}

inline Vector3<mpz_class> times(const NumberVector& x, const mpz_class& scale) {
  Vector3<mpz_class> result;
  for (std::size_t t = 0; t < 3; ++t) result[t] = mpq_class(x[t].fraction() * scale).get_num();
  return result;
}

/// Exactly, in integers.
inline Bends<mpz_class> integers(const RidgeFunction& f) {
  Bends<mpz_class> bends;
  std::vector<NumberVector> jumps;
  include_denominators(f.base(), bends.scale);
  for (const Ridge& ridge : f.ridges()) {
    mpz_class own = 1;
    include_denominators(ridge.direction, own);
    bends.normals.push_back(times(ridge.direction, own));
    jumps.push_back(ridge.direction);
    for (Number& entry : jumps.back()) entry = ridge.factor * entry;
    include_denominators(jumps.back(), bends.scale);
  }
  bends.base = times(f.base(), bends.scale);
  for (const NumberVector& jump : jumps) bends.jumps.push_back(times(jump, bends.scale));
  return bends;
}

inline Interval quotient(const mpz_class& a, const mpz_class& b) {
  if (b == 1 && mpz_sizeinbase(a.get_mpz_t(), 2) <= 53) return a.get_d();
  mpq_class fraction(a, b);
  fraction.canonicalize();
  return Number(std::move(fraction)).range();
}
inline Interval quotient(const Interval& a, const Interval& b) { return a / b; }

/// A power of two; divided by it the squares of the entries are not too large for doubles.
inline mpz_class power_beyond_doubles(const Vector3<mpz_class>& a) {
  constexpr std::size_t most_bits = 400;
  std::size_t bits = 0;
  for (const mpz_class& entry : a) bits = std::max(bits, mpz_sizeinbase(entry.get_mpz_t(), 2));
  mpz_class power = 1;
  if (bits > most_bits) power <<= bits - most_bits;
  return power;
}
inline Interval power_beyond_doubles(const Vector3<Interval>& /*a*/) { return 1; }

template <class Scalar>
Vector3<Interval> quotient(const Vector3<Scalar>& a, const Scalar& b) {
  return {quotient(a[0], b), quotient(a[1], b), quotient(a[2], b)};
}

/// A positive multiple.
inline Vector3<Interval> enclosure(const Vector3<mpz_class>& a) {
  return quotient(a, power_beyond_doubles(a));
}
inline Vector3<Interval> enclosure(const Vector3<Interval>& a) { return a; }

template <class Scalar>
Box unit(const Vector3<Scalar>& a) {
  const Vector3<Interval> direction = enclosure(a);
  const Interval length = norm(direction);
  Box u;
  for (const Interval& entry : direction) {
    if (!certainly_positive(length)) throw UnknownSign();
    u.push_back(intersect(entry / length, Interval(-1, 1)).value_or(Interval(-1, 1)));
  }
  return u;
}

}  // namespace filippov::detail
