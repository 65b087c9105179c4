#pragma once

#include <filesystem>

#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"
#include "filippov/verify/kkt.hpp"

namespace filippov {

/// Draws the constrained neural correlation function N of one neuron with two features over the
/// angle of its input weights into an SVG file, with its KKT points: filled where they are stable,
/// hollow where not, sets of them as thick lines. Two layers: a curve for v > 0 and one for v < 0,
/// |v| = |u|, and the points with v != 0.
///
/// Throws Error for another number of features or a diagonal network, if the file cannot be written
/// or if gnuplot is missing or fails; the file then is as before.
void plot_kkt(const std::filesystem::path& file, const Network& network, const DataSet& data,
              const Loss& loss, const KktPoints& points);

}  // namespace filippov
