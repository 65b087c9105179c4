#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "../inclusion/restriction.hpp"
#include "cluster_integration.hpp"

namespace filippov::detail {

namespace {

double polynomial(const Eigen::MatrixXd& coefficients, int column, double tau) {
  double value = 0;
  for (Eigen::Index k = coefficients.rows(); k-- > 0;) {
    value = value * tau + coefficients(k, column);
  }
  return value;
}

}  // namespace

/// Lets a cluster fall apart into those that do not depend on one another on the present face.
void ClusterRun::split(const Cluster& cluster, double key, std::span<const double> x, bool resting,
                       std::unique_ptr<FlatFaceField> field) {
  const std::size_t count = cluster.coordinates.size();
  DisjointSets trees(count);
  for (std::size_t k = 0; k < count; ++k) {
    slots_[static_cast<std::size_t>(cluster.coordinates[k])] = static_cast<int>(k);
  }
  const auto local = [&](int i) { return slots_[static_cast<std::size_t>(i)]; };
  for (std::size_t k = 0; k < count; ++k) {
    system_->for_each_read(cluster.coordinates[k], signature_,
                           [&](int i) { trees.unite(static_cast<int>(k), local(i)); });
  }
  for (const int j : cluster.sliding) {
    const Separable::Surface& surface = system_->surface(j);
    for (const int i : surface.reads) trees.unite(local(surface.reads.front()), local(i));
    for (const int i : surface.acts) trees.unite(local(surface.reads.front()), local(i));
  }
  if (trees.count() == 1) {
    add_part(cluster, key, x, resting, std::move(field));
    return;
  }
  std::vector<Cluster> parts;
  std::vector<std::vector<double>> states;
  std::vector<int> number(count, -1);
  for (std::size_t k = 0; k < count; ++k) {
    int& of_tree = number[static_cast<std::size_t>(trees.root(static_cast<int>(k)))];
    if (of_tree < 0) {
      of_tree = static_cast<int>(parts.size());
      parts.emplace_back();
      states.emplace_back();
    }
    number[k] = of_tree;
    parts[static_cast<std::size_t>(of_tree)].coordinates.push_back(cluster.coordinates[k]);
    states[static_cast<std::size_t>(of_tree)].push_back(x[k]);
  }
  for (const int j : cluster.sliding) {
    const int k = local(system_->surface(j).reads.front());
    parts[static_cast<std::size_t>(number[static_cast<std::size_t>(k)])].sliding.push_back(j);
  }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    find_contributions(*system_, parts[p]);
    states[p].resize(static_cast<std::size_t>(parts[p].dimension()), 0.0);
    add_part(std::move(parts[p]), key, states[p], resting, nullptr);
  }
}

