#pragma once

#include <memory>
#include <vector>

#include "filippov/verify/alignment.hpp"
#include "neuron_course.hpp"

namespace filippov::detail {

/// How far the flow of the loss, s = w / delta, departs from the neural correlation flow u, both
/// from the same neurons: |s - u|_2 <= radius during [0, time] for all p = delta^2 in [0, p]. What
/// is said of s is so for all p up to DepartureProblem::largest_p.
struct FlowDeparture {
  double p = 0;
  std::string reason = "not examined yet";  ///< why p is 0, or no larger
  std::vector<Interval> alignment;          ///< s.limit / |s| of each neuron at the time
  std::vector<Interval> norm;               ///< |s| of each neuron at the time
  Interval largest_norm;                    ///< |s| during [0, time]

  /// With those of another one that is so for all p that matter, too.
  void intersect_statements(const FlowDeparture& other);
  /// Norm and alignment from what is known of u at `time`: |s_k - u_k| <= errors[k].
  void add_final_states(const std::vector<std::unique_ptr<NeuronCourse>>& neurons,
                        const std::vector<TubeCourse>& courses, Interval time,
                        const std::vector<double>& errors);
};

struct DepartureProblem {
  const Network& network;
  const DataSet& data;
  const Loss& loss;
  const std::vector<std::unique_ptr<NeuronCourse>>& neurons;
  Interval radius;
  Interval time;     ///< the final time is somewhere in it
  double largest_p;  ///< beyond it only the distance matters, not the state at the final time
};

/// Times at which the tubes are compared: dense at the end, where the distance is largest, and
/// about `events`, down to a `gap` before and after each.
std::vector<double> comparison_times(double end, double rate, const std::vector<double>& events,
                                     double gap);

/// By Gronwall's inequality along u, neuron by neuron: |s_k - u_k|' <= mu_k |s_k - u_k| + p B_k,
/// mu_k the largest eigenvalue of Clarke's Hessian of N and B_k = |sum_i (xi_i/p) dH(x_i; s_k)|
/// over the boxes around u. For networks with Lipschitz gradient, any number of neurons.
FlowDeparture gronwall_departure(const DepartureProblem& problem,
                                 const std::vector<TubeCourse>& courses,
                                 const std::vector<double>& times);

/// By tubes of the scaled flow over intervals of p.
FlowDeparture tube_departure(const DepartureProblem& problem,
                             const std::vector<TubeCourse>& courses,
                             const std::vector<double>& times, double gap);

/// The most coordinates for which tube_departure is used: where Gronwall's inequality gives a bound
/// too, and else.
constexpr std::size_t most_tube_coordinates = 9;
constexpr std::size_t most_coordinates_without_bound = 24;

}  // namespace filippov::detail
