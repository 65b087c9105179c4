#pragma once

#include <gmpxx.h>

#include <string>
#include <vector>

#include "value.hpp"

namespace network_checker {

/// The network, its data and its loss: x_i and z_i = -l'(0, y_i) as ranges, and as fractions.
struct Problem {
  explicit Problem(const Value& json);

  /// H(x_i; w) of one neuron.
  Range output(int i, const Box& w) const;
  /// x_i = ratio x_j exactly; 0 if they are not parallel.
  mpq_class ratio(int i, int j) const;
  /// The number of weights of a neuron.
  int weights() const { return diagonal ? 2 * d : two_layer ? d + 1 : d; }

  bool two_layer;
  bool diagonal;
  bool logistic;
  bool mean;
  bool normalized;
  bool exact;  ///< neither standardized nor normalized
  int n;
  int d;
  Range leak;
  mpq_class exact_leak;
  std::string network;  ///< its kind
  std::string leak_text;
  /// Inputs and label of each row as formulas, rows not yet normalized: as they were written, or
  /// (x - mean) / sqrt(variance).
  std::vector<std::vector<std::string>> written;
  std::vector<Box> x;
  Box y;
  Box z;
  /// Columns and rows are not yet divided by their deviation or length.
  std::vector<std::vector<mpq_class>> exact_x;
  std::vector<mpq_class> exact_z;

 private:
  void standardize();
  void normalize();
};

/// Around a number written in decimals; Malformed if it is none.
Range decimal(const Value& text);
/// The same for what is known to be one.
Range number(const std::string& decimal);
/// Around a fraction.
Range range(const mpq_class& a);
std::string shown(const Range& a);
Range root(const Range& a);
Range exponential(const Range& a);
Range squared(const Range& a);
Range scalar_product(const Box& a, const Box& b);
Range length_of(const Box& a);
/// [-1, 1] a
Range either_sign(const Range& a);
/// The upper end alone.
Range upper_end(const Range& a);
/// max(z, leak z), 0 <= leak <= 1
Range activation(const Range& z, const Range& leak);
/// Throws Refusal, naming `what`, unless `proved` is a part of `claimed`.
void compare(const Range& proved, const Range& claimed, const std::string& what);

}  // namespace network_checker
