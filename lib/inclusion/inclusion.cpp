#include "filippov/inclusion/inclusion.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "selection_face_field.hpp"

namespace filippov {

Inclusion::~Inclusion() = default;

std::string Inclusion::surface_name(int j) const { return fmt::format("h{}", j + 1); }

bool Inclusion::depends_on_signs(int) const { return true; }

SwitchingGradient Inclusion::switching_gradient(int j, double t, std::span<const double> x,
                                                const Signature& s) const {
  const double relative_step = std::cbrt(std::numeric_limits<double>::epsilon());
  SwitchingGradient gradient{Eigen::VectorXd(dimension()), 0};
  std::vector<double> moved(x.begin(), x.end());
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const double step = relative_step * std::max(1.0, std::abs(x[i]));
    moved[i] = x[i] + step;
    const double up = switching(j, t, moved, s);
    moved[i] = x[i] - step;
    const double down = switching(j, t, moved, s);
    moved[i] = x[i];
    gradient.x(static_cast<Eigen::Index>(i)) = (up - down) / (2 * step);
  }
  if (!is_autonomous()) {
    const double step = relative_step * std::max(1.0, std::abs(t));
    gradient.t = (switching(j, t + step, x, s) - switching(j, t - step, x, s)) / (2 * step);
  }
  return gradient;
}

std::vector<int> Inclusion::live_switches(const Signature&) const {
  std::vector<int> all(static_cast<std::size_t>(switch_count()));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

bool Inclusion::jumps_across(int) const { return true; }

std::optional<SparseColumns> Inclusion::affine_columns(std::span<const int>, double,
                                                       std::span<const double>,
                                                       const Signature&) const {
  return std::nullopt;
}

bool Inclusion::is_autonomous() const { return false; }

std::unique_ptr<FaceField> Inclusion::face_field(const Face& face, double direction) const {
  return std::make_unique<detail::SelectionFaceField>(*this, face, direction);
}

}  // namespace filippov
