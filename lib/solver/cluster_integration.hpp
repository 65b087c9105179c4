#pragma once

#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "../inclusion/flat_face_field.hpp"
#include "accumulation.hpp"
#include "cluster_run.hpp"
#include "event_search.hpp"
#include "run.hpp"
#include "surface_watch.hpp"
#include "taylor_stepper.hpp"

namespace filippov::detail {

/// A cluster on its way: its field and the segment it is on. Times are keys: direction times t.
struct Part {
  Cluster cluster;
  std::unique_ptr<FilippovMap> map;  ///< of the field, where surfaces slid on are not flat
  std::unique_ptr<FaceField> field;
  double origin = 0;
  double end = 0;
  Step step;
  StepEvent exit;
  bool moves = true;
  int ambiguity = -1;  ///< place in Solution::ambiguous
};

/// Clusters that meet at an event.
struct Meeting {
  double key = 0;
  std::vector<int> hits;   ///< surfaces reached, and slid on whose exit is; increasing
  std::vector<int> parts;  ///< numbers of the clusters
  Cluster cluster;         ///< all of them, sliding as before
  std::vector<double> x;   ///< local state at `key`
  bool contact = false;    ///< touched only
  bool exits = false;      ///< some hit is an exit
};

/// A partition of 0, ..., n - 1 into sets, each known by its least element.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t n) : parent_(n), count_(n) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int root(int k);
  void unite(int a, int b);
  std::size_t count() const { return count_; }

 private:
  std::vector<int> parent_;
  std::size_t count_;
};

/// The state of an integration by clusters, see `cluster_run`. Its operations are in three files:
/// cluster_run.cpp (start, the loop over the queue, what is recorded), cluster_parts.cpp (clusters
/// and their segments, surfaces watched), cluster_events.cpp (what happens when clusters meet).
class ClusterRun {
 public:
  ClusterRun(const std::shared_ptr<const Separable>& system, double t0, double t1,
             const SolverOptions& options);

  Solution from(std::span<const double> x0);
  Solution along(std::span<const double> x, const Face& face, const std::vector<int>& left);

 private:
  static constexpr double never = std::numeric_limits<double>::infinity();

  struct Entry {
    enum class Kind { segment_end, exit, contact_exit, hit, contact, watch };
    double key;
    Kind kind;
    int id;
    long version;
    bool operator>(const Entry& other) const { return key > other.key; }
  };

  void start_at(std::span<const double> x, Signature signature, const std::vector<int>& sliding);
  void decide_start(const std::vector<int>& active);
  void integrate();
  std::optional<Entry> next();
  bool is_stale(const Entry& entry) const;
  void push(double key, Entry::Kind kind, int id, bool of_surface);

  void meet(const Entry& first);
  Meeting gather(const std::vector<int>& hits);
  void add_hit(const Entry& entry, Meeting& meeting) const;
  void bring_to(Meeting& meeting, double key);
  void settle(Meeting& meeting);
  bool settle_flat(Meeting& meeting);
  bool is_close_by(const Meeting& meeting) const;
  void settle_by_run(Meeting& meeting);
  void depart(const Meeting& meeting, const std::vector<int>& free, const Departure& departure);
  void branch(const Meeting& meeting, const std::vector<int>& free, const Departure& departure);
  void watch_accumulation(const Meeting& meeting);

  void split(const Cluster& cluster, double key, std::span<const double> x, bool resting,
             std::unique_ptr<FlatFaceField> field);
  void add_part(Cluster cluster, double key, std::span<const double> x, bool resting,
                std::unique_ptr<FlatFaceField> field);
  void advance(Part& part, int number, std::span<const double> x, const std::vector<int>& left);
  void retire(int number, double key);
  void append_piece(const Part& part, double key);
  void refine_exit(Part& part, std::span<const double> x);
  void mark(const std::vector<int>& surfaces);
  void mark_surfaces(const Cluster& cluster);
  void watch_marked();
  void watch(int j);

  std::vector<double> local_state(const Part& part, double key) const;
  std::vector<double> state(double key) const;
  double coordinate(int i, double key) const;
  std::vector<int> sliding() const;
  Signature local_signature(const std::vector<int>& surfaces) const;
  void set_sliding(int j, bool slides);

  void record_change(double key, const std::vector<int>& surfaces, bool sliding_changed, bool same);
  void record(double t, EventKind kind, std::vector<int> surfaces);
  void flush();
  void check_rest();
  void stop(Status status, std::string message);
  void finish();
  bool running() const { return solution_.status == Status::not_solved; }
  double time(double key) const { return direction_ * key; }
  /// Times closer than this are one.
  double window() const { return 1e-12 * std::max(std::abs(now_), now_ - start_); }
  Part& part_at(int coordinate) {
    return *parts_[static_cast<std::size_t>(part_of_[static_cast<std::size_t>(coordinate)])];
  }

  std::shared_ptr<const Separable> system_;
  const SolverOptions& options_;
  double direction_;
  double start_;
  double end_;
  double now_;
  TaylorStepper stepper_;
  SurfaceWatch surfaces_;
  std::vector<int> slots_;

  Signature signature_;
  std::vector<char> slides_;
  int sliding_count_ = 0;
  std::vector<double> left_since_;  ///< when a surface was left; NaN
  std::vector<char> tended_;        ///< the motion tends to the surface and never reaches it
  std::vector<char> marked_;        ///< surfaces to watch anew
  std::vector<int> marked_list_;
  std::vector<double> next_hit_;  ///< of the entry in the queue
  std::vector<double> last_hit_;
  std::vector<int> hits_at_one_time_;
  std::vector<int> hit_count_;

  std::vector<std::unique_ptr<Part>> parts_;
  std::vector<int> free_numbers_;
  std::vector<long> gathered_;  ///< the last gathering that each cluster was part of
  long gatherings_ = 0;
  std::vector<int> part_of_;
  std::vector<int> place_;
  std::vector<double> settled_;  ///< what clusters that are gone have added to passive components
  std::vector<double> scale_;    ///< largest |x_i| so far
  int moving_ = 0;
  std::map<int, AccumulationGuard> guards_;
  std::map<int, std::size_t> guarded_size_;

  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
  std::vector<long> part_versions_;
  std::vector<long> surface_versions_;

  struct Change {
    double key;
    std::vector<int> surfaces;
    int sliding_before;
    bool sliding_changed;
    bool same;
  };
  std::optional<Change> open_;  ///< an event that others at the same time may join
  bool starting_ = false;
  bool branches_at_start_ = false;
  double cost_ = 0;  ///< right-hand sides, in parts of the whole
  std::shared_ptr<const std::vector<std::string>> surface_names_;
  Solution solution_;
};

// Operations on increasing lists.
std::vector<int> merged(const std::vector<int>& a, const std::vector<int>& b);
std::vector<int> without(const std::vector<int>& a, const std::vector<int>& b);
bool contains(const std::vector<int>& list, int value);
int position(const std::vector<int>& list, int value);

}  // namespace filippov::detail
