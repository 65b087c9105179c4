#include "filippov/arithmetic/box.hpp"

#include <fmt/format.h>

#include "dimensions.hpp"
#include "filippov/arithmetic/error.hpp"
#include "ordering.hpp"

namespace filippov {

namespace {

/// f of each pair of entries.
template <class Operation>
Box entrywise(const Box& x, const Box& y, const Operation& f) {
  detail::check_same_size(x.size(), y.size());
  Box result;
  result.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) result.push_back(f(x[i], y[i]));
  return result;
}

}  // namespace

void detail::check_same_size(std::size_t first, std::size_t second) {
  if (first != second) {
    throw Error(fmt::format("interval vectors with {} and {} entries: expected equal numbers",
                            first, second));
  }
}

Box point_box(std::span<const double> x) { return {x.begin(), x.end()}; }

std::vector<double> midpoint(const Box& x) {
  std::vector<double> result;
  result.reserve(x.size());
  for (const Interval entry : x) result.push_back(entry.midpoint());
  return result;
}

double width(const Box& x) { return x.empty() ? 0 : x[widest(x)].width(); }

std::size_t widest(const Box& x) {
  if (x.empty()) throw Error("widest: the box has no entries");
  std::size_t best = 0;
  double largest = x[0].width();
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double candidate = x[i].width();
    if (detail::less(largest, candidate)) {
      largest = candidate;
      best = i;
    }
  }
  return best;
}

bool is_bounded(const Box& x) {
  for (const Interval entry : x) {
    if (!entry.is_bounded()) return false;
  }
  return true;
}

bool contains(const Box& x, std::span<const double> point) {
  detail::check_same_size(x.size(), point.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].contains(point[i])) return false;
  }
  return true;
}

bool contains(const Box& x, const Box& y) {
  detail::check_same_size(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].contains(y[i])) return false;
  }
  return true;
}

bool contains_in_interior(const Box& x, const Box& y) {
  detail::check_same_size(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].contains_in_interior(y[i])) return false;
  }
  return true;
}

Box hull(const Box& x, const Box& y) {
  return entrywise(x, y, [](Interval a, Interval b) { return hull(a, b); });
}

std::optional<Box> intersect(const Box& x, const Box& y) {
  detail::check_same_size(x.size(), y.size());
  Box result;
  result.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto common = intersect(x[i], y[i]);
    if (!common) return std::nullopt;
    result.push_back(*common);
  }
  return result;
}

std::pair<Box, Box> bisect(const Box& x, std::size_t i) {
  if (i >= x.size()) {
    throw Error(fmt::format("bisect: entry {} of a box with {} entries", i, x.size()));
  }
  const double cut = x[i].midpoint();
  std::pair<Box, Box> halves(x, x);
  halves.first[i] = Interval(x[i].lower(), cut);
  halves.second[i] = Interval(cut, x[i].upper());
  return halves;
}

Box operator+(const Box& x, const Box& y) {
  return entrywise(x, y, [](Interval a, Interval b) { return a + b; });
}

Box operator-(const Box& x, const Box& y) {
  return entrywise(x, y, [](Interval a, Interval b) { return a - b; });
}

Box operator*(Interval factor, const Box& x) {
  Box result;
  result.reserve(x.size());
  for (const Interval entry : x) result.push_back(factor * entry);
  return result;
}

}  // namespace filippov
