#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "event_window.hpp"
#include "face_flow.hpp"
#include "filippov/tube/enclose.hpp"
#include "linear_flow.hpp"

namespace filippov::detail {

/// The flow on a face with the functions that say when it is left.
struct WatchedFlow {
  std::vector<Monitor> monitors;
  std::vector<NodeId> nodes;  ///< of the monitors: positive while the face is not left
  std::unique_ptr<FaceFlow> flow;
  bool may_be_linear = false;          ///< not known yet
  std::unique_ptr<LinearFlow> linear;  ///< if the field is known to be linear
  double stride = 0;                   ///< of its last step
  /// Under a disturbance: of the monitors, and of d velocity_i / d xi_j for the `responses` (i, j).
  std::vector<NodeId> disturbed_nodes;
  std::vector<NodeId> response_nodes;
  std::vector<std::pair<int, int>> responses;
  std::vector<int> jumping;  ///< surfaces whose functions jump with the side of one slid on
};

/// What all runs of `enclose` on a map, in one direction of time and under one disturbance, have in
/// common: formulas of faces, made when a tube comes there. To be used inside one UpwardScope, the
/// constructor too.
struct TubeFormulas {
  TubeFormulas(const FilippovMap& map, double direction, const std::vector<double>& disturbance,
               const EnclosureOptions& options);
  TubeFormulas(const TubeFormulas&) = delete;
  TubeFormulas& operator=(const TubeFormulas&) = delete;

  FaceSystems systems;    ///< without the disturbance: the motion in the middle of the tube
  FaceSystems disturbed;  ///< with it, if there is one
  SurfaceReading surfaces;
  NodeReading nodes;            ///< of `systems`
  NodeReading disturbed_nodes;  ///< of `disturbed`
  EventWindow window;
  std::map<Face, WatchedFlow> flows;
  /// For which the flows are made.
  int order;
  bool room_for_checker;
  bool exponentials;
};

/// One run of `enclose`. To be used inside one UpwardScope.
class TubeRun {
 public:
  TubeRun(const FilippovMap& map, const EnclosureProblem& problem, const EnclosureOptions& options,
          TubeFormulas& formulas);

  Tube run();
  /// After the run: the set where it ended is that much wider than the linear image of the box.
  double inflation() const { return state_.set.inflation(); }
  /// After the run: the coordinate of the initial box with the most influence on the end.
  int most_influential() const { return state_.set.widest_direction(); }

 private:
  bool start();
  bool start_on_surfaces(const std::vector<int>& active);
  bool start_across(int surface);
  bool rests_forever(const std::vector<int>& active);
  WatchedFlow* flow_on(const Face& face);
  bool is_linear(WatchedFlow& watched);
  /// One smooth step, or up to an event and through it. False: the tube ends here.
  bool advance();
  bool smooth_step(const WatchedFlow& watched, double elapsed);
  /// A step of the linear flow, if one much longer than `short_step`, of the Taylor series, is
  /// proved to meet no event; otherwise nothing. False: the tube ends here.
  std::optional<bool> linear_step(WatchedFlow& watched, double short_step, double longest);
  double end_of_step(double elapsed);
  std::string unproved(const WatchedFlow& watched, Interval times, const Box& box);
  bool go_on(double end, Box box, const std::vector<PreciseInterval>& move,
             const SmallIntervalMatrix& slope, bool by_exponential);
  bool disturbed_step(const WatchedFlow& watched);
  std::optional<std::vector<double>> spread_of(const WatchedFlow& watched);
  std::optional<std::size_t> met_by(const WatchedFlow& watched, Interval times, const Box& box,
                                    bool along_surfaces);
  std::vector<NodeId> monitor_nodes(FaceSystems& systems, const FaceSystem& system);
  int near_jumping(const WatchedFlow& watched, Interval times, const Box& box);
  bool handle_event(const PendingEvent& pending);
  bool jumps_between(const Face& before, const Face& after);
  void accept(WindowResult& result);
  void land();
  bool stop(const std::string& reason);
  std::string place() const;
  std::string gathering() const;
  bool arrived() const { return state_.t == problem_.t1; }
  /// Where smooth steps must end: the next time to be visited, or the final one.
  double next_stop();

  const FilippovMap& map_;
  const EnclosureProblem& problem_;
  const EnclosureOptions& options_;
  FaceSystems& systems_;
  FaceSystems& disturbed_;
  SurfaceReading& surfaces_;
  NodeReading& nodes_;
  NodeReading& disturbed_nodes_;
  EventWindow& window_;
  std::map<Face, WatchedFlow>& flows_;
  TubeState state_;
  std::size_t visited_ = 0;  ///< of options.visit, those that lie behind
  Tube tube_;
};

}  // namespace filippov::detail
