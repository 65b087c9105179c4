#include "sliding_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace filippov::detail {

SlidingMatrix::SlidingMatrix(const std::vector<std::vector<Entry>>& gradients,
                             const std::vector<std::vector<Entry>>& columns)
    : size_(static_cast<int>(gradients.size())) {
  // Who has an entry in a component: (component, surface, entry), by components.
  struct Place {
    int surface;
    Entry entry;
  };
  std::vector<Place> places;
  for (int j = 0; j < size_; ++j) {
    for (const Entry& e : columns[static_cast<std::size_t>(j)]) places.push_back({j, e});
  }
  const auto position = [](const Place& place) { return place.entry.position; };
  std::ranges::stable_sort(places, {}, position);
  // Surfaces with a common element are in one block: union and find.
  std::vector<int> parent(static_cast<std::size_t>(size_));
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  std::vector<std::pair<int, Product>> row;  // by columns
  for (int i = 0; i < size_; ++i) {
    row_begin_.push_back(static_cast<int>(elements_.size()));
    row.clear();
    for (const Entry& gradient : gradients[static_cast<std::size_t>(i)]) {
      auto place = std::ranges::lower_bound(places, gradient.position, {}, position);
      for (; place != places.end() && position(*place) == gradient.position; ++place) {
        row.push_back({place->surface, {gradient, place->entry}});
      }
    }
    std::ranges::stable_sort(row, {}, &std::pair<int, Product>::first);
    for (const auto& [j, product] : row) {
      if (static_cast<int>(elements_.size()) == row_begin_.back() || elements_.back().column != j) {
        elements_.push_back({i, j, {}, true});
        parent[static_cast<std::size_t>(root(i))] = root(j);
      }
      Element& element = elements_.back();
      element.products.push_back(product);
      element.is_constant =
          element.is_constant && product.gradient.is_constant && product.column.is_constant;
    }
  }
  row_begin_.push_back(static_cast<int>(elements_.size()));

  std::vector<int> block_of(static_cast<std::size_t>(size_), -1);
  for (int i = 0; i < size_; ++i) {
    int& block = block_of[static_cast<std::size_t>(root(i))];
    if (block < 0) {
      block = static_cast<int>(blocks_.size());
      blocks_.emplace_back();
    }
    blocks_[static_cast<std::size_t>(block)].surfaces.push_back(i);
  }
  for (int e = 0; e < static_cast<int>(elements_.size()); ++e) {
    const int block =
        block_of[static_cast<std::size_t>(root(elements_[static_cast<std::size_t>(e)].row))];
    blocks_[static_cast<std::size_t>(block)].elements.push_back(e);
  }
}

int SlidingMatrix::element_at(int i, int j) const {
  const auto begin = elements_.begin() + row_begin_[static_cast<std::size_t>(i)];
  const auto end = elements_.begin() + row_begin_[static_cast<std::size_t>(i) + 1];
  const auto place = std::lower_bound(
      begin, end, j, [](const Element& e, int column) { return e.column < column; });
  return place != end && place->column == j ? static_cast<int>(place - elements_.begin()) : -1;
}

bool SlidingMatrix::is_constant(int i, int j) const {
  const int e = element_at(i, j);
  return e < 0 || elements_[static_cast<std::size_t>(e)].is_constant;
}

void SlidingMatrix::factor(const Eigen::VectorXd& values, const Eigen::VectorXd& sizes) {
  for (Block& block : blocks_) {
    if (block.surfaces.size() == 1) {
      block.scalar = 0;
      if (block.elements.empty()) continue;
      const int e = block.elements.front();
      // Next to others a multiplier that is all rounding is none.
      const bool vanishes = size_ > 1 && std::abs(values(e)) <= 1e-13 * sizes(e);
      block.scalar = vanishes ? 0 : values(e);
      continue;
    }
    const auto k = static_cast<Eigen::Index>(block.surfaces.size());
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(k, k);
    const auto place = [&](int surface) {
      return std::lower_bound(block.surfaces.begin(), block.surfaces.end(), surface) -
             block.surfaces.begin();
    };
    for (const int e : block.elements) {
      const Element& element = elements_[static_cast<std::size_t>(e)];
      matrix(place(element.row), place(element.column)) = values(e);
    }
    block.solver.factor(matrix);
  }
}

void SlidingMatrix::solve(Eigen::Ref<Eigen::VectorXd> r) const {
  for (const Block& block : blocks_) {
    if (block.surfaces.size() == 1) {
      double& value = r(block.surfaces.front());
      value = block.scalar != 0 ? value / block.scalar : 0;
      continue;
    }
    Eigen::VectorXd part(static_cast<Eigen::Index>(block.surfaces.size()));
    for (std::size_t i = 0; i < block.surfaces.size(); ++i) {
      part(static_cast<Eigen::Index>(i)) = r(block.surfaces[i]);
    }
    const Eigen::VectorXd solution = block.solver.solve(part);
    for (std::size_t i = 0; i < block.surfaces.size(); ++i) {
      r(block.surfaces[i]) = solution(static_cast<Eigen::Index>(i));
    }
  }
}

}  // namespace filippov::detail
