// Dot products of intervals and of points, in the upward mode set once.

#include <cstring>
#include <type_traits>

#include "dimensions.hpp"
#include "filippov/arithmetic/box.hpp"
#include "upward_interval.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace filippov {

namespace {

using detail::UpwardInterval;
using detail::UpwardScope;

/// The sum of X_k Y_k over k >= first, in the upward mode. Two sums, so that the second product
/// need not wait for the first.
UpwardInterval sum_of_products(std::span<const Interval> x, std::span<const Interval> y,
                               std::size_t first) {
  UpwardInterval even;
  UpwardInterval odd;
  std::size_t k = first;
  for (; k + 2 <= x.size(); k += 2) {
    even = add_product(even, UpwardInterval(x[k]), UpwardInterval(y[k]));
    odd = add_product(odd, UpwardInterval(x[k + 1]), UpwardInterval(y[k + 1]));
  }
  if (k < x.size()) even = add_product(even, UpwardInterval(x[k]), UpwardInterval(y[k]));
  return even + odd;
}

/// The same where an end may be infinite or a product overflow.
Interval careful_dot(std::span<const Interval> x, std::span<const Interval> y) {
  Interval sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += x[k] * y[k];
  return sum;
}

#if defined(__x86_64__)

static_assert(sizeof(Interval) == 2 * sizeof(double) && std::is_standard_layout_v<Interval>);

const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;

/// The first products, four at a time, as far as they go: in the upward mode, added to `sum`.
/// Returns how many.
__attribute__((target("avx2"))) std::size_t add_fours(std::span<const Interval> x,
                                                      std::span<const Interval> y,
                                                      UpwardInterval& sum) {
  // upper: the largest of x y over the ends x, y; -lower: the largest of (-x) y. The assembly
  // statement keeps the compiler from taking the minus sign out of the product.
  const auto* left = reinterpret_cast<const double*>(x.data());
  const auto* right = reinterpret_cast<const double*>(y.data());
  const __m256d sign = _mm256_set1_pd(-0.0);
  __m256d upper = _mm256_setzero_pd();
  __m256d negative_lower = _mm256_setzero_pd();
  asm volatile("" : "+x"(upper), "+x"(negative_lower) : : "memory");
  std::size_t k = 0;
  for (; k + 4 <= x.size(); k += 4) {
    const __m256d x01 = _mm256_loadu_pd(left + 2 * k);
    const __m256d x23 = _mm256_loadu_pd(left + 2 * k + 4);
    const __m256d y01 = _mm256_loadu_pd(right + 2 * k);
    const __m256d y23 = _mm256_loadu_pd(right + 2 * k + 4);
    const __m256d x_lower = _mm256_unpacklo_pd(x01, x23);
    const __m256d x_upper = _mm256_unpackhi_pd(x01, x23);
    const __m256d y_lower = _mm256_unpacklo_pd(y01, y23);
    const __m256d y_upper = _mm256_unpackhi_pd(y01, y23);
    __m256d minus_lower = _mm256_xor_pd(x_lower, sign);
    __m256d minus_upper = _mm256_xor_pd(x_upper, sign);
    asm("" : "+x"(minus_lower), "+x"(minus_upper));
    const __m256d high = _mm256_max_pd(
        _mm256_max_pd(_mm256_mul_pd(x_lower, y_lower), _mm256_mul_pd(x_lower, y_upper)),
        _mm256_max_pd(_mm256_mul_pd(x_upper, y_lower), _mm256_mul_pd(x_upper, y_upper)));
    const __m256d low = _mm256_max_pd(
        _mm256_max_pd(_mm256_mul_pd(minus_lower, y_lower), _mm256_mul_pd(minus_lower, y_upper)),
        _mm256_max_pd(_mm256_mul_pd(minus_upper, y_lower), _mm256_mul_pd(minus_upper, y_upper)));
    upper = _mm256_add_pd(upper, high);
    negative_lower = _mm256_add_pd(negative_lower, low);
  }
  double uppers[4];
  double lowers[4];
  _mm256_storeu_pd(uppers, upper);
  _mm256_storeu_pd(lowers, negative_lower);
  asm volatile("" : : "r"(uppers), "r"(lowers) : "memory");
  for (int lane = 0; lane < 4; ++lane) sum = sum + UpwardInterval(-lowers[lane], uppers[lane]);
  return k;
}

#endif

}  // namespace

Interval dot(std::span<const Interval> x, std::span<const Interval> y) {
  detail::check_same_size(x.size(), y.size());
  UpwardInterval sum;
  {
    const UpwardScope scope;
    std::size_t done = 0;
#if defined(__x86_64__)
    if (has_avx2) done = add_fours(x, y, sum);
#endif
    sum = sum + sum_of_products(x, y, done);
  }
  return sum.is_bounded() ? sum.interval() : careful_dot(x, y);
}

Interval dot(std::span<const double> x, std::span<const double> y) {
  detail::check_same_size(x.size(), y.size());
  UpwardInterval sum;
  {
    const UpwardScope scope;
    UpwardInterval odd;
    std::size_t k = 0;
    for (; k + 2 <= x.size(); k += 2) {
      sum = add_product(sum, UpwardInterval(x[k]), y[k]);
      odd = add_product(odd, UpwardInterval(x[k + 1]), y[k + 1]);
    }
    if (k < x.size()) sum = add_product(sum, UpwardInterval(x[k]), y[k]);
    sum = sum + odd;
  }
  if (sum.is_bounded()) return sum.interval();
  return careful_dot(point_box(x), point_box(y));
}

Interval euclidean_norm(std::span<const Interval> x) {
  UpwardInterval sum;
  {
    const UpwardScope scope;
    for (const Interval entry : x) sum = sum + sqr(UpwardInterval(entry));
  }
  if (sum.is_bounded()) return sqrt(sum.interval());
  Interval squares = 0;
  for (const Interval entry : x) squares += sqr(entry);
  return sqrt(squares);
}

}  // namespace filippov