void ClusterRun::add_part(Cluster cluster, double key, std::span<const double> x, bool resting,
                          std::unique_ptr<FlatFaceField> field) {
  auto part = std::make_unique<Part>();
  part->cluster = std::move(cluster);
  part->origin = key;
  const std::vector<int>& slid_on = part->cluster.sliding;
  const bool flat = std::all_of(slid_on.begin(), slid_on.end(),
                                [&](int j) { return system_->surface(j).flat(); });
  if (flat && !field) {
    field =
        std::make_unique<FlatFaceField>(*system_, part->cluster, signature_, direction_, slots_);
  }
  double mode_speed = 0;
  std::vector<double> f(x.size());
  const double t = time(key);
  if (field) {
    field->begin(t, x);
    field->velocity(t, x, f);
    mode_speed = field->mode_speed();
    part->field = std::move(field);
  } else {
    part->map =
        std::make_unique<FilippovMap>(restriction(*system_, part->cluster, slid_on, signature_));
    Face face{local_signature(slid_on), {}};
    for (std::size_t k = 0; k < slid_on.size(); ++k) face.sliding.push_back(static_cast<int>(k));
    part->map->selection(t, x, face.signature, f);
    for (const double value : f) mode_speed = std::max(mode_speed, std::abs(value));
    part->field = part->map->face_field(face, direction_);
    part->field->begin(t, x);
    part->field->velocity(t, x, f);
  }
  double speed = 0;
  for (const double value : f) speed = std::max(speed, std::abs(value));
  part->moves =
      !resting && !(system_->map().is_autonomous() && (speed == 0 || speed <= 1e-12 * mode_speed));
  if (part->moves) ++moving_;

  int number = static_cast<int>(parts_.size());
  if (free_numbers_.empty()) {
    parts_.emplace_back();
    part_versions_.push_back(0);
  } else {
    number = free_numbers_.back();
    free_numbers_.pop_back();
  }
  for (std::size_t k = 0; k < part->cluster.coordinates.size(); ++k) {
    const auto i = static_cast<std::size_t>(part->cluster.coordinates[k]);
    part_of_[i] = number;
    place_[i] = static_cast<int>(k);
  }
  std::vector<int> left;
  for (std::size_t k = 0; k < slid_on.size(); ++k) left.push_back(static_cast<int>(k));
  parts_[static_cast<std::size_t>(number)] = std::move(part);
  Part& placed = *parts_[static_cast<std::size_t>(number)];
  for (const int i : placed.cluster.coordinates) {
    for (const int j : system_->surfaces_at(i)) tended_[static_cast<std::size_t>(j)] = 0;
  }
  advance(placed, number, x, left);
  mark_surfaces(placed.cluster);
}

/// One Taylor step of a cluster from x at its origin, as far as its next exit.
void ClusterRun::advance(Part& part, int number, std::span<const double> x,
                         const std::vector<int>& left) {
  ++part_versions_[static_cast<std::size_t>(number)];
  const double remaining = end_ - part.origin;
  part.exit = {};
  const auto hold = [&] {
    part.step.x =
        Eigen::Map<const Eigen::RowVectorXd>(x.data(), static_cast<Eigen::Index>(x.size()));
    part.step.length = std::max(remaining, 0.0);
    part.end = std::max(end_, part.origin);
  };
  if (!part.moves || !(remaining > 0) || !running()) return hold();
  double norm = 0;
  for (const double value : x) norm = std::hypot(norm, value);
  if (!(norm <= options_.escape_norm)) {
    stop(Status::escape, fmt::format("|x| = {:.3g} exceeds {:.3g} at t = {:.17g}", norm,
                                     options_.escape_norm, time(part.origin)));
    return hold();
  }
  if (++solution_.statistics.steps > options_.max_steps) {
    stop(Status::failed, fmt::format("more than {} steps before t = {:.17g}: loosen the "
                                     "tolerances or choose a stiff stepper",
                                     options_.max_steps, time(part.origin)));
    return hold();
  }
  const long before = part.field->evaluations();
  if (!stepper_.step(*part.field, time(part.origin), x, std::min(remaining, options_.max_step),
                     part.step)) {
    stop(Status::failed, stepper_.failure());
    return hold();
  }
  cost_ += static_cast<double>(part.field->evaluations() - before) * part.cluster.dimension() /
           system_->dimension();
  const std::vector<Monitor>& monitors = part.field->monitors();
  for (std::size_t m = 0; m < monitors.size(); ++m) {
    // Surfaces are watched by the queue.
    if (monitors[m].kind != Monitor::Kind::surface) continue;
    part.step.monitors.col(static_cast<Eigen::Index>(m)).setZero();
  }
  part.exit = find_event(*part.field, part.step, left, stepper_.relative_tolerance());
  Eigen::Index rows = part.step.x.rows();
  while (rows > 1 && part.step.x.row(rows - 1).isZero(0)) --rows;
  if (rows < part.step.x.rows()) part.step.x = Eigen::MatrixXd(part.step.x.topRows(rows));
  if (part.exit.kind == StepEvent::Kind::hit) refine_exit(part, x);
  // What happens at the final time itself belongs to whoever goes on from there.
  if (part.exit.tau >= (1 - 1e-13) * remaining) part.exit = {};
  const bool whole = part.exit.kind == StepEvent::Kind::none;
  const double length = whole ? part.step.length : part.exit.tau;
  part.end = length >= remaining ? end_ : part.origin + length;
  switch (part.exit.kind) {
    case StepEvent::Kind::hit:
      push(part.end, Entry::Kind::exit, number, false);
      break;
    case StepEvent::Kind::grazing:
      push(part.end, Entry::Kind::contact_exit, number, false);
      break;
    default:
      if (part.end < end_) push(part.end, Entry::Kind::segment_end, number, false);
  }
  if (part.exit.kind != StepEvent::Kind::hit && part.exit.kind != StepEvent::Kind::grazing) {
    part.step.monitors.resize(0, 0);
  }
}

