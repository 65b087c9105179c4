#include "filippov/arithmetic/interval_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "dimensions.hpp"
#include "filippov/arithmetic/error.hpp"
#include "matrix_kernels.hpp"
#include "ordering.hpp"
#include "upward_interval.hpp"

namespace filippov {

namespace {

using detail::UpwardInterval;
using detail::UpwardScope;

void check_same_shape(const IntervalMatrix& a, const IntervalMatrix& b) {
  if (a.rows() != b.rows() || a.columns() != b.columns()) {
    throw Error(fmt::format("interval matrices {} x {} and {} x {}: expected equal shapes",
                            a.rows(), a.columns(), b.rows(), b.columns()));
  }
}

void check_product(const IntervalMatrix& a, Eigen::Index rows) {
  if (a.columns() != rows) {
    throw Error(fmt::format("an interval matrix {} x {} times one with {} rows: expected {} rows",
                            a.rows(), a.columns(), rows, a.columns()));
  }
}

template <class Operation>
IntervalMatrix entrywise(const IntervalMatrix& a, const IntervalMatrix& b, const Operation& f) {
  check_same_shape(a, b);
  IntervalMatrix result(a.rows(), a.columns());
  for (Eigen::Index j = 0; j < a.columns(); ++j) {
    for (Eigen::Index i = 0; i < a.rows(); ++i) result.set(i, j, f(a(i, j), b(i, j)));
  }
  return result;
}

std::size_t size(Eigen::Index n) { return static_cast<std::size_t>(n); }

/// A x for a column x, entry by entry; entries that are not bounded may be anything.
class ColumnProduct {
 public:
  explicit ColumnProduct(const IntervalMatrix& a) : rows_(size(a.rows())) {
    entries_.reserve(rows_ * size(a.columns()));
    const double* lower = a.lower().data();
    const double* upper = a.upper().data();
    const UpwardScope scope;
    for (Eigen::Index k = 0; k < a.rows() * a.columns(); ++k) {
      entries_.emplace_back(lower[k], upper[k]);
    }
  }

  void compute(std::span<const UpwardInterval> x, std::vector<UpwardInterval>& result) const {
    const UpwardScope scope;
    result.assign(rows_, UpwardInterval());
    const UpwardInterval* entry = entries_.data();
    for (const UpwardInterval& factor : x) {
      for (UpwardInterval& sum : result) sum = add_product(sum, *entry++, factor);
    }
  }

 private:
  std::size_t rows_;
  std::vector<UpwardInterval> entries_;  // column after column
};

Box row(const IntervalMatrix& a, Eigen::Index i) {
  Box result;
  for (Eigen::Index k = 0; k < a.columns(); ++k) result.push_back(a(i, k));
  return result;
}

Box column(const IntervalMatrix& a, Eigen::Index j) {
  Box result;
  for (Eigen::Index k = 0; k < a.rows(); ++k) result.push_back(a(k, j));
  return result;
}

}  // namespace

IntervalMatrix::IntervalMatrix(Eigen::Index rows, Eigen::Index columns) {
  if (rows < 0 || columns < 0) {
    throw Error(fmt::format("an interval matrix with {} rows and {} columns", rows, columns));
  }
  lower_ = Eigen::MatrixXd::Zero(rows, columns);
  upper_ = lower_;
}

IntervalMatrix::IntervalMatrix(Eigen::MatrixXd point) : lower_(point), upper_(std::move(point)) {
  for (Eigen::Index k = 0; k < lower_.size(); ++k) (void)Interval(lower_.data()[k]);
}

IntervalMatrix::IntervalMatrix(Eigen::MatrixXd lower, Eigen::MatrixXd upper)
    : lower_(std::move(lower)), upper_(std::move(upper)) {
  if (lower_.rows() != upper_.rows() || lower_.cols() != upper_.cols()) {
    throw Error(fmt::format("lower ends {} x {}, upper ends {} x {}: expected equal shapes",
                            lower_.rows(), lower_.cols(), upper_.rows(), upper_.cols()));
  }
  for (Eigen::Index k = 0; k < lower_.size(); ++k) {
    (void)Interval(lower_.data()[k], upper_.data()[k]);
  }
}

IntervalMatrix IntervalMatrix::identity(Eigen::Index n) {
  return IntervalMatrix(Eigen::MatrixXd::Identity(n, n));
}

IntervalMatrix IntervalMatrix::around(const Eigen::MatrixXd& midpoint,
                                      const Eigen::MatrixXd& radius) {
  if (midpoint.rows() != radius.rows() || midpoint.cols() != radius.cols()) {
    throw Error(fmt::format("midpoints {} x {}, radii {} x {}: expected equal shapes",
                            midpoint.rows(), midpoint.cols(), radius.rows(), radius.cols()));
  }
  IntervalMatrix result(midpoint.rows(), midpoint.cols());
  for (Eigen::Index j = 0; j < midpoint.cols(); ++j) {
    for (Eigen::Index i = 0; i < midpoint.rows(); ++i) {
      result.set(i, j, Interval::around(midpoint(i, j), radius(i, j)));
    }
  }
  return result;
}

IntervalMatrix IntervalMatrix::from_rows(std::span<const Interval> entries, Eigen::Index rows,
                                         Eigen::Index columns) {
  IntervalMatrix result(rows, columns);
  if (entries.size() != size(rows) * size(columns)) {
    throw Error(
        fmt::format("an interval matrix {} x {} from {} entries", rows, columns, entries.size()));
  }
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) result.set(i, j, entries[size(i * columns + j)]);
  }
  return result;
}

