#include "ridge_function.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace filippov::detail {

namespace {

/// Examples with the same key are parallel; x = scale times the representative.
struct Line {
  std::string key;
  NumberVector direction;
  Number scale;
};

/// Divides an exact vector by its first entry that is not zero; of another, takes out the sign.
Line line_of(NumberVector x) {
  Line line;
  const bool exact = std::all_of(x.begin(), x.end(), [](const Number& e) { return e.is_exact(); });
  const auto leading =
      std::find_if(x.begin(), x.end(), [](const Number& e) { return !e.is_zero(); });
  if (exact) {
    const mpq_class scale = leading->fraction();
    line.scale = Number(scale);
    for (Number& entry : x) {
      entry = Number(mpq_class(entry.fraction() / scale));
      line.key += entry.fraction().get_str() + ' ';
    }
  } else {
    const bool negative = leading->approximate() < 0;
    line.scale = negative ? -1 : 1;
    for (Number& entry : x) {
      if (negative) entry = -entry;
      const Interval range = entry.range();
      char bits[2 * sizeof(double)];
      const double ends[] = {range.lower(), range.upper()};
      std::copy_n(reinterpret_cast<const char*>(ends), sizeof bits, bits);
      line.key.append(bits, sizeof bits);
    }
  }
  line.direction = std::move(x);
  return line;
}

struct Slopes {
  NumberVector direction;
  Number minus, plus;
  std::vector<int> rows;
};

}  // namespace

Number dot(const NumberVector& a, const NumberVector& b) {
  Number sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

RidgeFunction::RidgeFunction(const Network& network, const DataSet& data, const Loss& loss)
    : dimension_(data.dimension()), squared_(network.kind == NetworkKind::squared_relu) {
  const auto power = [this](const Number& x) { return squared_ ? x * x : x; };
  const Number leak(network.leak_decimal, network.leak);
  Number weight = 1;
  if (loss.kind == LossKind::logistic) weight = Number(mpq_class(1, 2));
  if (loss.mean) weight = weight * Number(mpq_class(1, data.size()));

  std::vector<Slopes> lines;
  std::map<std::string, std::size_t> places;
  for (int i = 0; i < data.size(); ++i) {
    NumberVector x;
    for (int k = 0; k < dimension_; ++k) {
      x.emplace_back(data.input_decimal(i, k), data.input(i)[static_cast<std::size_t>(k)]);
    }
    if (std::all_of(x.begin(), x.end(), [](const Number& e) { return e.is_zero(); })) continue;
    const Line line = line_of(std::move(x));
    const auto [place, inserted] = places.try_emplace(line.key, lines.size());
    if (inserted) lines.push_back({line.direction, 0, 0, {}});
    Slopes& slopes = lines[place->second];
    slopes.rows.push_back(i);
    const Number z = weight * Number(data.label_decimal(i), data.label(i));
    const Number active = z * power(line.scale);
    const Number leaking = active * power(leak);
    const bool forward = line.scale.sign() == 1;
    slopes.plus += forward ? active : leaking;
    slopes.minus += forward ? leaking : active;
  }

  const auto d = static_cast<std::size_t>(dimension_);
  base_.assign(squared_ ? d * d : d, 0);
  for (Slopes& slopes : lines) {
    Ridge ridge{std::move(slopes.direction), slopes.plus - slopes.minus, std::move(slopes.rows)};
    add(ridge, slopes.minus, base_);
    if (!ridge.factor.is_zero()) ridges_.push_back(std::move(ridge));
  }
  const auto is_exact = [](const Number& x) { return x.is_exact(); };
  exact_ = std::all_of(base_.begin(), base_.end(), is_exact);
  for (const Ridge& ridge : ridges_) {
    exact_ = exact_ && ridge.factor.is_exact() &&
             std::all_of(ridge.direction.begin(), ridge.direction.end(), is_exact);
  }
}

void RidgeFunction::add(const Ridge& ridge, const Number& share, NumberVector& piece) const {
  if (share.is_zero()) return;
  const NumberVector& r = ridge.direction;
  for (std::size_t k = 0; k < r.size(); ++k) {
    const Number part = share * r[k];
    if (!squared_) {
      piece[k] += part;
      continue;
    }
    for (std::size_t l = 0; l < r.size(); ++l) piece[k * r.size() + l] += part * r[l];
  }
}

NumberVector RidgeFunction::piece(const std::vector<signed char>& on) const {
  NumberVector piece = base_;
  for (std::size_t j = 0; j < ridges_.size(); ++j) {
    if (on[j] != 0) add(ridges_[j], ridges_[j].factor, piece);
  }
  return piece;
}

}  // namespace filippov::detail
