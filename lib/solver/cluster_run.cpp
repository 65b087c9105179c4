#include "cluster_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cluster_integration.hpp"
#include "start.hpp"

namespace filippov::detail {

namespace {

constexpr int fewest_surfaces = 64;
constexpr double start_tolerance = 1e-14;

/// The ten digits that the Taylor stepper works with wherever events are watched. It does not see
/// the surfaces that the queue watches, and must not take a cluster for one without any.
SolverOptions with_ten_digits(SolverOptions options) {
  options.rtol = std::min(options.rtol, 1e-10);
  options.atol = std::min(options.atol, 1e-11);
  return options;
}

}  // namespace

int DisjointSets::root(int k) {
  while (parent_[static_cast<std::size_t>(k)] != k) {
    int& up = parent_[static_cast<std::size_t>(k)];
    up = parent_[static_cast<std::size_t>(up)];
    k = up;
  }
  return k;
}

void DisjointSets::unite(int a, int b) {
  a = root(a);
  b = root(b);
  if (a == b) return;
  parent_[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
  --count_;
}

std::vector<int> merged(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

std::vector<int> without(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

bool contains(const std::vector<int>& list, int value) {
  return std::binary_search(list.begin(), list.end(), value);
}

int position(const std::vector<int>& list, int value) {
  return static_cast<int>(std::lower_bound(list.begin(), list.end(), value) - list.begin());
}

ClusterRun::ClusterRun(const std::shared_ptr<const Separable>& system, double t0, double t1,
                       const SolverOptions& options)
    : system_(system),
      options_(options),
      direction_(t1 < t0 ? -1 : 1),
      start_(direction_ * t0),
      end_(direction_ * t1),
      now_(start_),
      stepper_(with_ten_digits(options)),
      surfaces_(*system, direction_, stepper_.order(), stepper_.relative_tolerance()),
      slots_(static_cast<std::size_t>(system->dimension()), 0) {
  const auto n = static_cast<std::size_t>(system->dimension());
  const auto m = static_cast<std::size_t>(system->surface_count());
  slides_.assign(m, 0);
  left_since_.assign(m, std::numeric_limits<double>::quiet_NaN());
  tended_.assign(m, 0);
  marked_.assign(m, 0);
  next_hit_.assign(m, never);
  last_hit_.assign(m, -never);
  hits_at_one_time_.assign(m, 0);
  hit_count_.assign(m, 0);
  surface_versions_.assign(m, 0);
  part_of_.assign(n, -1);
  place_.assign(n, 0);
  settled_.assign(n, 0);
  scale_.assign(n, 0);
  for (int j = 0; j < system->surface_count(); ++j) {
    solution_.surface_names.push_back(system->map().surface_name(j));
  }
  surface_names_ = std::make_shared<const std::vector<std::string>>(solution_.surface_names);
}

/// All clusters of a face, from x. `sliding`: increasing.
void ClusterRun::start_at(std::span<const double> x, Signature signature,
                          const std::vector<int>& sliding) {
  signature_ = std::move(signature);
  for (const int j : sliding) set_sliding(j, true);
  Cluster all;
  all.sliding = sliding;
  std::vector<double> state;
  for (int i = 0; i < system_->dimension(); ++i) {
    all.coordinates.push_back(i);
    state.push_back(x[static_cast<std::size_t>(i)]);
    scale_[static_cast<std::size_t>(i)] = std::abs(state.back());
  }
  find_contributions(*system_, all);
  state.resize(static_cast<std::size_t>(all.dimension()), 0.0);
  split(all, start_, state, false, nullptr);
}

Solution ClusterRun::from(std::span<const double> x0) {
  std::vector<double> heights;
  std::vector<double> sizes;
  system_->switching_values(time(start_), x0, heights, sizes);
  Signature signature;
  std::vector<int> active;
  for (int j = 0; j < system_->surface_count(); ++j) {
    const auto k = static_cast<std::size_t>(j);
    signature.push_back(static_cast<signed char>(heights[k] < 0 ? -1 : 1));
    if (!system_->is_live(j)) continue;
    check_height(system_->map(), j, heights[k], time(start_), x0);
    if (heights[k] == 0 || std::abs(heights[k]) <= start_tolerance * sizes[k]) active.push_back(j);
  }
  for (const int j : active) {
    if (system_->surface(j).jumps) solution_.start.active.push_back(j);
  }
  check_domain(system_->map(), time(start_), x0, signature);
  // Until it is decided how to leave them nobody watches the surfaces through the start.
  for (const int j : active) left_since_[static_cast<std::size_t>(j)] = start_;
  starting_ = true;
  start_at(x0, std::move(signature), {});
  decide_start(active);
  starting_ = false;
  solution_.start.sliding = sliding();
  for (int j = 0; j < system_->surface_count(); ++j) {
    if (system_->is_live(j)) mark({j});
  }
  check_rest();
  integrate();
  finish();
  return std::move(solution_);
}

/// Decides how the surfaces through the start are left, one group that has to do with each other
/// after the other; where one group branches, all at once: the solutions are those of all groups
/// together.
void ClusterRun::decide_start(const std::vector<int>& active) {
  DisjointSets groups(parts_.size());
  const auto part_of = [&](int i) { return part_of_[static_cast<std::size_t>(i)]; };
  const auto first_of = [&](int j) {
    const Separable::Surface& surface = system_->surface(j);
    return part_of(surface.reads.empty() ? surface.acts.front() : surface.reads.front());
  };
  for (const int j : active) {
    for (const int i : system_->surface(j).reads) groups.unite(first_of(j), part_of(i));
    for (const int i : system_->surface(j).acts) groups.unite(first_of(j), part_of(i));
  }
  std::map<int, std::vector<int>> hits_of;
  for (const int j : active) hits_of[groups.root(first_of(j))].push_back(j);
  std::vector<bool> done(static_cast<std::size_t>(system_->surface_count()), false);
  for (auto& [root, hits] : hits_of) {
    std::erase_if(hits, [&](int j) { return done[static_cast<std::size_t>(j)]; });
    if (hits.empty() || !running() || branches_at_start_) continue;
    // What the right-hand sides read on other sides may bring more.
    Meeting meeting;
    for (std::size_t known = 0; known < hits.size();) {
      known = hits.size();
      meeting = gather(hits);
      for (const int i : meeting.cluster.coordinates) {
        for (const std::vector<int>* list : {&system_->surfaces_at(i), &system_->switches_at(i)}) {
          for (const int j : *list) {
            if (contains(active, j) && !contains(hits, j)) hits = merged(hits, {j});
          }
        }
      }
    }
    for (const int j : hits) done[static_cast<std::size_t>(j)] = true;
    settle(meeting);
  }
  if (!branches_at_start_) return;
  solution_.ambiguous.clear();
  Meeting all = gather(active);
  bring_to(all, start_);
  settle_by_run(all);
}

Solution ClusterRun::along(std::span<const double> x, const Face& face,
                           const std::vector<int>& left) {
  solution_.start.verdict = Verdict::branching;
  solution_.start.active = left;
  solution_.start.sliding = face.sliding;
  for (const int j : left) left_since_[static_cast<std::size_t>(j)] = start_;
  start_at(x, face.signature, face.sliding);
  for (int j = 0; j < system_->surface_count(); ++j) {
    if (system_->is_live(j)) mark({j});
  }
  check_rest();
  integrate();
  finish();
  return std::move(solution_);
}

void ClusterRun::integrate() {
  watch_marked();
  while (running()) {
    const std::optional<Entry> entry = next();
    if (!entry || entry->key >= end_) {
      now_ = end_;
      return;
    }
    now_ = std::max(now_, entry->key);
    if (open_ && now_ - open_->key > window()) flush();
    if (!running()) return;
    bool may_rest = false;
    switch (entry->kind) {
      case Entry::Kind::segment_end: {
        Part& part = *parts_[static_cast<std::size_t>(entry->id)];
        const std::vector<double> x = local_state(part, part.end);
        append_piece(part, part.end);
        for (std::size_t k = 0; k < part.cluster.passive.size(); ++k) {
          settled_[static_cast<std::size_t>(part.cluster.passive[k])] +=
              x[part.cluster.coordinates.size() + k];
        }
        std::vector<double> next_x(x);
        std::fill(next_x.begin() + static_cast<std::ptrdiff_t>(part.cluster.coordinates.size()),
                  next_x.end(), 0.0);
        if (!part.cluster.sliding.empty()) part.field->project(time(part.end), next_x);
        part.origin = part.end;
        advance(part, entry->id, next_x, {});
        mark_surfaces(part.cluster);
        break;
      }
      case Entry::Kind::watch:
        mark({entry->id});
        break;
      default:
        meet(*entry);
        may_rest = true;
    }
    if (!running()) return;
    watch_marked();
    if (may_rest) check_rest();
  }
}

std::optional<ClusterRun::Entry> ClusterRun::next() {
  while (!queue_.empty()) {
    const Entry entry = queue_.top();
    queue_.pop();
    if (!is_stale(entry)) return entry;
  }
  return std::nullopt;
}

bool ClusterRun::is_stale(const Entry& entry) const {
  const bool of_surface = entry.kind == Entry::Kind::hit || entry.kind == Entry::Kind::contact ||
                          entry.kind == Entry::Kind::watch;
  const std::vector<long>& versions = of_surface ? surface_versions_ : part_versions_;
  return versions[static_cast<std::size_t>(entry.id)] != entry.version;
}

void ClusterRun::push(double key, Entry::Kind kind, int id, bool of_surface) {
  const std::vector<long>& versions = of_surface ? surface_versions_ : part_versions_;
  queue_.push({key, kind, id, versions[static_cast<std::size_t>(id)]});
}

/// Call before the surfaces slid on change.
void ClusterRun::record_change(double key, const std::vector<int>& surfaces, bool sliding_changed,
                               bool same) {
  if (starting_) return;
  if (open_ && std::abs(key - open_->key) > window()) flush();
  if (!open_) {
    open_ = {key, surfaces, sliding_count_, sliding_changed, same};
    return;
  }
  open_->surfaces = merged(open_->surfaces, surfaces);
  open_->sliding_changed = open_->sliding_changed || sliding_changed;
  open_->same = open_->same && same;
}

void ClusterRun::flush() {
  if (!open_) return;
  const Change change = std::move(*open_);
  open_.reset();
  EventKind kind = change.same ? EventKind::grazing : EventKind::crossing;
  if (change.sliding_changed) {
    kind = change.sliding_before == 0 ? EventKind::sliding_entry
           : sliding_count_ == 0      ? EventKind::sliding_exit
                                      : EventKind::sliding_change;
  }
  record(time(change.key), kind, change.surfaces);
}

void ClusterRun::record(double t, EventKind kind, std::vector<int> surfaces) {
  solution_.events.push_back(
      {.t = t, .kind = kind, .surfaces = std::move(surfaces), .surface_names = surface_names_});
  if (system_->dimension() <= options_.largest_event_state) {
    Event& event = solution_.events.back();
    event.sliding = sliding();
    event.signature = signature_;
    event.x = state(direction_ * t);
  }
  if (static_cast<long>(solution_.events.size()) >= options_.max_events && running()) {
    stop(Status::failed, fmt::format("more than {} events before t = {:.17g}: raise max_events",
                                     options_.max_events - 1, t));
  }
}

/// Nothing moves any more, and nothing but motion can change that.
void ClusterRun::check_rest() {
  if (moving_ > 0 || !running() || !system_->map().is_autonomous()) return;
  if (!queue_.empty() && queue_.top().key <= now_ + window()) {
    std::optional<Entry> entry = next();
    if (entry) queue_.push(*entry);
    if (entry && entry->key <= now_ + window()) return;
  }
  flush();
  const bool ambiguous = std::any_of(parts_.begin(), parts_.end(),
                                     [](const auto& part) { return part && part->ambiguity >= 0; });
  now_ = end_;
  if (ambiguous) {
    stop(Status::finished,
         "the sliding velocity is not unique: rest is the solution with the selection used");
  } else {
    stop(Status::equilibrium, "at rest: 0 is in the right-hand side and no solution leaves");
  }
}

void ClusterRun::stop(Status status, std::string message) {
  if (!running()) return;
  solution_.status = status;
  solution_.message = std::move(message);
}

void ClusterRun::finish() {
  flush();
  if (running()) stop(Status::finished, "reached the final time");
  solution_.t = time(now_);
  solution_.x = state(now_);
  for (std::size_t number = 0; number < parts_.size(); ++number) {
    if (parts_[number]) retire(static_cast<int>(number), now_);
  }
  std::stable_sort(
      solution_.events.begin(), solution_.events.end(),
      [&](const Event& a, const Event& b) { return direction_ * a.t < direction_ * b.t; });
  solution_.statistics.rhs_evaluations += std::llround(std::ceil(cost_));
  solution_.statistics.events = static_cast<long>(solution_.events.size());
}

std::shared_ptr<const Separable> separable(const Inclusion& inclusion,
                                           const SolverOptions& options) {
  const bool taylor =
      options.stepper == StepperKind::automatic || options.stepper == StepperKind::taylor;
  const auto* map = dynamic_cast<const FilippovMap*>(&inclusion);
  if (!taylor || map == nullptr || map->switch_count() == 0) return nullptr;
  return Separable::of(*map);
}

bool has_many_surfaces(const Inclusion& inclusion) {
  return inclusion.switch_count() >= fewest_surfaces;
}

Solution cluster_run(const std::shared_ptr<const Separable>& system, double t0,
                     std::span<const double> x0, double t1, const SolverOptions& options) {
  return ClusterRun(system, t0, t1, options).from(x0);
}

}  // namespace filippov::detail
