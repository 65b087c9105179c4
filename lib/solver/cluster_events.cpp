#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "../inclusion/restriction.hpp"
#include "cluster_integration.hpp"
#include "local_geometry.hpp"

namespace filippov::detail {

namespace {

/// Multipliers this close to a bound, or rates this small, are left to the local Run.
constexpr int most_events_at_one_time = 20;

}  // namespace

void ClusterRun::meet(const Entry& first) {
  Meeting found;
  add_hit(first, found);
  Meeting meeting = gather(found.hits);
  // What happens to the same clusters at the same time is one event.
  for (bool grown = true; grown;) {
    const std::size_t before = found.hits.size();
    for (const int number : meeting.parts) {
      const Part& part = *parts_[static_cast<std::size_t>(number)];
      const StepEvent::Kind kind = part.exit.kind;
      if (part.end > now_ + window()) continue;
      if (kind == StepEvent::Kind::hit) add_hit({0, Entry::Kind::exit, number, 0}, found);
      if (kind == StepEvent::Kind::grazing) {
        add_hit({0, Entry::Kind::contact_exit, number, 0}, found);
      }
    }
    for (const int i : meeting.cluster.coordinates) {
      for (const std::vector<int>* list : {&system_->surfaces_at(i), &system_->switches_at(i)}) {
        for (const int j : *list) {
          if (next_hit_[static_cast<std::size_t>(j)] > now_ + window()) continue;
          add_hit({0, Entry::Kind::hit, j, 0}, found);
        }
      }
    }
    grown = found.hits.size() > before;
    if (grown) meeting = gather(found.hits);
  }
  meeting.contact = found.contact && found.hits.size() == 1;
  meeting.exits = found.exits;
  for (const int j : meeting.hits) {
    const auto k = static_cast<std::size_t>(j);
    hits_at_one_time_[k] = last_hit_[k] == now_ ? hits_at_one_time_[k] + 1 : 0;
    last_hit_[k] = now_;
    ++hit_count_[k];
    if (hits_at_one_time_[k] > most_events_at_one_time) {
      stop(Status::undecided,
           fmt::format("more than {} events at t = {:.17g}", most_events_at_one_time, time(now_)));
      return;
    }
  }
  settle(meeting);
  if (running()) watch_accumulation(meeting);
}

void ClusterRun::add_hit(const Entry& entry, Meeting& meeting) const {
  if (entry.kind == Entry::Kind::hit || entry.kind == Entry::Kind::contact) {
    meeting.hits = merged(meeting.hits, {entry.id});
    meeting.contact = meeting.contact || entry.kind == Entry::Kind::contact;
    return;
  }
  meeting.exits = true;
  meeting.contact = meeting.contact || entry.kind == Entry::Kind::contact_exit;
  const Part& part = *parts_[static_cast<std::size_t>(entry.id)];
  for (const int m : part.exit.hits) {
    const int local = part.field->monitors()[static_cast<std::size_t>(m)].surface;
    meeting.hits = merged(meeting.hits, {part.cluster.sliding[static_cast<std::size_t>(local)]});
  }
}

/// The clusters that the surfaces are watched by or act on. Every coordinate that the right-hand
/// side of one of them may read when the surfaces have other signs is in one of them.
Meeting ClusterRun::gather(const std::vector<int>& hits) {
  Meeting meeting;
  meeting.key = now_;
  meeting.hits = hits;
  std::vector<std::pair<int, signed char>> freed;
  const auto set_free = [&](int j) {
    signed char& sign = signature_[static_cast<std::size_t>(j)];
    if (sign == 0) return;
    freed.emplace_back(j, sign);
    sign = 0;
  };
  gathered_.resize(parts_.size(), 0);
  const long gathering = ++gatherings_;
  std::vector<int> open;
  const auto add = [&](int i) {
    const int number = part_of_[static_cast<std::size_t>(i)];
    long& last = gathered_[static_cast<std::size_t>(number)];
    if (last == gathering) return;
    last = gathering;
    meeting.parts.push_back(number);
    open.push_back(number);
  };
  for (const int j : hits) {
    set_free(j);
    for (const int i : system_->surface(j).reads) add(i);
    for (const int i : system_->surface(j).acts) add(i);
  }
  std::vector<int> conditional;
  for (std::size_t next = 0; next < open.size();) {
    const Part& part = *parts_[static_cast<std::size_t>(open[next++])];
    for (const int j : part.cluster.sliding) set_free(j);
    for (const int i : part.cluster.coordinates) {
      if (system_->is_conditional(i)) conditional.push_back(i);
    }
    if (next < open.size()) continue;
    for (const int i : conditional) system_->for_each_read(i, signature_, add);
  }
  for (const auto& [j, sign] : freed) signature_[static_cast<std::size_t>(j)] = sign;
  std::sort(meeting.parts.begin(), meeting.parts.end());
  for (const int number : meeting.parts) {
    const Cluster& cluster = parts_[static_cast<std::size_t>(number)]->cluster;
    Cluster& all = meeting.cluster;
    all.coordinates.insert(all.coordinates.end(), cluster.coordinates.begin(),
                           cluster.coordinates.end());
    all.sliding.insert(all.sliding.end(), cluster.sliding.begin(), cluster.sliding.end());
    all.passive.insert(all.passive.end(), cluster.passive.begin(), cluster.passive.end());
  }
  for (std::vector<int>* list :
       {&meeting.cluster.coordinates, &meeting.cluster.sliding, &meeting.cluster.passive}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return meeting;
}

/// The local state of all clusters of the meeting at `key`.
void ClusterRun::bring_to(Meeting& meeting, double key) {
  meeting.key = key;
  meeting.x.assign(static_cast<std::size_t>(meeting.cluster.dimension()), 0.0);
  for (const int number : meeting.parts) {
    const Part& part = *parts_[static_cast<std::size_t>(number)];
    const std::vector<double> x = local_state(part, key);
    const std::size_t own = part.cluster.coordinates.size();
    for (std::size_t k = 0; k < own; ++k) {
      meeting.x[static_cast<std::size_t>(
          position(meeting.cluster.coordinates, part.cluster.coordinates[k]))] = x[k];
    }
    for (std::size_t k = 0; k < part.cluster.passive.size(); ++k) {
      meeting.x[meeting.cluster.coordinates.size() +
                static_cast<std::size_t>(
                    position(meeting.cluster.passive, part.cluster.passive[k]))] += x[own + k];
    }
  }
}

void ClusterRun::settle(Meeting& meeting) {
  // A cluster that has gone on from a limit of events is a little ahead.
  double key = now_;
  for (const int number : meeting.parts) {
    key = std::max(key, parts_[static_cast<std::size_t>(number)]->origin);
  }
  bring_to(meeting, key);
  if (meeting.contact || meeting.exits || !settle_flat(meeting)) settle_by_run(meeting);
  mark(meeting.hits);
}

/// Decides by the matrix of the surfaces; false where that is not enough.
bool ClusterRun::settle_flat(Meeting& meeting) {
  const auto& surface = [&](int j) -> const Separable::Surface& { return system_->surface(j); };
  Cluster sliding = meeting.cluster;
  std::vector<int> jumping;
  std::vector<int> crossed;  // where f does not jump
  for (const int j : meeting.hits) {
    if (!surface(j).is_affine) return false;
    if (!surface(j).jumps) {
      crossed.push_back(j);
    } else if (!surface(j).has_constant_column) {
      return false;
    } else {
      jumping.push_back(j);
    }
  }
  sliding.sliding = merged(sliding.sliding, jumping);
  for (const int j : sliding.sliding) {
    if (!surface(j).flat()) return false;
  }
  // Signs are changed here and put back when the decision is left to others.
  std::vector<std::pair<int, signed char>> before;
  const auto set_sign = [&](int j, double side) {
    signed char& sign = signature_[static_cast<std::size_t>(j)];
    before.emplace_back(j, sign);
    sign = static_cast<signed char>(side > 0 ? 1 : -1);
  };
  const auto give_up = [&] {
    for (std::size_t k = before.size(); k-- > 0;) {
      signature_[static_cast<std::size_t>(before[k].first)] = before[k].second;
    }
    return false;
  };
  if (is_close_by(meeting)) return false;
  if (meeting.key == start_ && !crossed.empty()) return false;  // either side may be the new one
  for (const int j : crossed) set_sign(j, -signature_[static_cast<std::size_t>(j)]);
  const double t = time(meeting.key);
  auto field = std::make_unique<FlatFaceField>(*system_, sliding, signature_, direction_, slots_);
  if (!field->is_definite()) return give_up();
  std::vector<double> x = meeting.x;
  field->project(t, x);
  for (std::size_t k = 0; k < sliding.coordinates.size(); ++k) {
    // What is left of a coordinate that the projection cancels: not even a rounding.
    const double scale = scale_[static_cast<std::size_t>(sliding.coordinates[k])];
    if (std::abs(x[k]) < 1e-30 * scale) x[k] = 0;
  }
  std::vector<double> f(x.size());
  field->velocity(t, x, f);
  const Eigen::VectorXd& u = field->last_multipliers();
  // Where nothing changes with time a multiplier at its bound stays there: the rate beyond is zero,
  // and with a definite matrix the surfaces stay where they are.
  const auto slides = [](const FlatFaceField& on, double size) {
    return size < 1 - tie_tolerance ||
           (on.is_constant() && size <= 1 + FlatFaceField::bound_rounding);
  };
  std::vector<int> leaving;
  for (std::size_t k = 0; k < sliding.sliding.size(); ++k) {
    const double size = std::abs(u(static_cast<Eigen::Index>(k)));
    if (slides(*field, size)) continue;
    const int j = sliding.sliding[k];
    if (!(size > 1 + tie_tolerance) || !contains(meeting.hits, j)) return give_up();
    leaving.push_back(j);
    set_sign(j, u(static_cast<Eigen::Index>(k)));
  }
  if (!leaving.empty()) {
    sliding.sliding = without(sliding.sliding, leaving);
    field = std::make_unique<FlatFaceField>(*system_, sliding, signature_, direction_, slots_);
    field->velocity(t, x, f);
    const Eigen::VectorXd& rest = field->last_multipliers();
    if (rest.size() > 0 && !slides(*field, rest.cwiseAbs().maxCoeff())) return give_up();
  }
  // The sides entered are entered with strictly positive speed.
  for (const int j : merged(crossed, leaving)) {
    double rate = direction_ * surface(j).time_rate;
    double size = std::abs(surface(j).time_rate);
    for (const auto& [i, slope] : surface(j).gradient) {
      const auto k = static_cast<std::size_t>(position(sliding.coordinates, i));
      rate += slope * f[k];
      size += std::abs(slope) * std::max(std::abs(f[k]), field->mode_speed());
    }
    const double outward = signature_[static_cast<std::size_t>(j)] * rate;
    if (!(outward > tie_tolerance * size)) return give_up();
  }
  // At rest more may happen where f is not Lipschitz continuous.
  const bool rests = std::all_of(f.begin(), f.end(), [&](double value) {
    return std::abs(value) <= 1e-12 * field->mode_speed();
  });
  if (rests && !field->is_lipschitz()) return give_up();

  const bool visible = std::any_of(meeting.hits.begin(), meeting.hits.end(),
                                   [&](int j) { return surface(j).jumps; });
  const bool changed = meeting.cluster.sliding != sliding.sliding;
  const bool same = !changed && std::all_of(before.begin(), before.end(), [&](const auto& sign) {
    return signature_[static_cast<std::size_t>(sign.first)] == sign.second;
  });
  if (visible || changed) record_change(meeting.key, meeting.hits, changed, same);
  for (const int number : meeting.parts) retire(number, meeting.key);
  for (const int j : sliding.sliding) set_sliding(j, true);
  for (const int j : meeting.hits) left_since_[static_cast<std::size_t>(j)] = meeting.key;
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(sliding.coordinates.size()), x.end(), 0.0);
  meeting.cluster.sliding = sliding.sliding;
  meeting.x = x;
  split(sliding, meeting.key, x, false, std::move(field));
  return true;
}

/// Whether a surface reached was almost reached all the time: it may be tended to only.
bool ClusterRun::is_close_by(const Meeting& meeting) const {
  double origin = start_;
  for (const int number : meeting.parts) {
    origin = std::max(origin, parts_[static_cast<std::size_t>(number)]->origin);
  }
  if (meeting.key - origin <= window()) return false;
  double size = 0;
  for (const int i : meeting.cluster.coordinates) {
    size = std::max(size, scale_[static_cast<std::size_t>(i)]);
  }
  return std::any_of(meeting.hits.begin(), meeting.hits.end(), [&](int j) {
    const Separable::Surface& surface = system_->surface(j);
    double h = surface.offset + surface.time_rate * time(origin);
    for (const auto& [i, slope] : surface.gradient) h += slope * coordinate(i, origin);
    return std::abs(h) <= 1e-9 * size;
  });
}

/// Decides by an ordinary run of the local problem: from a little before, through the event.
void ClusterRun::settle_by_run(Meeting& meeting) {
  const std::vector<int> free = merged(meeting.cluster.sliding, meeting.hits);
  double origin = start_;
  double end = end_;
  for (const int number : meeting.parts) {
    origin = std::max(origin, parts_[static_cast<std::size_t>(number)]->origin);
  }
  const FilippovMap map = restriction(*system_, meeting.cluster, free, signature_);
  Face face{local_signature(free), {}};
  for (std::size_t k = 0; k < free.size(); ++k) {
    if (contains(meeting.cluster.sliding, free[k])) face.sliding.push_back(static_cast<int>(k));
  }
  SolverOptions options = options_;
  options.largest_event_state = std::numeric_limits<int>::max();
  if (options.branches == BranchPolicy::all) options.branches = BranchPolicy::stop;
  if (now_ - origin <= window()) {
    // Nothing to run through.
    std::vector<int> active;
    for (std::size_t k = 0; k < free.size(); ++k) active.push_back(static_cast<int>(k));
    Face through{face.signature, active};
    std::vector<double> x = meeting.x;
    map.face_field(through, direction_)->project(time(meeting.key), x);
    double size = 0;
    for (const int i : meeting.cluster.coordinates) {
      size = std::max(size, scale_[static_cast<std::size_t>(i)]);
    }
    LocalPoint point{time(meeting.key), x, face.signature, active, size};
    depart(meeting, free, settle_start(map, point, time(end), options));
    return;
  }
  bring_to(meeting, 0.5 * (origin + now_));
  end = std::min(end_, now_ + 1e-6 * (now_ - origin));
  depart(meeting, free, run_to_event(map, time(meeting.key), meeting.x, face, time(end), options));
}

/// Takes over what a local run has found.
void ClusterRun::depart(const Meeting& meeting, const std::vector<int>& free,
                        const Departure& departure) {
  const Solution& found = departure.solution;
  if (starting_ && !branches_at_start_ && found.start.verdict == Verdict::branching) {
    branches_at_start_ = true;  // to be decided with all others
    return;
  }
  const double key = direction_ * departure.t;
  const auto global = [&](const std::vector<int>& local) {
    std::vector<int> surfaces;
    for (const int k : local) surfaces.push_back(free[static_cast<std::size_t>(k)]);
    return surfaces;
  };
  // The run may have found the event a little earlier; nothing else happens before.
  now_ = std::min(now_, key);
  Cluster cluster = meeting.cluster;
  const std::vector<int> slid_on = global(departure.face.sliding);
  const bool sliding_changed = slid_on != cluster.sliding;
  const bool same = !sliding_changed && local_signature(free) == departure.face.signature;
  const auto stands_alone = [](const Event& event) {
    return event.kind == EventKind::grazing || event.kind == EventKind::branching ||
           event.kind == EventKind::accumulation;
  };
  if (std::any_of(found.events.begin(), found.events.end(), stands_alone)) flush();
  for (const Event& event : found.events) {
    if (stands_alone(event)) continue;
    record_change(direction_ * event.t, global(event.surfaces), sliding_changed, same);
  }
  // A decision without a run records nothing.
  const bool visible = std::any_of(meeting.hits.begin(), meeting.hits.end(),
                                   [&](int j) { return system_->surface(j).jumps; });
  if (!departure.event && found.events.empty() && !same && (visible || sliding_changed)) {
    const std::vector<int> gone = without(cluster.sliding, slid_on);
    record_change(key, merged(meeting.hits, merged(gone, without(slid_on, cluster.sliding))),
                  sliding_changed, same);
  }

  // A branching point is described by what holds before it.
  if (starting_ && branches_at_start_) {
    for (const int j : cluster.sliding) set_sliding(j, false);
  }
  for (const Event& event : found.events) {
    if (event.kind == EventKind::branching) record(event.t, event.kind, global(event.surfaces));
  }
  for (const int number : meeting.parts) retire(number, meeting.key);
  for (const Segment& segment : found.trajectory.segments()) {
    // A rest for ever may yet be disturbed: it is the segment of the new cluster.
    if (departure.resting && segment.t0 == departure.t) continue;
    Part piece;
    piece.cluster = cluster;
    piece.origin = direction_ * segment.t0;
    piece.step.x = segment.coefficients;
    append_piece(piece, direction_ * segment.t1);
  }
  cost_ += static_cast<double>(found.statistics.rhs_evaluations) * cluster.dimension() /
           system_->dimension();
  solution_.statistics.steps += found.statistics.steps;
  solution_.statistics.jacobian_evaluations += found.statistics.jacobian_evaluations;

  for (const int j : cluster.sliding) set_sliding(j, false);
  for (const int j : slid_on) set_sliding(j, true);
  for (std::size_t k = 0; k < free.size(); ++k) {
    signature_[static_cast<std::size_t>(free[k])] = departure.face.signature[k];
  }
  for (const int j : global(departure.left)) left_since_[static_cast<std::size_t>(j)] = key;
  cluster.sliding = slid_on;
  const std::size_t own = cluster.coordinates.size();
  std::vector<double> x = departure.x;
  for (std::size_t k = 0; k < cluster.passive.size(); ++k) {
    // The run began with what the clusters had added by then.
    settled_[static_cast<std::size_t>(cluster.passive[k])] += x[own + k] - meeting.x[own + k];
    x[own + k] = 0;
  }
  const bool ends = found.status != Status::not_solved && !departure.resting;
  split(cluster, key, x, departure.resting || ends, nullptr);
  for (const int j : global(departure.tended)) tended_[static_cast<std::size_t>(j)] = 1;
  if (departure.ambiguity) {
    Ambiguity ambiguity = *departure.ambiguity;
    ambiguity.from = departure.t;
    ambiguity.surfaces = global(ambiguity.surfaces);
    const int slid = ambiguity.surfaces.front();
    part_at(system_->surface(slid).reads.front()).ambiguity =
        static_cast<int>(solution_.ambiguous.size());
    solution_.ambiguous.push_back(std::move(ambiguity));
  }
  for (const Event& event : found.events) {
    if (!stands_alone(event) || event.kind == EventKind::branching) continue;
    record(event.t, event.kind, global(event.surfaces));
  }
  if (starting_ && found.start.verdict != Verdict::unique) {
    solution_.start.verdict = found.start.verdict;
  }
  if (!ends || !running()) return;
  now_ = std::max(now_, key);
  if (found.status == Status::branching) branch(meeting, free, departure);
  flush();
  stop(found.status, found.message);
}

/// Names every continuation of the point where the local run stopped, and follows it if asked to.
void ClusterRun::branch(const Meeting& meeting, const std::vector<int>& free,
                        const Departure& departure) {
  const double key = direction_ * departure.t;
  const std::vector<double> x = state(key);
  const std::vector<int> others = without(sliding(), free);
  for (const Continuation& c : departure.solution.continuations) {
    Face face{signature_, others};
    for (std::size_t k = 0; k < free.size(); ++k) {
      face.signature[static_cast<std::size_t>(free[k])] = c.face.signature[k];
    }
    std::vector<int> slid_on;
    for (const int k : c.face.sliding) slid_on.push_back(free[static_cast<std::size_t>(k)]);
    face.sliding = merged(others, slid_on);
    Eigen::VectorXd velocity(system_->dimension());
    const std::unique_ptr<FaceField> field = system_->map().face_field(face, direction_);
    field->begin(time(key), x);
    field->velocity(time(key), x, {velocity.data(), x.size()});
    // What rests is this cluster only.
    Continuation::Kind kind = c.kind;
    if (kind == Continuation::Kind::rest && !velocity.isZero(0)) {
      kind = face.sliding.empty() ? Continuation::Kind::leave : Continuation::Kind::slide;
    }
    solution_.continuations.push_back({kind, face, (direction_ * velocity).array() + 0.0});
    if (options_.branches != BranchPolicy::all) continue;
    ClusterRun run(system_, time(key), time(end_), options_);
    solution_.branches.push_back(run.along(x, face, merged(meeting.hits, slid_on)));
  }
}

/// Recognises cycles of events that repeat ever faster and goes on from their limit.
void ClusterRun::watch_accumulation(const Meeting& meeting) {
  constexpr int fewest_hits = 1;
  const auto often = [&](int j) { return hit_count_[static_cast<std::size_t>(j)] > fewest_hits; };
  if (!std::any_of(meeting.hits.begin(), meeting.hits.end(), often)) return;
  const std::vector<int>& coordinates = meeting.cluster.coordinates;
  const auto [guard, created] =
      guards_.try_emplace(coordinates.front(), AccumulationGuard(time(start_)));
  std::size_t& size = guarded_size_[coordinates.front()];
  if (size != coordinates.size()) guard->second.reset();
  size = coordinates.size();
  Event event;
  event.t = time(part_at(coordinates.front()).origin);
  event.surfaces = meeting.hits;
  for (const int i : coordinates) event.x.push_back(coordinate(i, direction_ * event.t));
  std::vector<int> free = merged(meeting.cluster.sliding, meeting.hits);
  for (const int j : free) {
    if (slides_[static_cast<std::size_t>(j)]) event.sliding.push_back(j);
  }
  event.signature = local_signature(free);
  std::optional<AccumulationPoint> limit = guard->second.add(event);
  if (!limit) return;
  guard->second.reset();
  if (direction_ * limit->t >= end_) return;
  Meeting now = gather(meeting.hits);
  free = merged(free, merged(now.cluster.sliding, limit->surfaces));
  double key = now_;
  for (const int number : now.parts) {
    key = std::max(key, parts_[static_cast<std::size_t>(number)]->origin);
  }
  bring_to(now, key);
  if (now.cluster.coordinates != coordinates) return;
  limit->x.resize(now.x.size(), 0.0);
  for (int& j : limit->surfaces) j = position(free, j);
  Face face{local_signature(free), {}};
  for (std::size_t k = 0; k < free.size(); ++k) {
    if (contains(now.cluster.sliding, free[k])) face.sliding.push_back(static_cast<int>(k));
  }
  SolverOptions options = options_;
  options.largest_event_state = std::numeric_limits<int>::max();
  const FilippovMap map = restriction(*system_, now.cluster, free, signature_);
  depart(now, free, settle_limit(map, time(key), now.x, face, *limit, time(end_), options));
}

}  // namespace filippov::detail
