#pragma once

#include <cstddef>

namespace filippov::detail {

/// Of a product: rows x inner times inner x columns. All matrices column after column.
struct ProductShape {
  std::ptrdiff_t rows;
  std::ptrdiff_t inner;
  std::ptrdiff_t columns;
};

/// [lower, upper] contains A B. False if an entry may have overflowed: then it is infinite or not a
/// number at one end at least.
bool enclose_point_product(const double* a, const double* b, const ProductShape& shape,
                           double* lower, double* upper);

/// The same for all members of two interval matrices, by midpoints and radii.
bool enclose_interval_product(const double* a_lower, const double* a_upper, const double* b_lower,
                              const double* b_upper, const ProductShape& shape, double* lower,
                              double* upper);

bool equal_entries(const double* a, const double* b, std::ptrdiff_t size);

}  // namespace filippov::detail