/// Newton's method on the exit function, at states of full accuracy.
void ClusterRun::refine_exit(Part& part, std::span<const double> x) {
  const int m = part.exit.hits.front();
  const auto column = part.step.monitors.col(m);
  std::vector<double> there(x.size());
  std::vector<double> values(part.field->monitors().size());
  double tau = part.exit.tau;
  constexpr int iterations = 6;
  for (int i = 0; i < iterations; ++i) {
    double slope = 0;
    for (Eigen::Index k = column.size() - 1; k > 0; --k) {
      slope = slope * tau + static_cast<double>(k) * column(k);
    }
    for (std::size_t k = 0; k < there.size(); ++k) {
      there[k] = polynomial(part.step.x, static_cast<int>(k), tau);
    }
    part.field->monitor_values(time(part.origin + tau), there, values);
    const double correction = -values[static_cast<std::size_t>(m)] / slope;
    if (!(std::abs(correction) <= 1e-3 * part.step.length)) break;
    tau = std::clamp(tau + correction, 0.0, part.step.length);
    if (std::abs(correction) <= 1e-15 * std::max(std::abs(part.origin), part.step.length)) break;
  }
  part.exit.tau = tau;
}

/// Ends a cluster at `key`: what it has added to passive components stays.
void ClusterRun::retire(int number, double key) {
  Part& part = *parts_[static_cast<std::size_t>(number)];
  const std::vector<double> x = local_state(part, key);
  append_piece(part, key);
  for (std::size_t k = 0; k < part.cluster.passive.size(); ++k) {
    settled_[static_cast<std::size_t>(part.cluster.passive[k])] +=
        x[part.cluster.coordinates.size() + k];
  }
  for (std::size_t k = 0; k < part.cluster.coordinates.size(); ++k) {
    double& scale = scale_[static_cast<std::size_t>(part.cluster.coordinates[k])];
    scale = std::max(scale, std::abs(x[k]));
  }
  if (part.ambiguity >= 0) {
    solution_.ambiguous[static_cast<std::size_t>(part.ambiguity)].to = time(now_);
  }
  if (part.moves) --moving_;
  ++part_versions_[static_cast<std::size_t>(number)];
  parts_[static_cast<std::size_t>(number)].reset();
  free_numbers_.push_back(number);
}

void ClusterRun::append_piece(const Part& part, double key) {
  if (!options_.keep_trajectory || key == part.origin) return;
  ComponentPiece piece;
  piece.t0 = time(part.origin);
  piece.t1 = time(key);
  piece.components = part.cluster.coordinates;
  const auto own = static_cast<Eigen::Index>(part.cluster.coordinates.size());
  piece.coefficients = part.step.x.leftCols(own);
  if (!part.cluster.passive.empty()) {
    piece.recorded = part.cluster.passive;
    piece.contributions = part.step.x.rightCols(part.step.x.cols() - own);
    piece.contributions.row(0).setZero();
  }
  solution_.trajectory.append_piece(std::move(piece));
}

void ClusterRun::mark(const std::vector<int>& surfaces) {
  for (const int j : surfaces) {
    if (marked_[static_cast<std::size_t>(j)]) continue;
    marked_[static_cast<std::size_t>(j)] = 1;
    marked_list_.push_back(j);
  }
}

