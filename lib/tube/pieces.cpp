#include "pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "../arithmetic/upward_interval.hpp"
#include "tube_run.hpp"

namespace filippov::detail {

namespace {

using Box = std::vector<Interval>;

/// A part of the initial box with its tube, and how to split it.
struct Piece {
  Tube tube;
  bool good = false;
  int direction = 0;
  int stuck = 0;  ///< how many times in a row splitting has taken the tube no further
};

Piece run_piece(const FilippovMap& map, EnclosureProblem problem, Box box,
                const EnclosureOptions& options, TubeFormulas& formulas) {
  const UpwardScope scope;
  problem.x0 = std::move(box);
  TubeRun run(map, problem, options, formulas);
  Piece piece;
  piece.tube = run.run();
  const bool ended =
      piece.tube.status == TubeStatus::finished || piece.tube.uniqueness.proof == Proof::refuted;
  piece.good = ended && !(run.inflation() > options.split_above);
  piece.direction = run.most_influential();
  return piece;
}

Box hull_of(Box a, const Box& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = hull(a[i], b[i]);
  return a;
}

/// Contains the solutions of a piece at time t, which it reaches.
Box box_at(const Tube& tube, double t) {
  if (t == tube.t) return tube.box;
  Box box;
  for (const TubeSegment& segment : tube.segments) {
    if (t < std::min(segment.t0, segment.t1) || t > std::max(segment.t0, segment.t1)) continue;
    box = box.empty() ? segment.box : hull_of(std::move(box), segment.box);
  }
  return box.empty() ? tube.x0 : box;
}

bool same_event(const TubeEvent& a, const TubeEvent& b) {
  return a.kind == b.kind && a.surfaces == b.surfaces && a.sliding == b.sliding &&
         a.signature == b.signature;
}

/// The events that all pieces have in common, up to the first that differs.
std::vector<TubeEvent> common_events(const std::vector<Tube>& pieces) {
  std::vector<TubeEvent> events = pieces.front().events;
  for (const Tube& piece : pieces) {
    std::size_t same = 0;
    while (same < events.size() && same < piece.events.size() &&
           same_event(events[same], piece.events[same])) {
      events[same].window = hull(events[same].window, piece.events[same].window);
      events[same].box = hull_of(std::move(events[same].box), piece.events[same].box);
      ++same;
    }
    events.resize(same);
  }
  return events;
}

Tube joined(std::vector<Tube> pieces, const EnclosureProblem& problem, bool keep_segments) {
  Tube tube;
  tube.status = TubeStatus::finished;
  tube.message = "the final time was reached";
  if (pieces.size() > 1) tube.message += fmt::format(", in {} pieces", pieces.size());
  tube.uniqueness = {Proof::certified, {}};
  tube.t = problem.t1;
  tube.x0 = problem.x0;
  tube.surface_names = pieces.front().surface_names;
  for (const Tube& piece : pieces) {
    if (piece.status == TubeStatus::stopped &&
        std::abs(piece.t - problem.t0) <= std::abs(tube.t - problem.t0)) {
      tube.status = TubeStatus::stopped;
      tube.t = piece.t;
      tube.message = piece.message;
      if (tube.uniqueness.proof == Proof::undecided) tube.uniqueness = piece.uniqueness;
      if (pieces.size() > 1) {
        tube.message += fmt::format(" (one of {} pieces of the initial box)", pieces.size());
      }
    }
    const bool worse =
        piece.uniqueness.proof == Proof::refuted || tube.uniqueness.proof == Proof::certified;
    if (piece.uniqueness.proof != Proof::certified && worse) {
      tube.uniqueness = piece.uniqueness;
      if (piece.uniqueness.proof == Proof::refuted && pieces.size() > 1) {
        tube.uniqueness.reason += " (of one of the pieces of it)";
      }
    }
  }
  for (const Tube& piece : pieces) {
    Box box = box_at(piece, tube.t);
    tube.box = tube.box.empty() ? std::move(box) : hull_of(std::move(tube.box), box);
  }
  tube.events = common_events(pieces);
  if (!keep_segments) {
    for (Tube& piece : pieces) piece.segments.clear();
  }
  tube.pieces = std::move(pieces);
  return tube;
}

}  // namespace

Tube enclose_in_pieces(const FilippovMap& map, const EnclosureProblem& problem,
                       const EnclosureOptions& options, TubeFormulas& formulas) {
  Piece whole = run_piece(map, problem, problem.x0, options, formulas);
  const bool is_point = std::all_of(problem.x0.begin(), problem.x0.end(),
                                    [](const Interval& entry) { return entry.is_point(); });
  if (whole.good || is_point || options.max_pieces <= 1) return std::move(whole.tube);

  EnclosureOptions with_segments = options;
  with_segments.keep_segments = true;
  std::vector<Tube> done;
  std::deque<Piece> open;
  open.push_back(std::move(whole));
  constexpr long most_stuck = 8;
  const auto wide = std::count_if(problem.x0.begin(), problem.x0.end(),
                                  [](const Interval& entry) { return !entry.is_point(); });
  long steps = 0;  // of all pieces; where they creep, more of them would not help
  while (!open.empty()) {
    Piece piece = std::move(open.front());
    open.pop_front();
    steps += static_cast<long>(piece.tube.segments.size());
    const auto direction = static_cast<std::size_t>(piece.direction);
    const Interval side = piece.tube.x0[direction];
    const double middle = side.midpoint();
    const auto count = static_cast<int>(done.size() + open.size());
    const bool divisible = side.lower() < middle && middle < side.upper();
    if (piece.good || !divisible || count + 2 > options.max_pieces || steps > options.max_steps) {
      done.push_back(std::move(piece.tube));
      continue;
    }
    bool refuted = false;
    bool hopeless = false;
    for (const Interval half : {Interval(side.lower(), middle), Interval(middle, side.upper())}) {
      Box box = piece.tube.x0;
      box[direction] = half;
      open.push_back(run_piece(map, problem, std::move(box), with_segments, formulas));
      Piece& part = open.back();
      refuted = refuted || part.tube.uniqueness.proof == Proof::refuted;
      part.stuck = part.tube.t == piece.tube.t ? piece.stuck + 1 : 0;
      hopeless = hopeless || (!part.good && part.stuck >= most_stuck * wide);
    }
    // A counter-example in one part is one for the whole; and one part that goes nowhere, however
    // small, stops the whole.
    if (!refuted && !hopeless) continue;
    for (Piece& rest : open) done.push_back(std::move(rest.tube));
    open.clear();
  }
  return joined(std::move(done), problem, options.keep_segments);
}

}  // namespace filippov::detail
