#include "activation_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "filippov/arithmetic/interval_io.hpp"
#include "linear_enclosure.hpp"

namespace filippov::detail {

namespace {

std::vector<HyperplaneKink> kinks_of_rows(const DataSet& data, const std::vector<int>& rows) {
  std::vector<HyperplaneKink> kinks;
  for (const int row : rows) {
    const auto place = std::ranges::find_if(kinks, [&](const HyperplaneKink& kink) {
      return data.relation(kink.rows.front(), row) != 0;
    });
    if (place == kinks.end()) {
      kinks.push_back({{row}});
    } else {
      place->rows.push_back(row);
    }
  }
  return kinks;
}

/// Adds sum_j s_j x_j to v, x_j the rows of the kinks, so that it is orthogonal to all of them, and
/// returns the shares s_j; nothing, and v as it was, where the rows may be dependent.
std::optional<Box> slide(const DataSet& data, const std::vector<HyperplaneKink>& kinks,
                         std::span<Interval> v) {
  const auto row = [&](const HyperplaneKink& kink) { return data.input(kink.rows.front()); };
  Box gram;
  Box right;
  for (const HyperplaneKink& kink : kinks) {
    for (const HyperplaneKink& other : kinks) gram.push_back(dot(row(kink), row(other)));
    right.push_back(-dot(row(kink), v));
  }
  std::optional<Box> shares = solve_linear(gram, right);
  for (std::size_t j = 0; shares && j < kinks.size(); ++j) {
    for (std::size_t k = 0; k < v.size(); ++k) v[k] += (*shares)[j] * row(kinks[j])[k];
  }
  return shares;
}

}  // namespace

std::vector<int> rows_parallel_to(const DataSet& data, int i) {
  std::vector<int> rows;
  for (int j = 0; j < data.size(); ++j) {
    if (data.relation(i, j) != 0) rows.push_back(j);
  }
  return rows;
}

ActivationCell cell_of(const NeuronModel& model, const Box& u, const std::vector<int>& on) {
  const DataSet& data = model.data();
  ActivationCell cell;
  cell.kinks = kinks_of_rows(data, on);
  cell.drive.resize(u.size());
  const Interval leak = model.network().leak;
  for (int i = 0; i < data.size(); ++i) {
    const auto kink = std::ranges::find_if(cell.kinks, [&](const HyperplaneKink& candidate) {
      return std::ranges::find(candidate.rows, i) != candidate.rows.end();
    });
    const Interval t = dot(data.input(i), u);
    const Interval z = model.coefficients()[static_cast<std::size_t>(i)];
    int side = certainly_positive(t) ? 1 : certainly_negative(t) ? -1 : 0;
    Interval slope = side > 0 ? Interval(1) : leak;
    if (kink != cell.kinks.end()) {
      side = 0;
      slope = data.relation(kink->rows.front(), i) > 0 ? leak : Interval(1);
      kink->jump += (1 - leak) * z;
    } else if (side == 0 && (!identical(t, 0) || !identical(squared_norm(data.input(i)), 0))) {
      cell.problem = fmt::format("x{}.u is in {}: the side is not decided", i, to_string(t));
      return cell;
    }
    cell.sides.push_back(side);
    for (std::size_t k = 0; k < u.size(); ++k) cell.drive[k] += slope * (z * data.input(i)[k]);
  }
  const std::optional<Box> shares = slide(data, cell.kinks, cell.drive);
  if (!shares) {
    cell.problem = "the hyperplanes slid on are not proved to be independent";
    return cell;
  }
  for (std::size_t j = 0; j < cell.kinks.size(); ++j) {
    HyperplaneKink& kink = cell.kinks[j];
    if (!certainly_nonzero(kink.jump)) {
      cell.problem = "the gradient may not jump across the hyperplane";
      return cell;
    }
    kink.multiplier = (*shares)[j] / kink.jump;
  }
  return cell;
}

Box gradient_along(const NeuronModel& model, std::span<const Interval> w,
                   std::span<const Interval> c, const std::vector<int>& on) {
  if (on.empty()) return model.gradient(w, c);
  Box others(c.begin(), c.end());
  for (const int i : on) others[static_cast<std::size_t>(i)] = 0;
  Box result = model.gradient(w, others);
  const std::span<Interval> u = std::span(result).subspan(1);
  if (!slide(model.data(), kinks_of_rows(model.data(), on), u)) return model.gradient(w, c);
  return result;
}

std::vector<int> sides_kept(const NeuronModel& model, std::span<const Interval> c,
                            const Box& during, const Box& first, const std::vector<int>& on,
                            Interval elapsed) {
  const DataSet& data = model.data();
  std::vector<int> sides;
  std::vector<int> near;  // that might reach 0
  Box drive(static_cast<std::size_t>(data.dimension()));
  for (int i = 0; i < data.size(); ++i) {
    sides.push_back(0);
    if (std::ranges::find(on, i) != on.end()) continue;
    Interval t = model.activation(i, during);
    const bool absent = identical(squared_norm(data.input(i)), 0);
    if (!certainly_nonzero(t) && !absent) {
      t = model.activation(i, first);
      near.push_back(i);
    }
    if (!certainly_nonzero(t) && !absent) return {};
    sides.back() = certainly_positive(t) ? 1 : certainly_negative(t) ? -1 : 0;
    const Interval slope = sides.back() > 0 ? Interval(1) : model.network().leak;
    for (std::size_t k = 0; k < drive.size(); ++k) {
      drive[k] += slope * (c[static_cast<std::size_t>(i)] * data.input(i)[k]);
    }
  }
  if (!slide(data, kinks_of_rows(data, on), drive)) return {};
  for (const int i : near) {
    const Interval moved = hull(Interval(0), elapsed) * (during[0] * dot(data.input(i), drive));
    const Interval t = model.activation(i, first) + moved;
    if (!certainly_positive(sides[static_cast<std::size_t>(i)] * t)) return {};
  }
  return sides;
}

Interval multiplier_of(const DataSet& data, const ActivationCell& cell, int i) {
  for (const HyperplaneKink& kink : cell.kinks) {
    const int sense = data.relation(kink.rows.front(), i);
    if (sense != 0) return sense > 0 ? kink.multiplier : 1 - kink.multiplier;
  }
  return {};
}

bool is_sliding(const ActivationCell& cell) {
  return std::ranges::all_of(cell.kinks, [](const HyperplaneKink& kink) {
    return Interval(0, 1).contains(kink.multiplier);
  });
}

bool holds_all_kinks(const ActivationCell& cell, int sign) {
  return std::ranges::all_of(
      cell.kinks, [&](const HyperplaneKink& kink) { return certainly_negative(sign * kink.jump); });
}

}  // namespace filippov::detail
