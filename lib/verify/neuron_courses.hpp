#pragma once

#include <memory>
#include <string>
#include <vector>

#include "departure.hpp"
#include "filippov/verify/alignment.hpp"
#include "neuron_course.hpp"

namespace filippov::detail {

/// What a theorem says of the neurons at T_bar, compared with what is proved of them.
struct NeuronConclusion {
  AlignmentCase which = AlignmentCase::aligned;  ///< vanishing if all neurons are
  Interval alignment = {};                       ///< as in AlignmentProof
  Interval bound = {};
  std::string missing;  ///< the first inequality that is not proved; empty if all are
};

/// The neurons of an instance in their neural correlation flows u_k' in dN(u_k), one by one:
/// Theorem 5.1 near the origin, with other coefficients Theorem 5.5 near a saddle. What counts of
/// the rows given is the direction of all together: `norm` is their common norm.
class NeuronCourses {
 public:
  /// `network`: of one neuron with p = 1; of the rows of `start` the last `negative` have p = -1.
  /// `what` names the rows in messages. Throws Error unless they suit the network and are not all
  /// zero, and unless 0 < epsilon < 1.
  NeuronCourses(Network network, const DataSet& data, const Loss& loss,
                const std::vector<Box>& start, int negative, Interval epsilon,
                const std::string& what);

  /// As in NeuronModel, before `follow`.
  void let_rest(KnownZeros zeros) { zeros_ = std::move(zeros); }
  /// Looks for the limit of every neuron. `rate`: about how fast they grow. Returns why there is
  /// none; empty if there is. Throws Error, saying what eta is, unless epsilon < eta.
  std::string follow(double rate);
  /// Contains the first time at which all neurons are aligned or small, and N >= 0 where aligned.
  Interval first_time() const;
  /// Encloses the flows up to `time` at least and judges them there. Returns why a tube ends
  /// earlier; empty if none does.
  std::string enclose(Interval time);
  /// Compares what is known of w at `time` with what the theorem says.
  NeuronConclusion conclude(const FlowDeparture& departure) const;

  /// |rows|_2
  Interval norm() const { return norm_; }
  /// Lemma C.7
  Interval eta() const { return eta_; }
  /// epsilon |rows|_2
  Interval radius() const { return epsilon_ * norm_; }
  const std::vector<std::unique_ptr<NeuronCourse>>& courses() const { return courses_; }
  const std::vector<TubeCourse>& tubes() const { return tubes_; }
  /// Times at which two flows are compared, from 0 to the end of `time`.
  const std::vector<double>& times() const { return times_; }
  const std::vector<NeuronAlignment>& neurons() const { return neurons_; }

 private:
  void judge(const NeuronCourse& course, NeuronAlignment& neuron);

  Network network_;
  const DataSet& data_;
  Loss loss_;
  const std::vector<Box>& start_;
  int negative_;
  Interval epsilon_;
  Interval norm_;
  Interval eta_ = 1;
  Interval time_;
  double rate_ = 0;
  KnownZeros zeros_;
  std::vector<std::unique_ptr<NeuronCourse>> courses_;
  std::vector<TubeCourse> tubes_;
  std::vector<double> times_;
  std::vector<NeuronAlignment> neurons_;
};

}  // namespace filippov::detail