Interval IntervalMatrix::operator()(Eigen::Index i, Eigen::Index j) const {
  return {lower_(i, j), upper_(i, j)};
}

void IntervalMatrix::set(Eigen::Index i, Eigen::Index j, Interval entry) {
  lower_(i, j) = entry.lower();
  upper_(i, j) = entry.upper();
}

Eigen::MatrixXd IntervalMatrix::midpoint() const {
  Eigen::MatrixXd result(rows(), columns());
  for (Eigen::Index j = 0; j < columns(); ++j) {
    for (Eigen::Index i = 0; i < rows(); ++i) result(i, j) = (*this)(i, j).midpoint();
  }
  return result;
}

Eigen::MatrixXd IntervalMatrix::magnitude() const {
  Eigen::MatrixXd result(rows(), columns());
  for (Eigen::Index j = 0; j < columns(); ++j) {
    for (Eigen::Index i = 0; i < rows(); ++i) result(i, j) = (*this)(i, j).magnitude();
  }
  return result;
}

bool IntervalMatrix::is_point() const {
  return detail::equal_entries(lower_.data(), upper_.data(), lower_.size());
}

bool IntervalMatrix::is_bounded() const {
  return std::all_of(lower_.data(), lower_.data() + lower_.size(), detail::is_finite) &&
         std::all_of(upper_.data(), upper_.data() + upper_.size(), detail::is_finite);
}

bool IntervalMatrix::contains(const Eigen::MatrixXd& point) const {
  return contains(IntervalMatrix(point));
}

bool IntervalMatrix::contains(const IntervalMatrix& other) const {
  check_same_shape(*this, other);
  for (Eigen::Index j = 0; j < columns(); ++j) {
    for (Eigen::Index i = 0; i < rows(); ++i) {
      if (!(*this)(i, j).contains(other(i, j))) return false;
    }
  }
  return true;
}

IntervalMatrix IntervalMatrix::transpose() const {
  IntervalMatrix result;
  result.lower_ = lower_.transpose();
  result.upper_ = upper_.transpose();
  return result;
}

IntervalMatrix operator+(const IntervalMatrix& a, const IntervalMatrix& b) {
  return entrywise(a, b, [](Interval x, Interval y) { return x + y; });
}

IntervalMatrix operator-(const IntervalMatrix& a, const IntervalMatrix& b) {
  return entrywise(a, b, [](Interval x, Interval y) { return x - y; });
}

IntervalMatrix hull(const IntervalMatrix& a, const IntervalMatrix& b) {
  return entrywise(a, b, [](Interval x, Interval y) { return hull(x, y); });
}

IntervalMatrix operator*(const IntervalMatrix& a, const IntervalMatrix& b) {
  check_product(a, b.rows());
  IntervalMatrix result;
  result.lower_.resize(a.rows(), b.columns());
  result.upper_.resize(a.rows(), b.columns());
  if (a.rows() * a.columns() * b.columns() <= sharp_product_size) {
    for (Eigen::Index j = 0; j < b.columns(); ++j) {
      const Box image = a * column(b, j);
      for (Eigen::Index i = 0; i < a.rows(); ++i) result.set(i, j, image[size(i)]);
    }
    return result;
  }
  const detail::ProductShape shape{a.rows(), a.columns(), b.columns()};
  double* const lower = result.lower_.data();
  double* const upper = result.upper_.data();
  const bool finite =
      a.is_point() && b.is_point()
          ? detail::enclose_point_product(a.lower_.data(), b.lower_.data(), shape, lower, upper)
          : detail::enclose_interval_product(a.lower_.data(), a.upper_.data(), b.lower_.data(),
                                             b.upper_.data(), shape, lower, upper);
  if (finite) return result;
  for (Eigen::Index j = 0; j < result.columns(); ++j) {
    for (Eigen::Index i = 0; i < result.rows(); ++i) {
      // What overflowed, or has an infinite end.
      if (!detail::is_finite(result.lower_(i, j)) || !detail::is_finite(result.upper_(i, j))) {
        result.set(i, j, dot(row(a, i), column(b, j)));
      }
    }
  }
  return result;
}

Box operator*(const IntervalMatrix& a, const Box& x) {
  check_product(a, static_cast<Eigen::Index>(x.size()));
  std::vector<UpwardInterval> factors(x.begin(), x.end());
  std::vector<UpwardInterval> sums;
  ColumnProduct(a).compute(factors, sums);
  Box result;
  result.reserve(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto place = static_cast<Eigen::Index>(i);
    result.push_back(sums[i].is_bounded() ? sums[i].interval() : dot(row(a, place), x));
  }
  return result;
}

double row_sum_norm(const IntervalMatrix& a) {
  Interval largest = 0;
  for (Eigen::Index i = 0; i < a.rows(); ++i) {
    Interval sum = 0;
    for (Eigen::Index j = 0; j < a.columns(); ++j) sum += abs(a(i, j));
    largest = max(largest, sum);
  }
  return largest.upper();
}

}  // namespace filippov
