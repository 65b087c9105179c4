#include "filippov/solver/training_record.hpp"

#include <cmath>
#include <numbers>

namespace filippov {

namespace {

using Eigen::Index;

double norm(const TrainingField& field, std::span<const double> s,
            const std::vector<double>& reference) {
  Eigen::VectorXd w =
      field.delta() * Eigen::Map<const Eigen::VectorXd>(s.data(), static_cast<Index>(s.size()));
  if (!reference.empty()) {
    w -= Eigen::Map<const Eigen::VectorXd>(reference.data(), static_cast<Index>(reference.size()));
  }
  return w.stableNorm();
}

/// The angle that is nearest to the one before, if there is one.
void append_angle(std::vector<double>& angles, double angle) {
  if (!angles.empty()) {
    angle = angles.back() + std::remainder(angle - angles.back(), 2 * std::numbers::pi);
  }
  angles.push_back(angle);
}

void append_angles(TrainingRecord& record, const TrainingField& field, std::span<const double> s) {
  const auto size = static_cast<std::size_t>(field.neuron_size());
  record.angles.resize(static_cast<std::size_t>(field.neurons()));
  for (std::size_t k = 0; k < record.angles.size(); ++k) {
    const double* const u = s.data() + (k + 1) * size - 2;
    append_angle(record.angles[k], std::atan2(u[1], u[0]));
  }
}

}  // namespace

TrainingObserver record_into(TrainingRecord& record, const TrainingField& field,
                             RecordOptions options) {
  return [&record, &field, options = std::move(options)](double t, std::span<const double> s) {
    record.t.push_back(t);
    record.loss.push_back(field.loss(s));
    record.norm.push_back(norm(field, s, options.reference));
    if (field.features() == 2 && field.network().kind != NetworkKind::diagonal) {
      append_angles(record, field, s);
    }
    if (!options.cosines) return;
    const Alignment now = alignment(field, s);
    record.cosines.resize(now.cosine.size());
    for (std::size_t k = 0; k < now.cosine.size(); ++k) {
      record.cosines[k].push_back(now.cosine[k]);
    }
  };
}

double correlation(const TrainingField& field, const Eigen::VectorXd& residuals, double angle) {
  const Eigen::Vector2d u(std::cos(angle), std::sin(angle));
  const double leak = field.network().leak.midpoint();
  const Eigen::ArrayXd z = (field.inputs().transpose() * u).array();
  const Eigen::ArrayXd sigma = z.max(leak * z);
  if (field.network().kind == NetworkKind::two_layer) return 0.5 * residuals.dot(sigma.matrix());
  return residuals.dot(sigma.square().matrix());
}

}  // namespace filippov
