#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov {

/// n training examples (x_i, y_i) with x_i in R^d, twice: as intervals that contain the numbers
/// that were written, and as a double in each of these ("approximate").
class DataSet {
 public:
  /// `inputs` holds the n rows of d entries one after another, `labels` the n labels. Throws Error
  /// unless n, d >= 1, the sizes agree and every entry is bounded.
  DataSet(int dimension, std::vector<Interval> inputs, std::vector<Interval> labels);
  /// The same with the names of the d features and of the label, and with the numbers as they were
  /// written: n d decimals for the inputs and n for the labels, an empty text where the number was
  /// not written but computed; or no decimals at all.
  DataSet(int dimension, std::vector<Interval> inputs, std::vector<Interval> labels,
          std::vector<std::string> feature_names, std::string label_name,
          std::vector<std::string> decimals = {});

  /// n
  int size() const { return static_cast<int>(labels_.size()); }
  /// d
  int dimension() const { return dimension_; }

  std::span<const Interval> input(int i) const { return row(inputs_, i); }
  Interval label(int i) const { return labels_[static_cast<std::size_t>(i)]; }
  std::span<const double> approximate_input(int i) const { return row(approximate_inputs_, i); }
  double approximate_label(int i) const { return approximate_labels_[static_cast<std::size_t>(i)]; }
  /// All n d entries, row after row.
  std::span<const double> approximate_inputs() const { return approximate_inputs_; }
  std::span<const double> approximate_labels() const { return approximate_labels_; }

  /// The decimal that entry k of x_i was written as; empty if it is not known.
  std::string_view input_decimal(int i, int k) const { return decimal(i * dimension_ + k); }
  /// The decimal that y_i was written as; empty if it is not known.
  std::string_view label_decimal(int i) const { return decimal(size() * dimension_ + i); }

  /// 1 if x_i = x_j, -1 if x_i = -x_j, as far as that is known: by the classes, or as the entries
  /// are points; else 0. Rows in the same intervals may still differ.
  int relation(int i, int j) const;
  /// A number c_i for each row, not 0: x_i = x_j where c_i = c_j, and x_i = -x_j where c_i = -c_j.
  /// Empty if nothing is known of that. parse_csv says what follows from the numbers as written.
  const std::vector<int>& row_classes() const { return row_classes_; }
  void set_row_classes(std::vector<int> classes);

  const std::vector<std::string>& feature_names() const { return feature_names_; }
  const std::string& label_name() const { return label_name_; }

 private:
  template <class Scalar>
  std::span<const Scalar> row(const std::vector<Scalar>& entries, int i) const {
    const auto width = static_cast<std::size_t>(dimension_);
    return {entries.data() + static_cast<std::size_t>(i) * width, width};
  }

  std::string_view decimal(int place) const {
    return decimals_.empty() ? std::string_view() : decimals_[static_cast<std::size_t>(place)];
  }

  int dimension_;
  std::vector<Interval> inputs_;
  std::vector<Interval> labels_;
  std::vector<double> approximate_inputs_;
  std::vector<double> approximate_labels_;
  std::vector<std::string> feature_names_;
  std::string label_name_;
  std::vector<std::string> decimals_;
  std::vector<int> row_classes_;
};

/// How a file becomes a DataSet.
struct DataOptions {
  /// Name of the column with the labels; empty: the last column.
  std::string label = {};
  /// Replace each feature by its distance from the column's mean in units of the column's
  /// population standard deviation, sqrt(sum (x - mean)^2 / n).
  bool standardize = false;
  /// Divide each x_i by its Euclidean norm (after standardizing).
  bool normalize_rows = false;
};

/// Reads a file of comma-separated decimal numbers, one example per line, blank lines ignored. The
/// first line may name the columns; it does if none of its fields is a number.
///
/// Each decimal becomes the tightest interval around it, and the options are carried out in
/// interval arithmetic. Throws Error, naming file, line and column, for what is no finite decimal
/// number, a line with more or fewer fields than the first, a label column that is not there, a
/// file without examples, a constant column to be standardized, or a zero row to be normalized.
DataSet read_csv(const std::filesystem::path& file, const DataOptions& options = {});

/// The same from text; `name` stands for the file's name in messages.
DataSet parse_csv(std::string_view text, std::string_view name, const DataOptions& options = {});

}  // namespace filippov
