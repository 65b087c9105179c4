#pragma once

#include <vector>

#include "filippov/inclusion/filippov_map.hpp"

/// Problems with any number of surfaces.
namespace filippov::problems {

/// count relays, x_i' = -(0.6 + 0.4 i/count) sign x_i + cos(t)/2, x_i(0) = (-1)^i (0.2 + i/count),
/// i = 1 .. count, and x_{count+1}' = sum_i (i/count) sign x_i. By t = 8 every x_i is 0 and slid
/// on.
VectorField many_relays(int count);
std::vector<double> many_relays_start(int count);
/// The last component at `end`, when all x_i are 0: sum_i (i/count) (s t_i + (sin T - sin t_i)/(2
/// a_i)) with the root t_i of x_i(0) - s a_i t + sin(t)/2.
double many_relays_sum(int count, double end);

/// sum_i |x_i - x_{i+1}|, i = 1 .. count - 1.
Function total_variation(int count);
/// sin(i/100) + sin(1.7 i)/2, i = 1 .. count.
std::vector<double> wavy_start(int count);
/// How far x is from minimising |x - start|^2/2 + time total_variation(x), which the descent of the
/// total variation from `start` reaches at `time`. With z_i = sum_{j<=i} (start_j - x_j), x is the
/// minimum if and only if |z_i| <= time, z_i = time sign(x_i - x_{i+1}) where they differ, and
/// z_count = 0. Returns the largest violation. Differences below `resolution` count as zero.
double total_variation_defect(const std::vector<double>& start, const std::vector<double>& x,
                              double time, double resolution);

}  // namespace filippov::problems
