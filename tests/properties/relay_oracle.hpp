#pragma once

#include <random>
#include <string>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/solution/event.hpp"

/// Systems with relays, and their solutions with fifty digits by a method that has nothing in
/// common with the library: extrapolation of the modified midpoint rule (Gragg, Bulirsch & Stoer),
/// events by regula falsi.
namespace filippov::oracle {

/// x' = b + a t + A x + q x1 x + r / (1 + x1^2) + sum_j G_j sign(h_j),
/// h_j = d_j + s_j t + <C_j, x> + p_j x1^2, all coefficients small dyadic numbers, exact in double.
struct Relays {
  int dimension = 0;
  std::vector<double> b, a, q, r;      ///< per coordinate
  std::vector<std::vector<double>> A;  ///< rows
  std::vector<std::vector<double>> G;  ///< per surface, a vector
  std::vector<double> d, s, p;         ///< per surface
  std::vector<std::vector<double>> C;  ///< per surface, a vector

  int surfaces() const { return static_cast<int>(d.size()); }
  FilippovMap map() const;
};

Relays random_relays(std::mt19937& random, int dimension, int surfaces);

/// A state in decimal text of 40 digits, so that this header needs no library.
struct ExactState {
  double t = 0;
  std::vector<std::string> x;
};
struct ExactEvent {
  std::string t;
  EventKind kind = EventKind::crossing;
  int surface = 0;
};
struct ExactSolution {
  std::vector<ExactState> states;  ///< at the times asked for, as far as it came
  std::vector<ExactEvent> events;
  /// Up to this time it is reliable: it stops where two surfaces, a contact or a blow-up are near.
  double end = 0;
};

/// The solution from x0 at t0 with its states at `times`, which are in the order of integration.
ExactSolution exact_solution(const Relays& system, double t0, const std::vector<double>& x0,
                             const std::vector<double>& times);

/// Whether the number in decimal text is in x, up to 1e-30.
bool contains(Interval x, const std::string& number);

}  // namespace filippov::oracle
