#include "problem.hpp"

#include <algorithm>

namespace network_checker {

namespace {

/// A decimal number, with or without point and exponent.
mpq_class fraction(const Value& value) {
  const std::string text = value.text();
  const std::size_t mark = text.find_first_of("eE");
  std::string digits = text.substr(0, mark);
  long exponent = 0;
  try {
    std::size_t used = 0;
    if (mark != std::string::npos) {
      exponent = std::stol(text.substr(mark + 1), &used);
      if (mark + 1 + used != text.size()) value.fail("a decimal number");
    }
    if (!digits.empty() && digits.front() == '+') digits.erase(0, 1);
    const std::size_t point = digits.find('.');
    if (point != std::string::npos) {
      exponent -= static_cast<long>(digits.size() - point - 1);
      digits.erase(point, 1);
    }
    const std::size_t first = !digits.empty() && digits.front() == '-' ? 1 : 0;
    if (first == digits.size() ||
        digits.find_first_not_of("0123456789", first) != std::string::npos ||
        std::abs(exponent) > 5000) {
      value.fail("a decimal number");
    }
    mpz_class power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(std::abs(exponent)));
    mpq_class result(mpz_class(digits, 10), 1);
    if (exponent >= 0) return result * power;
    return result / power;
  } catch (const std::logic_error&) {
    value.fail("a decimal number");
  }
}

bool one_of(const Value& value, const char* yes, const char* no) {
  const std::string text = value.text();
  if (text != yes && text != no) value.fail(std::string(yes) + " or " + no);
  return text == yes;
}

}  // namespace

Problem::Problem(const Value& json) {
  const Value network_json = json["network"];
  network = network_json["kind"].text();
  two_layer = network == "two_layer";
  diagonal = network == "diagonal";
  if (!two_layer && !diagonal && network != "squared_relu") {
    network_json["kind"].fail("squared_relu, two_layer or diagonal");
  }
  exact_leak = fraction(network_json["leak"]);
  leak_text = network_json["leak"].text();
  leak = number(network_json["leak"].text());
  if (exact_leak < 0 || exact_leak > 1) network_json["leak"].fail("a number in [0, 1]");
  logistic = one_of(json["loss"], "logistic", "square");
  mean = json["mean"].flag();
  const bool standardized = json["standardize"].flag();
  normalized = json["normalize_rows"].flag();
  exact = !standardized && !normalized;
  d = json["features"].integer(1, 1000000);
  const std::vector<Value> rows = json["rows"].list();
  n = static_cast<int>(rows.size());
  if (n == 0) json["rows"].fail("at least one row");
  for (const Value& row : rows) {
    const std::vector<Value> entries = row.list(d + 1);
    Box& input = x.emplace_back();
    std::vector<mpq_class>& exact_input = exact_x.emplace_back();
    written.emplace_back();
    for (const Value& entry : entries) {
      written.back().push_back(entry.text());
      exact_input.push_back(fraction(entry));
      input.push_back(number(entry.text()));
    }
    const mpq_class label = exact_input.back();
    if (logistic && label != 1 && label != -1) entries.back().fail("a label 1 or -1");
    exact_z.emplace_back(label / (logistic ? 2 : 1) / (mean ? n : 1));
    y.push_back(input.back());
    z.push_back(input.back() / Range(logistic ? 2 : 1) / Range(mean ? n : 1));
    input.pop_back();
    exact_input.pop_back();
  }
  if (standardized) standardize();
  if (normalized) normalize();
}

void Problem::standardize() {
  for (int k = 0; k < d; ++k) {
    mpq_class mean_value;
    for (const auto& row : exact_x) mean_value += row[k];
    mean_value /= n;
    mpq_class variance;
    for (auto& row : exact_x) {
      row[k] -= mean_value;
      variance += row[k] * row[k];
    }
    variance /= n;
    const Range centre = range(mean_value);
    const Range deviation = root(range(variance));
    for (Box& row : x) row[k] = (row[k] - centre) / deviation;
    const std::string end = ")-(" + mean_value.get_str() + "))/sqrt(" + variance.get_str() + ")";
    for (auto& row : written) row[k] = "((" + row[k] + end;
  }
}

void Problem::normalize() {
  for (Box& row : x) {
    const Range length = length_of(row);
    for (Range& entry : row) entry = entry / length;
  }
}

Range Problem::output(int i, const Box& w) const {
  Range t = 0;
  for (int k = 0; k < d; ++k) {
    if (diagonal) {
      t += x[i][k] * w[k] * w[d + k];
    } else {
      t.add_product(x[i][k], w[two_layer ? k + 1 : k]);
    }
  }
  if (diagonal) return t;
  const Range sigma = activation(t, leak);
  return two_layer ? w[0] * sigma : squared(sigma);
}

mpq_class Problem::ratio(int i, int j) const {
  const std::vector<mpq_class>& x = exact_x[i];
  const std::vector<mpq_class>& other = exact_x[j];
  const auto place =
      std::find_if(other.begin(), other.end(), [](const mpq_class& a) { return a != 0; });
  if (place == other.end()) return 0;
  mpq_class factor = x[place - other.begin()] / *place;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (x[k] != factor * other[k]) return 0;
  }
  if (normalized) factor = sgn(factor);
  return factor;
}

Range decimal(const Value& text) {
  fraction(text);
  return number(text.text());
}

Range number(const std::string& decimal) { return Range(decimal); }

std::string shown(const Range& a) { return a.text(); }

Range range(const mpq_class& a) {
  return number(a.get_num().get_str()) / number(a.get_den().get_str());
}

Range root(const Range& a) { return Range::increasing(mpfr_sqrt, at_least_zero(a)); }

Range exponential(const Range& a) { return Range::increasing(mpfr_exp, a); }

Range squared(const Range& a) { return magnitude(a) * magnitude(a); }

Range scalar_product(const Box& a, const Box& b) {
  Range sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (&a == &b) {
      sum += squared(a[k]);
    } else {
      sum.add_product(a[k], b[k]);
    }
  }
  return sum;
}

Range length_of(const Box& a) { return root(scalar_product(a, a)); }

Range either_sign(const Range& a) { return Range(-1, 1) * a; }

Range upper_end(const Range& a) { return a.upper(); }

Range activation(const Range& z, const Range& leak) {
  const Range positive = at_least_zero(z);
  return leak.is_zero() ? positive : positive - leak * at_least_zero(-z);
}

void compare(const Range& proved, const Range& claimed, const std::string& what) {
  if (!proved.inside(claimed)) {
    throw Refusal(what + " is proved to be in " + shown(proved) + ", not in " + shown(claimed));
  }
}

}  // namespace network_checker
