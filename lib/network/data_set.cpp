#include "filippov/network/data_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

std::vector<double> midpoints(const std::vector<Interval>& entries) {
  std::vector<double> result;
  result.reserve(entries.size());
  for (const Interval& entry : entries) result.push_back(entry.midpoint());
  return result;
}

std::vector<std::string> default_names(int dimension) {
  std::vector<std::string> names;
  for (int k = 1; k <= dimension; ++k) names.push_back(fmt::format("x{}", k));
  return names;
}

}  // namespace

DataSet::DataSet(int dimension, std::vector<Interval> inputs, std::vector<Interval> labels)
    : DataSet(dimension, std::move(inputs), std::move(labels), default_names(dimension), "y") {}

DataSet::DataSet(int dimension, std::vector<Interval> inputs, std::vector<Interval> labels,
                 std::vector<std::string> feature_names, std::string label_name,
                 std::vector<std::string> decimals)
    : dimension_(dimension),
      inputs_(std::move(inputs)),
      labels_(std::move(labels)),
      approximate_inputs_(midpoints(inputs_)),
      approximate_labels_(midpoints(labels_)),
      feature_names_(std::move(feature_names)),
      label_name_(std::move(label_name)),
      decimals_(std::move(decimals)) {
  if (dimension < 1 || labels_.empty()) {
    throw Error(
        fmt::format("data set: expected at least one example and one feature, got {} and {}",
                    labels_.size(), dimension));
  }
  if (inputs_.size() != labels_.size() * static_cast<std::size_t>(dimension) ||
      feature_names_.size() != static_cast<std::size_t>(dimension)) {
    throw Error(fmt::format("data set: {} entries and {} names do not make {} rows of {} features",
                            inputs_.size(), feature_names_.size(), labels_.size(), dimension));
  }
  if (!decimals_.empty() && decimals_.size() != inputs_.size() + labels_.size()) {
    throw Error(fmt::format("data set: {} decimals, expected {}: one per input and label",
                            decimals_.size(), inputs_.size() + labels_.size()));
  }
  const auto bounded = [](const Interval& x) { return x.is_bounded(); };
  if (!std::all_of(inputs_.begin(), inputs_.end(), bounded) ||
      !std::all_of(labels_.begin(), labels_.end(), bounded)) {
    throw Error("data set: an entry is not bounded: it is too large for a double");
  }
}

void DataSet::set_row_classes(std::vector<int> classes) {
  if (!classes.empty() && classes.size() != labels_.size()) {
    throw Error(fmt::format("data set: {} classes of rows, expected {}", classes.size(), size()));
  }
  row_classes_ = std::move(classes);
}

int DataSet::relation(int i, int j) const {
  if (i == j) return 1;
  if (!row_classes_.empty()) {
    const int a = row_classes_[static_cast<std::size_t>(i)];
    const int b = row_classes_[static_cast<std::size_t>(j)];
    if (a == b || a == -b) return a == b ? 1 : -1;
  }
  bool same = true;
  bool opposite = true;
  for (std::size_t k = 0; k < input(i).size(); ++k) {
    const Interval x = input(i)[k];
    same = same && x.is_point() && identical(x, input(j)[k]);
    opposite = opposite && x.is_point() && identical(x, -input(j)[k]);
  }
  return same ? 1 : opposite ? -1 : 0;
}

}  // namespace filippov