void ClusterRun::mark_surfaces(const Cluster& cluster) {
  for (const int i : cluster.coordinates) mark(system_->surfaces_at(i));
}

void ClusterRun::watch_marked() {
  for (const int j : marked_list_) {
    marked_[static_cast<std::size_t>(j)] = 0;
    watch(j);
  }
  marked_list_.clear();
}

/// Puts the next event of a surface into the queue.
void ClusterRun::watch(int j) {
  const auto k = static_cast<std::size_t>(j);
  ++surface_versions_[k];
  next_hit_[k] = never;
  if (slides_[k] || tended_[k]) return;
  double from = now_;
  double to = end_;
  for (const int i : system_->surface(j).reads) {
    const Part& part = part_at(i);
    from = std::max(from, part.origin);
    to = std::min(to, part.end);
  }
  // The cluster that ends first takes its next step now.
  if (!(to > from)) return;
  surfaces_.begin(j, time(from), to - from);
  for (const int i : system_->surface(j).reads) {
    const Part& part = part_at(i);
    surfaces_.add(part.step.x, place_[static_cast<std::size_t>(i)], from - part.origin);
  }
  const bool left = from == left_since_[k];
  const SurfaceEvent event = surfaces_.search(signature_[k], left);
  const double key = from + event.place;
  if (event.kind == SurfaceEvent::Kind::none) return;
  if (event.kind == SurfaceEvent::Kind::look_again) {
    push(key, Entry::Kind::watch, j, true);
    return;
  }
  // What happens at the final time itself belongs to whoever goes on from there.
  if (event.place >= (1 - 1e-13) * (end_ - from)) return;
  const bool hit = event.kind == SurfaceEvent::Kind::hit;
  if (hit) next_hit_[k] = key;
  push(key, hit ? Entry::Kind::hit : Entry::Kind::contact, j, true);
}

std::vector<double> ClusterRun::local_state(const Part& part, double key) const {
  std::vector<double> x(static_cast<std::size_t>(part.step.x.cols()));
  for (std::size_t k = 0; k < x.size(); ++k) {
    x[k] = polynomial(part.step.x, static_cast<int>(k), key - part.origin);
  }
  return x;
}

double ClusterRun::coordinate(int i, double key) const {
  const Part& part = *parts_[static_cast<std::size_t>(part_of_[static_cast<std::size_t>(i)])];
  return polynomial(part.step.x, place_[static_cast<std::size_t>(i)], key - part.origin);
}

std::vector<double> ClusterRun::state(double key) const {
  std::vector<double> x = settled_;
  for (const std::unique_ptr<Part>& part : parts_) {
    if (!part) continue;
    const std::vector<double> local = local_state(*part, key);
    const std::size_t own = part->cluster.coordinates.size();
    for (std::size_t k = 0; k < own; ++k) {
      x[static_cast<std::size_t>(part->cluster.coordinates[k])] += local[k];
    }
    for (std::size_t k = 0; k < part->cluster.passive.size(); ++k) {
      x[static_cast<std::size_t>(part->cluster.passive[k])] += local[own + k];
    }
  }
  return x;
}

std::vector<int> ClusterRun::sliding() const {
  std::vector<int> list;
  for (std::size_t j = 0; j < slides_.size(); ++j) {
    if (slides_[j]) list.push_back(static_cast<int>(j));
  }
  return list;
}

Signature ClusterRun::local_signature(const std::vector<int>& surfaces) const {
  Signature signs;
  for (const int j : surfaces) signs.push_back(signature_[static_cast<std::size_t>(j)]);
  return signs;
}

void ClusterRun::set_sliding(int j, bool slides) {
  char& flag = slides_[static_cast<std::size_t>(j)];
  sliding_count_ += (slides ? 1 : 0) - (flag ? 1 : 0);
  flag = slides ? 1 : 0;
}

}  // namespace filippov::detail
