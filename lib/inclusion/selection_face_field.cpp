#include "selection_face_field.hpp"

#include <cmath>
#include <limits>

#include "../geometry/least_squares.hpp"
#include "filippov/inclusion/inclusion.hpp"
#include "multilinear.hpp"

namespace filippov::detail {

SelectionFaceField::SelectionFaceField(const Inclusion& inclusion, Face own_face, double direction)
    : FaceField(std::move(own_face), direction), inclusion_(inclusion) {
  const std::vector<int>& sliding = face().sliding;
  for (int p = 0; p < 1 << sliding.size(); ++p) {
    Signature s = face().signature;
    for (std::size_t k = 0; k < sliding.size(); ++k) {
      s[static_cast<std::size_t>(sliding[k])] = (p >> k) & 1 ? 1 : -1;
    }
    corner_signatures_.push_back(std::move(s));
  }
  for (const int j : inclusion.live_switches(face().signature)) {
    if (!face().slides_on(j)) monitors_.push_back({Monitor::Kind::surface, j});
  }
  for (const int j : sliding) {
    monitors_.push_back({Monitor::Kind::upper_exit, j});
    monitors_.push_back({Monitor::Kind::lower_exit, j});
  }
  const auto corners = static_cast<Eigen::Index>(corner_signatures_.size());
  corners_.resize(inclusion.dimension(), corners);
  normal_.resize(static_cast<Eigen::Index>(sliding.size()), corners);
  u_.setZero(static_cast<Eigen::Index>(sliding.size()));
}

void SelectionFaceField::evaluate(double t, std::span<const double> x) {
  ++evaluations_;
  for (std::size_t p = 0; p < corner_signatures_.size(); ++p) {
    double* const column = corners_.col(static_cast<Eigen::Index>(p)).data();
    inclusion_.selection(t, x, corner_signatures_[p], {column, x.size()});
  }
  if (u_.size() == 0) return;
  for (std::size_t k = 0; k < face().sliding.size(); ++k) {
    const SwitchingGradient gradient =
        inclusion_.switching_gradient(face().sliding[k], t, x, face().signature);
    normal_.row(static_cast<Eigen::Index>(k)) =
        (gradient.x.transpose() * corners_).array() + gradient.t;
  }
  if (const auto solution = multilinear_multipliers(normal_, u_)) u_ = *solution;
}

void SelectionFaceField::velocity(double t, std::span<const double> x, std::span<double> f) {
  if (u_.size() == 0) {
    ++evaluations_;
    inclusion_.selection(t, x, corner_signatures_.front(), f);
    if (direction() < 0) {
      for (double& component : f) component = -component;
    }
    return;
  }
  evaluate(t, x);
  const Eigen::VectorXd value = direction() * (corners_ * corner_weights(u_));
  std::copy(value.begin(), value.end(), f.begin());
}

Eigen::VectorXd SelectionFaceField::multipliers(double t, std::span<const double> x) {
  evaluate(t, x);
  return u_;
}

void SelectionFaceField::begin(double t, std::span<const double> x) {
  u_.setZero();
  evaluate(t, x);
  if (u_.size() == 1) orientation_ = direction() * (normal_(0, 1) - normal_(0, 0)) <= 0 ? 1 : -1;
}

void SelectionFaceField::monitor_values(double t, std::span<const double> x,
                                        std::span<double> values) {
  evaluate(t, x);
  std::size_t m = 0;
  for (; m < monitors_.size() && monitors_[m].kind == Monitor::Kind::surface; ++m) {
    const int j = monitors_[m].surface;
    values[m] = face().signature[static_cast<std::size_t>(j)] *
                inclusion_.switching(j, t, x, face().signature);
  }
  if (u_.size() == 1) {
    const double factor = direction() * orientation_;
    values[m] = -factor * normal_(0, 1);
    values[m + 1] = factor * normal_(0, 0);
    return;
  }
  for (Eigen::Index j = 0; j < u_.size(); ++j, m += 2) {
    values[m] = 1 - u_(j);
    values[m + 1] = 1 + u_(j);
  }
}

void SelectionFaceField::jacobian(double t, std::span<const double> x, Eigen::MatrixXd& dfdx,
                                  Eigen::VectorXd& dfdt) {
  ++jacobian_evaluations_;
  const auto n = static_cast<Eigen::Index>(x.size());
  const double relative_step = std::sqrt(std::numeric_limits<double>::epsilon());
  Eigen::VectorXd base(n);
  Eigen::VectorXd moved_velocity(n);
  velocity(t, x, {base.data(), x.size()});
  dfdx.resize(n, n);
  std::vector<double> moved(x.begin(), x.end());
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(i);
    const double step = relative_step * std::max(1.0, std::abs(x[k]));
    moved[k] = x[k] + step;
    velocity(t, moved, {moved_velocity.data(), x.size()});
    dfdx.col(i) = (moved_velocity - base) / step;
    moved[k] = x[k];
  }
  const double step = relative_step * std::max(1.0, std::abs(t));
  velocity(t + direction() * step, x, {moved_velocity.data(), x.size()});
  dfdt = (moved_velocity - base) / step;
}

void SelectionFaceField::project(double t, std::span<double> x) {
  const auto k = static_cast<Eigen::Index>(face().sliding.size());
  if (k == 0) return;
  constexpr int iterations = 2;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    Eigen::MatrixXd normals(k, static_cast<Eigen::Index>(x.size()));
    Eigen::VectorXd h(k);
    for (Eigen::Index i = 0; i < k; ++i) {
      const int j = face().sliding[static_cast<std::size_t>(i)];
      normals.row(i) = inclusion_.switching_gradient(j, t, x, face().signature).x;
      h(i) = inclusion_.switching(j, t, x, face().signature);
    }
    if (h.isZero(0)) return;
    // Surfaces that nearly coincide meet far away: they count as one.
    constexpr double parallel = 1e-8;
    const Eigen::VectorXd step = LeastSquares(normals, parallel).solve(h);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] -= step(static_cast<Eigen::Index>(i));
  }
}

}  // namespace filippov::detail
