#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "filippov/arithmetic/interval.hpp"

namespace filippov {

/// An interval vector: the box X_1 x ... x X_n of R^n, closed.
///
/// Functions of two boxes throw Error unless both have the same number of entries.
using Box = std::vector<Interval>;

/// The box that holds x alone. Throws Error if an entry is NaN or infinite.
Box point_box(std::span<const double> x);
/// A finite double near the middle of every entry, inside it.
std::vector<double> midpoint(const Box& x);
/// The largest width of an entry, rounded upward; 0 for no entries.
double width(const Box& x);
/// The place of the widest entry, the first of several. Throws Error if there are no entries.
std::size_t widest(const Box& x);
bool is_bounded(const Box& x);
bool contains(const Box& x, std::span<const double> point);
/// y is a subset of x.
bool contains(const Box& x, const Box& y);
/// y is a subset of the interior of x.
bool contains_in_interior(const Box& x, const Box& y);
/// The tightest box that contains both.
Box hull(const Box& x, const Box& y);
/// The common part, or nothing.
std::optional<Box> intersect(const Box& x, const Box& y);
/// The two parts of x on either side of the midpoint of entry i; both contain the cut.
std::pair<Box, Box> bisect(const Box& x, std::size_t i);

Box operator+(const Box& x, const Box& y);
Box operator-(const Box& x, const Box& y);
Box operator*(Interval factor, const Box& x);

/// {x . y : x in X, y in Y}, up to the rounding of the sum: each product is the tightest.
Interval dot(std::span<const Interval> x, std::span<const Interval> y);
/// {x . y}, an enclosure of the dot product of two points.
Interval dot(std::span<const double> x, std::span<const double> y);
/// {|x|_2 : x in X}, up to the rounding of the sum of squares.
Interval euclidean_norm(std::span<const Interval> x);

}  // namespace filippov
