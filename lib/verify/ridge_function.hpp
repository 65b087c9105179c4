#pragma once

#include <vector>

#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "number.hpp"

namespace filippov::detail {

using NumberVector = std::vector<Number>;

Number dot(const NumberVector& a, const NumberVector& b);

/// factor max(0, direction.u)^p
struct Ridge {
  NumberVector direction;
  Number factor;
  /// The examples x_i that are parallel to the direction.
  std::vector<int> rows;
};

/// What a network without diagonal layers correlates with its labels, as a function of u alone:
///
///     sum_i z_i sigma(x_i.u)^p = b(u) + sum_j k_j max(0, r_j.u)^p
///
/// with p = 2 and a quadratic form b (squared ReLU), or p = 1 and a linear form b (two layers,
/// where N = v times it). No two r_j are parallel and no k_j is zero, as far as that is known: what
/// parallel examples add up to is in one term, and a term without a kink is in b. Where the
/// examples are known exactly so are all these numbers; else examples with equal or opposite
/// enclosures are taken to be parallel.
class RidgeFunction {
 public:
  RidgeFunction(const Network& network, const DataSet& data, const Loss& loss);

  int dimension() const { return dimension_; }
  bool squared() const { return squared_; }
  /// b: d entries, or d x d.
  const NumberVector& base() const { return base_; }
  const std::vector<Ridge>& ridges() const { return ridges_; }
  /// All numbers are known exactly.
  bool is_exact() const { return exact_; }

  /// piece += share r^p (the form share (r.u)^p), r the direction of the ridge.
  void add(const Ridge& ridge, const Number& share, NumberVector& piece) const;
  /// The form of the piece where exactly the ridges with on[j] != 0 are positive.
  NumberVector piece(const std::vector<signed char>& on) const;

 private:
  int dimension_;
  bool squared_;
  bool exact_ = true;
  NumberVector base_;
  std::vector<Ridge> ridges_;
};

}  // namespace filippov::detail
