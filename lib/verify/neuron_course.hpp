#pragma once

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "../tube/pieces.hpp"
#include "filippov/inclusion/filippov_map.hpp"
#include "filippov/solution/trajectory.hpp"
#include "filippov/verify/alignment.hpp"
#include "limit_direction.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

/// The pieces of a tube by time.
class TubeCourse {
 public:
  TubeCourse() = default;
  explicit TubeCourse(Tube tube) : tube_(std::move(tube)) {}

  const Tube& tube() const { return tube_; }
  /// Contains the states at time t, up to which the tube goes: an end set where a step ended there.
  Box at(double t) const;
  /// Contains the states during [from, to].
  Box during(double from, double to) const;
  /// The same of a time that is somewhere in the interval.
  Box during(Interval time) const {
    return time.width() > 0 ? during(time.lower(), time.upper()) : at(time.lower());
  }
  /// The face that they are on all that time, if it is one.
  std::optional<Face> face(double from, double to) const;

 private:
  Tube tube_;
};

/// One neuron in the neural correlation flow from w0: first in floating point, to know where to
/// look, then enclosed.
class NeuronCourse {
 public:
  /// `small`: the length at which the neuron counts as vanished. `rate`: about how fast it grows.
  /// `sign`: p of NeuronModel. `zeros`: where dN is known to be 0.
  NeuronCourse(const Network& network, const DataSet& data, const Loss& loss, int sign, Box w0,
               Interval small, Interval epsilon, double rate, KnownZeros zeros = {});

  /// What prevents a proof; empty if nothing does.
  const std::string& problem() const { return problem_; }
  /// Where several solutions are proved to go on; empty if that is not so.
  const std::string& branching() const { return branching_; }
  AlignmentCase which() const { return which_; }
  const LimitDirection& limit() const { return limit_; }
  /// Contains the first time at which the neuron is aligned, or small.
  Interval first_time() const { return first_time_; }
  /// |u(t0)|, t0 the first time with N >= 0, and t0; meaningless when vanishing. The limit of |u|
  /// where N < 0 tends to 0.
  Interval least_norm() const { return least_norm_; }
  Interval turning_time() const { return turning_time_; }

  /// Encloses the flow up to `time`; under a disturbance, if there is one.
  TubeCourse enclose(double time, std::vector<double> visit = {},
                     std::vector<double> disturbance = {}) const;
  /// When it is proved that it comes to rest, if the tubes there go on with a box that it does not
  /// leave: where a tube ends on the hyperplanes that hold it.
  std::optional<double> resting_time() const {
    return rest_.empty() ? std::optional<double>() : resting_time_;
  }
  /// A bound of |s - u| up to the last of `times`, for any s in the one and u in the other, whose
  /// disturbance is no longer than `push`.
  Interval distance_between(const TubeCourse& s, const TubeCourse& u,
                            const std::vector<double>& times, Interval push) const;
  /// About when hyperplanes are met.
  const std::vector<double>& event_times() const { return event_times_; }
  /// A time shortly after the last event, as far as is known.
  double after_last_event() const;
  /// The end of what was explored in floating point.
  double horizon() const { return trajectory_.end(); }
  /// u.limit / |u|
  Interval alignment(const Box& u) const;
  std::vector<NeuronEvent> events(const Tube& tube) const;
  /// Whether after the tube no solution branches for ever, and why or why not.
  std::pair<bool, std::string> stays(const Tube& tube) const;
  /// Whether all solutions in the tube turn to the limit as t grows; `stays`: see above.
  bool turns_to_limit(const Tube& tube, bool stays) const;
  /// A time at which the direction is about as near the limit as that; the horizon if it never is.
  double near_limit(double distance) const;
  int surface_count() const { return map_.switch_count(); }
  /// The data rows whose hyperplane a surface of the flow is.
  std::vector<int> rows_of(int surface) const;
  /// The same by the surface's normal in the space of the weights.
  std::vector<int> rows_with_normal(const Eigen::VectorXd& normal) const;
  const NeuronModel& model() const { return model_; }
  const Box& start() const { return w0_; }

 private:
  void explore(double rate);
  bool settles(const std::vector<double>& x) const;
  void find_limit();
  bool is_on_edge(const std::vector<double>& x) const;
  void bound_norm_by_turning();
  bool comes_to_rest();
  TubeCourse through_events(double time, std::vector<double> visit,
                            std::vector<double> disturbance) const;
  struct State {
    Box w;
    std::vector<int> kinks;  // rows on whose hyperplanes it slides
  };
  bool branches_from(const State& state);
  bool rests_from(const State& state, double time);
  std::optional<State> state_at(double time) const;
  std::vector<double> resting_times() const;
  std::vector<int> kinks_at_end(const Tube& tube) const;
  void bracket();
  void bracket_turning(const TubeCourse& course, const std::vector<double>& times);
  void bracket_first_time(const TubeCourse& course, const std::vector<double>& times);
  bool below_until(const TubeCourse& course, double time) const;
  /// First time t > 0 at which the function of the trajectory is >= 0, to a few digits less than
  /// double precision.
  template <class Value>
  std::optional<double> first_root(const Value& value) const;
  std::vector<int> kinks_of(const std::vector<int>& sliding) const;
  /// >= 0 where the neuron is aligned, or small.
  Interval progress(const Box& u) const;
  /// Its rate of change along the flow during the segment, which begins in `before`.
  Interval progress_rate(const Box& before, const TubeSegment& segment) const;

  NeuronModel model_;
  FilippovMap map_;
  mutable Encloser encloser_{map_};
  Box w0_;
  Interval small_;
  Interval epsilon_;
  std::string problem_;
  std::string branching_;
  Trajectory trajectory_;
  std::vector<int> sliding_;  // at the end of the trajectory
  bool at_rest_ = false;
  bool falls_to_limit_ = false;         // N <= 0 tends to 0, and least_norm_ is proved
  Interval conserved_;                  // two layers: v^2 - |u|^2
  Box rest_;                            // contains it from then on, if it is known
  std::optional<double> resting_time_;  // when it is proved that it comes to rest
  std::vector<double> event_times_;
  AlignmentCase which_ = AlignmentCase::aligned;
  LimitDirection limit_;
  Interval first_time_;
  Interval least_norm_;
  Interval turning_time_;
};

}  // namespace filippov::detail
