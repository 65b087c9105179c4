#include "affine_set.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

namespace filippov::detail {

namespace {

/// What is not exact is enclosed with this part of its size to spare: far less than a unit in the
/// last place after thousands of steps, far more than the errors of who computes it again with more
/// bits, so that certificates can be checked.
constexpr double negligible = 0x1p-66;

/// An enclosure of the inverse of a nearly orthogonal matrix: with E = I - Q^T Q, rows of |E| that
/// sum up to e_i <= e < 1, Q^-1 = Q^T + E Q^T + E E (I - E)^-1 Q^T, of which the last term has
/// entries of at most e_i e/(1-e) max |Q| in row i. An axis of the frame is exact, and what a group
/// of columns has no part in hardly gets any of its rounding errors.
SmallIntervalMatrix inverse_of_orthogonal(const Eigen::MatrixXd& q) {
  const int n = static_cast<int>(q.rows());
  Eigen::MatrixXd defects(n, n);
  std::vector<double> sums;
  double largest = 0;
  for (int i = 0; i < n; ++i) {
    UpwardInterval sum;
    for (int j = 0; j < n; ++j) {
      UpwardInterval entry(i == j ? -1.0 : 0.0);
      for (int k = 0; k < n; ++k) entry = add_product(entry, UpwardInterval(q(k, i)), q(k, j));
      defects(i, j) = entry.magnitude();
      sum = sum + UpwardInterval(defects(i, j));
    }
    sums.push_back(sum.upper());
    largest = std::max(largest, sums.back());
  }
  const UpwardInterval part =
      largest < 0.5 ? UpwardInterval(largest) / (UpwardInterval(1.0) - UpwardInterval(largest)) *
                          q.cwiseAbs().maxCoeff()
                    : UpwardInterval(std::numeric_limits<double>::infinity());
  SmallIntervalMatrix inverse(n, n);
  for (int i = 0; i < n; ++i) {
    const UpwardInterval rest =
        sums[static_cast<std::size_t>(i)] == 0
            ? UpwardInterval()
            : UpwardInterval(sums[static_cast<std::size_t>(i)]) * UpwardInterval(part.upper());
    for (int j = 0; j < n; ++j) {
      UpwardInterval sum = rest;
      for (int k = 0; k < n; ++k) {
        sum = add_product(sum, UpwardInterval(defects(i, k)), std::abs(q(j, k)));
      }
      const double bound = sum.upper();
      inverse(i, j) = UpwardInterval(q(j, i)) + UpwardInterval(-bound, bound);
    }
  }
  return inverse;
}

/// Rows and columns of a matrix that no entry connects with others.
struct Block {
  std::vector<int> rows;
  std::vector<int> columns;
};

/// The blocks of a matrix of columns of length 1, where entries far below a rounding error count as
/// none; one of all if they are not square.
std::vector<Block> blocks_of(const Eigen::MatrixXd& matrix) {
  constexpr double none = 0x1p-70;
  const int n = static_cast<int>(matrix.rows());
  std::vector<int> group(static_cast<std::size_t>(n), -1);  // of a row
  std::vector<Block> blocks;
  for (int first = 0; first < n; ++first) {
    if (group[static_cast<std::size_t>(first)] >= 0) continue;
    Block block{{first}, {}};
    const int number = static_cast<int>(blocks.size());
    group[static_cast<std::size_t>(first)] = number;
    std::vector<bool> taken(static_cast<std::size_t>(n), false);
    for (std::size_t next = 0; next < block.rows.size(); ++next) {
      for (int j = 0; j < n; ++j) {
        if (taken[static_cast<std::size_t>(j)] || std::abs(matrix(block.rows[next], j)) <= none) {
          continue;
        }
        taken[static_cast<std::size_t>(j)] = true;
        for (int i = 0; i < n; ++i) {
          int& of_row = group[static_cast<std::size_t>(i)];
          if (of_row >= 0 || std::abs(matrix(i, j)) <= none) continue;
          of_row = number;
          block.rows.push_back(i);
        }
      }
    }
    for (int j = 0; j < n; ++j) {
      if (taken[static_cast<std::size_t>(j)]) block.columns.push_back(j);
    }
    if (block.rows.size() != block.columns.size()) {
      Block all;
      for (int i = 0; i < n; ++i) {
        all.rows.push_back(i);
        all.columns.push_back(i);
      }
      return {all};
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// A frame for the columns of `columns`, the longest first (scaled by the widths of `rest`), where
/// the coordinates that are not `turning` keep their axes. Parts that do not depend on each other,
/// as neurons of different size, have frames of their own: else the small would be blurred by the
/// rounding errors of the large.
Eigen::MatrixXd orthogonal_frame(const Eigen::MatrixXd& columns, const IntervalVector& rest,
                                 const std::vector<int>& turning) {
  Eigen::MatrixXd frame = Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
  if (turning.empty()) return frame;
  std::vector<double> length;
  for (int j = 0; j < columns.cols(); ++j) {
    length.push_back(columns.col(j).norm() * rest[static_cast<std::size_t>(j)].magnitude());
  }
  std::vector<int> order = turning;
  std::stable_sort(order.begin(), order.end(), [&](int i, int j) {
    return length[static_cast<std::size_t>(i)] > length[static_cast<std::size_t>(j)];
  });
  Eigen::MatrixXd sorted = columns(turning, order);
  for (auto column : sorted.colwise()) column /= column.norm() > 0 ? column.norm() : 1.0;
  Eigen::MatrixXd turned = Eigen::MatrixXd::Zero(sorted.rows(), sorted.cols());
  for (const Block& block : blocks_of(sorted)) {
    const Eigen::MatrixXd part = sorted(block.rows, block.columns);
    const Eigen::MatrixXd q = Eigen::HouseholderQR<Eigen::MatrixXd>(part).householderQ();
    turned(block.rows, block.columns) = q;
  }
  frame(turning, turning) = turned;
  return frame;
}

}  // namespace

AffineSet::AffineSet(std::span<const Interval> box) {
  const auto n = static_cast<Eigen::Index>(box.size());
  bool is_point = true;
  for (const Interval& entry : box) {
    center_.push_back(entry.midpoint());
    const UpwardInterval offset = UpwardInterval(entry) - UpwardInterval(center_.back());
    initial_.push_back(offset);
    is_point = is_point && offset.magnitude() == 0;
  }
  frame_.setIdentity(n, n);
  rest_.resize(box.size());
  offset_.resize(box.size());
  if (is_point) {
    initial_.clear();
    shape_.resize(n, 0);
  } else {
    shape_.setIdentity(n, n);
  }
}

IntervalVector AffineSet::center_point() const {
  return IntervalVector(center_.begin(), center_.end());
}

/// The offset becomes a column of the shape, with the coefficient 1.
StateSet AffineSet::description() const {
  StateSet set{center_, shape_, {}, frame_, {}};
  for (const UpwardInterval& entry : initial_) set.initial.push_back(entry.interval());
  for (const UpwardInterval& entry : rest_) set.rest.push_back(entry.interval());
  if (std::any_of(offset_.begin(), offset_.end(), [](double x) { return x != 0; })) {
    set.shape.conservativeResize(dimension(), shape_.cols() + 1);
    for (int i = 0; i < dimension(); ++i) {
      set.shape(i, shape_.cols()) = offset_[static_cast<std::size_t>(i)];
    }
    set.initial.emplace_back(1);
  }
  return set;
}

void AffineSet::widen(const std::vector<double>& radius) {
  const Eigen::Index old = shape_.cols();
  shape_.conservativeResize(dimension(), old + dimension());
  shape_.rightCols(dimension()).setIdentity();
  for (const double r : radius) initial_.emplace_back(-r, r);
}

double AffineSet::inflation() const {
  double linear = 0;
  double actual = 0;
  for (const UpwardInterval& entry : initial_) linear = std::max(linear, 2 * entry.magnitude());
  const IntervalVector box = hull();
  for (int i = 0; i < dimension(); ++i) {
    double image = 0;
    for (std::size_t j = 0; j < initial_.size(); ++j) {
      image += 2 * std::abs(shape_(i, static_cast<Eigen::Index>(j))) * initial_[j].magnitude();
    }
    linear = std::max(linear, image);
    const UpwardInterval entry = box[static_cast<std::size_t>(i)];
    actual = std::max(actual, entry.upper() - entry.lower());
  }
  return linear > 0 ? actual / linear : 1;
}

int AffineSet::widest_direction() const {
  int widest = 0;
  double largest = 0;
  for (std::size_t j = 0; j < initial_.size(); ++j) {
    const double length = shape_.col(static_cast<Eigen::Index>(j)).norm() * initial_[j].magnitude();
    if (length > largest) {
      largest = length;
      widest = static_cast<int>(j);
    }
  }
  return widest;
}

IntervalVector AffineSet::hull() const {
  IntervalVector box(offset_.begin(), offset_.end());
  for (int i = 0; i < dimension(); ++i) {
    UpwardInterval& entry = box[static_cast<std::size_t>(i)];
    for (std::size_t j = 0; j < initial_.size(); ++j) {
      entry = add_product(entry, initial_[j], shape_(i, static_cast<Eigen::Index>(j)));
    }
    for (std::size_t j = 0; j < rest_.size(); ++j) {
      entry = add_product(entry, rest_[j], frame_(i, static_cast<Eigen::Index>(j)));
    }
    // The largest last: one rounding error of its size.
    entry = entry + UpwardInterval(center_[static_cast<std::size_t>(i)]);
  }
  return box;
}

IntervalVector AffineSet::hull_with_center() const {
  IntervalVector box = hull();
  for (std::size_t i = 0; i < box.size(); ++i) {
    box[i] =
        UpwardInterval(std::min(box[i].lower(), center_[i]), std::max(box[i].upper(), center_[i]));
  }
  return box;
}

UpwardInterval AffineSet::spread(const IntervalVector& row) const {
  UpwardInterval total;
  for (int i = 0; i < dimension(); ++i) {
    total =
        add_product(total, row[static_cast<std::size_t>(i)], offset_[static_cast<std::size_t>(i)]);
  }
  const auto add = [&](const Eigen::MatrixXd& columns, const IntervalVector& range) {
    for (std::size_t j = 0; j < range.size(); ++j) {
      UpwardInterval product;
      for (int i = 0; i < dimension(); ++i) {
        product = add_product(product, row[static_cast<std::size_t>(i)],
                              columns(i, static_cast<Eigen::Index>(j)));
      }
      total = add_product(total, product, range[j]);
    }
  };
  add(shape_, initial_);
  add(frame_, rest_);
  return total;
}

bool AffineSet::map(const IntervalVector& move, const SmallIntervalMatrix& slope) {
  std::vector<PreciseInterval> precise;
  for (const UpwardInterval& entry : move) precise.emplace_back(entry);
  return map(precise, slope);
}

bool AffineSet::map(const std::vector<PreciseInterval>& move, const SmallIntervalMatrix& slope) {
  const int n = dimension();
  IntervalVector added(move.size());
  std::vector<double> center(center_.size());
  std::vector<double> offset(offset_.size());
  for (int i = 0; i < n; ++i) {
    const auto place = static_cast<std::size_t>(i);
    PreciseInterval image = PreciseInterval(center_[place]) + move[place];
    for (int k = 0; k < n; ++k) {
      image = image + slope(i, k) * offset_[static_cast<std::size_t>(k)];
    }
    image = image.centered();
    if (!image.is_bounded()) return false;
    center[place] = image.middle();
    offset[place] = image.rest().midpoint();
    added[place] = image.rest() - UpwardInterval(offset[place]);
    if (added[place].magnitude() != 0) {
      const double room = negligible * std::abs(center[place]);
      added[place] = added[place] + UpwardInterval(-room, room);
    }
  }
  const auto product = [&](const Eigen::MatrixXd& columns, int i, Eigen::Index j) {
    UpwardInterval sum;
    for (int k = 0; k < n; ++k) sum = add_product(sum, slope(i, k), columns(k, j));
    return sum;
  };
  // slope C = new C + remainder; the remainder times R0 is added to the rest.
  Eigen::MatrixXd shape(n, shape_.cols());
  for (int i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < shape.cols(); ++j) {
      const UpwardInterval entry = product(shape_, i, j);
      shape(i, j) = entry.midpoint();
      added[static_cast<std::size_t>(i)] =
          add_product(added[static_cast<std::size_t>(i)], entry - UpwardInterval(shape(i, j)),
                      initial_[static_cast<std::size_t>(j)]);
    }
  }
  SmallIntervalMatrix turned(n, n);
  Eigen::MatrixXd middle(n, n);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      turned(i, j) = product(frame_, i, j);
      middle(i, j) = turned(i, j).midpoint();
    }
  }
  if (!middle.allFinite() || !shape.allFinite()) return false;
  // A coordinate that is constant, as a parameter, keeps its axis, where nothing is added: in a
  // frame that turns it would be blurred by the rounding errors of the others, however small it is.
  std::vector<int> turning;
  for (int i = 0; i < n; ++i) {
    const auto place = static_cast<std::size_t>(i);
    bool is_constant = added[place].magnitude() == 0 && rest_[place].magnitude() == 0;
    for (int k = 0; k < n && is_constant; ++k) {
      const double unit = i == k ? 1 : 0;
      is_constant = frame_(i, k) == unit && frame_(k, i) == unit && turned(i, k).lower() == unit &&
                    turned(i, k).upper() == unit;
    }
    if (!is_constant) turning.push_back(i);
  }
  Eigen::MatrixXd frame = orthogonal_frame(middle, rest_, turning);
  const SmallIntervalMatrix inverse = inverse_of_orthogonal(frame);
  IntervalVector rest(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    UpwardInterval& entry = rest[static_cast<std::size_t>(i)];
    for (int j = 0; j < n; ++j) {
      UpwardInterval sum;
      for (int k = 0; k < n; ++k) sum = add_product(sum, inverse(i, k), turned(k, j));
      entry = add_product(entry, sum, rest_[static_cast<std::size_t>(j)]);
      entry = add_product(entry, inverse(i, j), added[static_cast<std::size_t>(j)]);
    }
    if (!entry.is_bounded()) return false;
  }
  center_ = std::move(center);
  offset_ = std::move(offset);
  shape_ = std::move(shape);
  frame_ = std::move(frame);
  rest_ = std::move(rest);
  return true;
}

}  // namespace filippov::detail
