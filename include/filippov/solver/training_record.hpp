#pragma once

#include <span>
#include <vector>

#include "filippov/network/training_field.hpp"
#include "filippov/solver/train.hpp"

namespace filippov {

/// What there is to see of training, at the sampled times.
struct TrainingRecord {
  std::vector<double> t = {};
  std::vector<double> loss = {};
  /// |w - reference|, of the weights themselves, w = delta s.
  std::vector<double> norm = {};
  /// With two features: atan2 of (u_k1, u_k2) for neuron k at each time, continued without jumps.
  std::vector<std::vector<double>> angles = {};
  /// Of each neuron at each time, see `Alignment`; empty unless asked for.
  std::vector<std::vector<double>> cosines = {};
};

struct RecordOptions {
  /// Weights w from which `norm` is measured; empty: zero.
  std::vector<double> reference = {};
  bool cosines = false;
};

/// An observer that appends to `record`, which must outlive it, as must `field`.
TrainingObserver record_into(TrainingRecord& record, const TrainingField& field,
                             RecordOptions options = {});

/// The constrained neural correlation function at the unit vector (cos angle, sin angle) for one
/// neuron with p = 1 and data with two features: sum_i residuals_i sigma(x_i.u)^2, or for two
/// layers with v = |u| = 1/sqrt 2, sum_i residuals_i sigma(x_i.u) v.
double correlation(const TrainingField& field, const Eigen::VectorXd& residuals, double angle);

}  // namespace filippov
