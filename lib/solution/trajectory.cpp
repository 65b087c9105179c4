#include "filippov/solution/trajectory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

std::vector<double> Segment::operator()(double t) const {
  const double tau = t1 < t0 ? t0 - t : t - t0;
  std::vector<double> x(static_cast<std::size_t>(coefficients.cols()));
  Eigen::Map<Eigen::VectorXd> value(x.data(), coefficients.cols());
  value.setZero();
  for (Eigen::Index k = coefficients.rows(); k-- > 0;) {
    value = value * tau + coefficients.row(k).transpose();
  }
  return x;
}

namespace {

double polynomial(const Eigen::MatrixXd& coefficients, Eigen::Index column, double tau) {
  double value = 0;
  for (Eigen::Index k = coefficients.rows(); k-- > 0;) {
    value = value * tau + coefficients(k, column);
  }
  return value;
}

}  // namespace

void Trajectory::append_piece(ComponentPiece piece) {
  const int number = static_cast<int>(pieces_.size());
  for (std::size_t k = 0; k < piece.components.size(); ++k) {
    const auto i = static_cast<std::size_t>(piece.components[k]);
    if (i >= of_component_.size()) of_component_.resize(i + 1);
    of_component_[i].emplace_back(number, static_cast<int>(k));
  }
  const bool later =
      pieces_.empty() || std::abs(piece.t1 - pieces_[0].t0) > std::abs(piece_end_ - pieces_[0].t0);
  if (later) piece_end_ = piece.t1;
  records_ = records_ || !piece.recorded.empty();
  pieces_.push_back(std::move(piece));
}

std::vector<double> Trajectory::from_pieces(double t) const {
  const double direction = end() < start() ? -1 : 1;
  std::vector<double> x(of_component_.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto& own = of_component_[i];
    auto place = std::partition_point(own.begin(), own.end(), [&](const auto& entry) {
      return direction * (pieces_[static_cast<std::size_t>(entry.first)].t1 - t) < 0;
    });
    if (place == own.end()) --place;
    const ComponentPiece& piece = pieces_[static_cast<std::size_t>(place->first)];
    x[i] = polynomial(piece.coefficients, place->second, direction * (t - piece.t0));
  }
  if (!records_) return x;
  for (const ComponentPiece& piece : pieces_) {
    if (piece.recorded.empty() || direction * (t - piece.t0) <= 0) continue;
    const double tau = std::min(direction * (t - piece.t0), direction * (piece.t1 - piece.t0));
    for (std::size_t k = 0; k < piece.recorded.size(); ++k) {
      x[static_cast<std::size_t>(piece.recorded[k])] +=
          polynomial(piece.contributions, static_cast<Eigen::Index>(k), tau);
    }
  }
  return x;
}

std::vector<double> Trajectory::operator()(double t) const {
  if (empty()) throw Error(fmt::format("the trajectory has no pieces: no state at t = {}", t));
  const double direction = end() < start() ? -1 : 1;
  const bool inside = direction * (t - start()) >= 0 && direction * (end() - t) >= 0;
  if (!inside) {
    throw Error(fmt::format("the trajectory has no state at t = {}: expected a time in [{}, {}]", t,
                            std::min(start(), end()), std::max(start(), end())));
  }
  if (!pieces_.empty()) return from_pieces(t);
  const auto piece = std::partition_point(
      segments_.begin(), segments_.end(),
      [&](const Segment& segment) { return direction * (segment.t1 - t) < 0; });
  return (*piece)(t);
}

}  // namespace filippov
