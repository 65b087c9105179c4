#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <string>

#include "filippov/network/training_field.hpp"
#include "filippov/solver/training_record.hpp"

namespace filippov {

/// What is drawn of training besides the loss and the norm.
struct TrainingPlotOptions {
  std::string time_label = "t";
  std::string norm_label = "norm of the weights";
  /// With two features: directions with time upward, below the neural correlation function over the
  /// same angles. Otherwise angles over time.
  bool with_correlation = true;
  /// The residuals in that function; empty: -l'(0, y).
  Eigen::VectorXd residuals = {};
  /// Directions are drawn of this neuron and those after it.
  int first_neuron = 0;
};

/// Draws training into an SVG file: left the loss and the norm of the weights over time, right the
/// directions of the neurons: their angles when there are two features, else their cosines with
/// the gradient of the neural correlation function (RecordOptions::cosines). Dots: where they end.
///
/// Throws Error if the record is empty, if the file cannot be written or if gnuplot is missing or
/// fails; the file then is as before.
void plot_training(const std::filesystem::path& file, const TrainingField& field,
                   const TrainingRecord& record, const TrainingPlotOptions& options = {});

}  // namespace filippov
