#pragma once

#include <optional>
#include <span>
#include <string>

#include "filippov/solution/solution.hpp"
#include "filippov/solver/classify.hpp"
#include "filippov/solver/training_record.hpp"
#include "filippov/tube/tube.hpp"
#include "filippov/verify/alignment.hpp"
#include "filippov/verify/constants.hpp"
#include "filippov/verify/kkt.hpp"
#include "filippov/verify/saddle.hpp"

namespace filippov {

/// The result of a solve as JSON text (UTF-8, ends with a newline):
///
///     { "status", "message", "final": {"t", "x"}, "start": {"active", "sliding", "verdict"},
///       "events": [{"t", "kind", "surfaces", "x", "sliding", "signature"}],
///       "ambiguous": [{"t": [from, to], "surfaces", "dimension", "selection"}],
///       "statistics": {"rhs_evaluations", "jacobian_evaluations", "steps", "rejected_steps",
///                      "events"},
///       "surfaces": [names], "branches": [the same object for each continuation] }
///
/// Surfaces are given by name. `signature` has one entry per name in `surfaces`: 1 or -1 for the
/// side, 0 for a surface slid on. Numbers read back exactly; what is not finite is null.
std::string to_json(const Solution& solution);

/// A classification as JSON text:
///
///     { "verdict", "reason", "active": [names],
///       "vertices": [points] or "center": point and "generators": [vectors],
///       "minimum_norm": vector,
///       "continuations": [{"kind", "signature", "sliding": [names], "velocity"}],
///       "surfaces": [names] }
///
/// `surface_names`: the names of all surfaces of the inclusion. `signature` as above.
std::string to_json(const Classification& classification,
                    std::span<const std::string> surface_names);

/// The result of `enclose` as JSON text:
///
///     { "status": "finished" or where and why it stopped, "final": {"t", "box": [[lo, hi], ...]},
///       "uniqueness": {"verdict", "reason"},
///       "events": [{"kind", "surfaces", "window": [lo, hi], "box", "sliding", "signature"}],
///       "pieces": number of parts the initial box was split into,
///       "surfaces": [names], "tube": [{"t": [lo, hi], "box", "piece"}] with `with_tube` }
///
/// Intervals read back exactly, taken as pairs of doubles. Of a tube only the first `shown`
/// coordinates are written (all if it is negative).
std::string to_json(const Tube& tube, bool with_tube, int shown = -1);

/// Constants with what was asked for besides: ln C of a time, the time of ln C.
struct ConstantsResult {
  TheoremConstants constants;
  std::optional<Interval> ln_C = {};
  std::optional<Interval> T_bar = {};
};

/// Constants as JSON text: { "beta", "beta_hat", "beta_tilde", "label_norm", "ln_C", "T_bar" as
/// [lo, hi], "beta_argument": weights of one neuron, "beta_tight": the gap asked for was reached }.
std::string to_json(const ConstantsResult& result);

/// What was trained and how it went.
struct TrainingReport {
  const TrainingField& field;
  const TrainingResult& result;
  const TrainingRecord& record;
};

/// Training as JSON text:
///
///     { "status", "message", "delta", "neurons", "t", "loss", "norm": over time,
///       "angles": [per neuron over time] with two features,
///       "cosines": [per neuron over time] if recorded,
///       "alignment": [{"cosine", "rate", "direction": w_k/|w_k|}] per neuron, at the end,
///       "final": {"t", "log_scale": ln delta, "s": weights / delta},
///       "events": as in a solve, "events_located", "surfaces", "statistics" }
std::string to_json(const TrainingReport& report);

/// KKT points as JSON text: { "points": [{"u", "box": [[lo, hi], ...], "objective": [lo, hi],
/// "certified", "stable": true, false or null, "dimension", "kinks": [examples from 0], "arc":
/// [[lo, hi], [lo, hi]] for an arc in the plane}], "complete", "reason" }.
std::string to_json(const KktPoints& points);
/// A theorem instance as JSON text: { "beta", "beta_hat", "beta_tilde", "T_bar", "ln_C", "eta" as
/// [lo, hi], "ln_delta_bar", "ln_delta_tube",
///     "neurons": [{"case", "kkt": {"u", "box", "objective", "certified", "kinks": [rows],
///                                  "multiplier"},
///                  "turns_to_limit": {"verdict", "reason"},
///                  "events": [{"kind", "row" counted from 0, "window"}], "alignment",
///                  "nonbranching": {"verdict", "for_all_time", "reason"}}],
///     "conclusion": {"verdict", "reason", "case", "alignment", "bound"} }
std::string to_json(const AlignmentProof& alignment);

/// Theorem 5.5 on an instance as JSON text: { "beta", "residual_norm", "mu_1", "mu_2", "mu_3",
/// "kappa", "gamma", "M_1", "M_2", "T_bar", "ln_C", "eta" as [lo, hi], "reasons": {of the bounds by
/// name}, "ln_delta_bar", "ln_delta_tube", "saddle": {"verdict", "reason", "neurons": [boxes]},
/// "neurons" and "conclusion" as above }.
std::string to_json(const SaddleProof& saddle);

}  // namespace filippov
