#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "accumulation.hpp"
#include "continuations.hpp"
#include "event_search.hpp"
#include "run.hpp"
#include "step_check.hpp"
#include "stepper.hpp"

namespace filippov::detail {

/// Both lists as one, sorted, without repetitions.
inline std::vector<int> sorted_union(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  return a;
}

/// The state of one integration: where it is, on which face, and what it has found. Steps are in
/// run.cpp, what follows from a surface met in run_decisions.cpp, how a face is entered and where
/// solutions part in run_entries.cpp, what follows where events accumulate in run_limits.cpp.
class Run {
 public:
  Run(const Inclusion& inclusion, double t0, double t1, const SolverOptions& options)
      : inclusion_(inclusion),
        options_(options),
        t1_(t1),
        direction_(t1 < t0 ? -1 : 1),
        fields_(inclusion, direction_),
        guard_(t0),
        start_time_(t0),
        t_(t0),
        last_stop_(t0) {}

  Solution from(const LocalPoint& start);
  Solution along(const LocalPoint& start, const Continuation& continuation);

  Departure settle_start(const LocalPoint& start);
  Departure run_to_event(const LocalPoint& start);
  Departure settle_limit(const LocalPoint& start, const AccumulationPoint& limit);

 private:
  void set_state(const LocalPoint& point);
  void decide_start(const LocalPoint& start);
  void integrate();
  void close();
  void count();
  Departure departure();
  void advance(StepEvent event);
  bool has_escaped();
  void give_up();
  void handle_hit(const StepEvent& event);
  void handle_grazing(const StepEvent& event);
  bool is_defined_beyond(int j);
  bool decide(const LocalPoint& point, const std::vector<int>& settled,
              const std::vector<int>& hits);
  void branch(const LocalPoint& point, Continuations continuations);
  std::vector<int> touched_only(const std::vector<int>& active, const std::vector<int>& changed,
                                const Face& before) const;
  bool is_one_mode(const Face& one, const Face& other) const;
  bool selection_has(const Eigen::VectorXd& velocity);
  std::string names_of(const std::vector<int>& surfaces) const;
  void enter(const Continuation& continuation, const std::vector<int>& active,
             bool is_unique = true);
  void record(EventKind kind, std::vector<int> surfaces);
  void watch_accumulation();
  void go_on_from(const AccumulationPoint& limit);
  bool rests_at_limit(const Face& face, const std::vector<double>& before) const;
  void ignore_tended();
  bool never_reached(const StepEvent& event);
  bool has_other_multipliers(const StepEvent& event);
  /// Largest |x_i| so far; 0 where that is rounding of a state at the origin.
  double state_size() const;
  double least_size() const { return 1e-20 * options_.atol; }
  std::vector<int> balanced_surfaces();
  bool has_no_rate(int j) const;
  std::optional<std::pair<int, int>> surface_in_two_places() const;
  void append_segment(double end);
  void rest(Status status, std::string message);
  void stop(Status status, std::string message);
  void close_ambiguity();
  bool running() const { return solution_.status == Status::not_solved; }
  void set_face(Face face) {
    face_ = std::move(face);
    field_ = nullptr;
  }
  FaceField& field() {
    if (field_ == nullptr) field_ = &fields_.at(face_);
    return *field_;
  }

  const Inclusion& inclusion_;
  const SolverOptions& options_;
  double t1_;
  double direction_;
  FaceFields fields_;
  AccumulationGuard guard_;
  std::unique_ptr<Stepper> stepper_;

  double start_time_;
  int depth_ = 0;  ///< branchings before this run
  double t_;
  std::vector<double> x_;
  std::vector<double> next_;
  std::vector<double> velocity_;
  std::vector<double> scale_;  ///< largest |x_i| so far
  Face face_;
  FaceField* field_ = nullptr;  ///< of face_, once it was asked for
  std::vector<int> tended_;     ///< surfaces that the motion tends to and never reaches
  std::vector<int> left_;       ///< surfaces through the state that the motion leaves
  Step step_;
  StepCheck check_;
  double trusted_length_ = std::numeric_limits<double>::infinity();  ///< of the next step
  double reach_ = std::numeric_limits<double>::infinity();           ///< of the next step, too
  double last_stop_;         ///< time of the last event or start
  int shortened_steps_ = 0;  ///< one after the other
  bool ambiguous_now_ = false;
  bool resting_ = false;
  bool to_first_event_ = false;  ///< stop when the first event is settled
  bool settled_event_ = false;
  double last_other_multipliers_ = std::numeric_limits<double>::quiet_NaN();  ///< time
  double last_event_time_ = std::numeric_limits<double>::quiet_NaN();
  int events_at_one_time_ = 0;
  std::shared_ptr<const std::vector<std::string>> surface_names_;
  Solution solution_;
};

}  // namespace filippov::detail
