// Dot products and products of matrices against exact sums of rationals.

#include <doctest/doctest.h>
#include <gmp.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "filippov/arithmetic/interval_matrix.hpp"
#include "interval_oracle.hpp"

using namespace filippov;

namespace {

/// An exact sum of products of doubles.
class Rational {
 public:
  Rational() { mpq_init(value_); }
  ~Rational() { mpq_clear(value_); }
  Rational(const Rational&) = delete;
  Rational& operator=(const Rational&) = delete;

  void assign_product(double x, double y) {
    Rational factor;
    mpq_set_d(value_, x);
    mpq_set_d(factor.value_, y);
    mpq_mul(value_, value_, factor.value_);
  }
  void add(const Rational& other) { mpq_add(value_, value_, other.value_); }
  int compare(const Rational& other) const { return mpq_cmp(value_, other.value_); }
  /// lower <= this <= upper
  bool inside(Interval x) const {
    Rational end;
    if (std::isfinite(x.lower())) {
      mpq_set_d(end.value_, x.lower());
      if (mpq_cmp(end.value_, value_) > 0) return false;
    }
    if (std::isfinite(x.upper())) {
      mpq_set_d(end.value_, x.upper());
      if (mpq_cmp(end.value_, value_) < 0) return false;
    }
    return true;
  }
  double approximate() const { return mpq_get_d(value_); }

 private:
  mpq_t value_;
};

/// The least and the greatest value of x y, added to two sums.
void add_extremes(Interval x, Interval y, Rational& least, Rational& greatest) {
  Rational corner[4];
  corner[0].assign_product(x.lower(), y.lower());
  corner[1].assign_product(x.lower(), y.upper());
  corner[2].assign_product(x.upper(), y.lower());
  corner[3].assign_product(x.upper(), y.upper());
  const Rational* low = corner;
  const Rational* high = corner;
  for (const Rational& c : corner) {
    if (c.compare(*low) < 0) low = &c;
    if (c.compare(*high) > 0) high = &c;
  }
  least.add(*low);
  greatest.add(*high);
}

/// Entries for trouble: about 1, of all magnitudes, subnormal, with zeros and long cancellations.
class Entries {
 public:
  explicit Entries(unsigned seed) : random_(seed) {}
  void choose_kind() { kind_ = random_() % 5; }
  double number() {
    const double x = std::uniform_real_distribution<double>(-1, 1)(random_);
    switch (kind_) {
      case 0:
        return x;
      case 1:
        return std::ldexp(x, static_cast<int>(random_() % 900) - 450);
      case 2:
        return std::ldexp(x, -1022 + static_cast<int>(random_() % 500));
      case 3:
        return random_() % 3 == 0 ? 0 : std::ldexp(std::round(1000 * x), 500);
      default:
        return x + (random_() % 2 == 0 ? 1e8 : -1e8);
    }
  }
  Interval interval() {
    const double x = number();
    if (random_() % 4 == 0) return x;
    const double y = random_() % 2 == 0 ? x * (1 + 0x1p-40) : number();
    return {std::min(x, y), std::max(x, y)};
  }
  IntervalMatrix matrix(Eigen::Index rows, Eigen::Index columns, bool point) {
    IntervalMatrix result(rows, columns);
    for (Eigen::Index j = 0; j < columns; ++j) {
      for (Eigen::Index i = 0; i < rows; ++i) result.set(i, j, point ? number() : interval());
    }
    return result;
  }
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  std::mt19937_64 random_;
  unsigned long kind_ = 0;
};

}  // namespace

TEST_CASE("dot products contain the exact extremes and are tight") {
  Entries entries(1);
  const int cases = testing::property_count() / 50;
  for (int k = 0; k < cases; ++k) {
    entries.choose_kind();
    const std::size_t n = entries.pick(30);
    Box x;
    Box y;
    Rational least;
    Rational greatest;
    double size = 0;
    for (std::size_t i = 0; i < n; ++i) {
      x.push_back(entries.interval());
      y.push_back(entries.interval());
      add_extremes(x[i], y[i], least, greatest);
      size += x[i].magnitude() * y[i].magnitude();
    }
    const Interval result = dot(x, y);
    REQUIRE(least.inside(result));
    REQUIRE(greatest.inside(result));
    const double slack = static_cast<double>(n + 1) * (0x1p-52 * size + 0x1p-1074);
    REQUIRE(result.lower() >= least.approximate() - slack);
    REQUIRE(result.upper() <= greatest.approximate() + slack);
  }
}

TEST_CASE("dot products of points contain the exact sum") {
  Entries entries(2);
  const int cases = testing::property_count() / 50;
  for (int k = 0; k < cases; ++k) {
    entries.choose_kind();
    std::vector<double> x(entries.pick(30));
    std::vector<double> y(x.size());
    Rational sum;
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = entries.number();
      y[i] = entries.number();
      Rational product;
      product.assign_product(x[i], y[i]);
      sum.add(product);
    }
    REQUIRE(sum.inside(dot(x, y)));
  }
}

TEST_CASE("products of matrices contain the exact extremes") {
  Entries entries(3);
  const int cases = testing::property_count() / 2500;
  for (int k = 0; k < cases; ++k) {
    entries.choose_kind();
    const Eigen::Index rows = 1 + entries.pick(17);
    const Eigen::Index inner = 1 + entries.pick(17);
    const Eigen::Index columns = 1 + entries.pick(17);
    const IntervalMatrix a = entries.matrix(rows, inner, entries.pick(2) == 0);
    entries.choose_kind();
    const IntervalMatrix b = entries.matrix(inner, columns, entries.pick(2) == 0);
    const IntervalMatrix product = a * b;
    for (Eigen::Index i = 0; i < rows; ++i) {
      for (Eigen::Index j = 0; j < columns; ++j) {
        Rational least;
        Rational greatest;
        for (Eigen::Index l = 0; l < inner; ++l) {
          add_extremes(a(i, l), b(l, j), least, greatest);
        }
        REQUIRE(least.inside(product(i, j)));
        REQUIRE(greatest.inside(product(i, j)));
      }
    }
  }
}
