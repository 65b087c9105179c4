#include "resting_place.hpp"

#include <cmath>
#include <optional>

#include "input_origin.hpp"

namespace filippov::detail {

namespace {

bool is_absent(const NeuronModel& model, int i) {
  return identical(model.coefficients()[static_cast<std::size_t>(i)], 0) ||
         identical(squared_norm(model.data().input(i)), 0);
}

bool holds(const NeuronModel& model, int i, const Box& w) {
  return is_absent(model, i) || certainly_less_equal(pull(model, i, w), 0);
}

std::span<const Interval> inputs_of(const NeuronModel& model, const Box& w) {
  return std::span(w).subspan(model.two_layer() ? 1 : 0);
}

std::optional<RestingPlace> in_flat_cell(const NeuronModel& model, const Box& w) {
  const Interval size = norm(w);
  if (!is_flat(model, w) || !certainly_positive(size)) return std::nullopt;
  RestingPlace place{{{Proof::certified, ""}}, size, "at rest in an open cell where dN vanishes"};
  for (const Interval& entry : w) place.limit.box.push_back(entry / size);
  place.limit.rest = midpoint(w);
  place.box = w;
  return place;
}

/// Input weights near those of w for which no row that holds them is active: projected a `part` of
/// them beyond the hyperplanes, again and again.
std::vector<double> silent_point(const NeuronModel& model, const Box& w, double part) {
  const DataSet& data = model.data();
  const std::span<const Interval> u = inputs_of(model, w);
  std::vector<double> q = midpoint({u.begin(), u.end()});
  double length = 0;
  for (const double entry : q) length = std::hypot(length, entry);
  constexpr int sweeps = 100;
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (int i = 0; i < data.size(); ++i) {
      if (is_absent(model, i) || !holds(model, i, w)) continue;
      const std::span<const double> x = data.approximate_input(i);
      double t = 0;
      double square = 0;
      for (std::size_t k = 0; k < q.size(); ++k) {
        t += x[k] * q[k];
        square += x[k] * x[k];
      }
      const double beyond = part * std::sqrt(square) * length;
      if (!(t > -beyond)) continue;
      for (std::size_t k = 0; k < q.size(); ++k) q[k] -= (t + 2 * beyond) / square * x[k];
    }
  }
  return q;
}

/// Of all rows those that hold w are not active at q, the others nowhere within reach of it.
bool is_held(const NeuronModel& model, const Box& w, const Box& q, Interval reach) {
  const DataSet& data = model.data();
  for (int i = 0; i < data.size(); ++i) {
    if (is_absent(model, i)) continue;
    const Interval most = holds(model, i, w) ? Interval(0) : reach * norm(data.input(i));
    if (!certainly_less_equal(dot(data.input(i), q) + most, 0)) return false;
  }
  return true;
}

/// |u| within reach of q.
Interval length_near(const Box& q, Interval reach) {
  return max(norm(q) + reach * Interval(-1, 1), Interval(0));
}

/// Within reach of q.
std::optional<RestingPlace> at_edge(const NeuronModel& model, const Box& w, Interval conserved,
                                    const std::vector<double>& q) {
  const Box point = point_box(q);
  const std::span<const Interval> u = inputs_of(model, w);
  const Interval reach = norm(Box(u.begin(), u.end()) - point);
  if (!is_held(model, w, point, reach)) return std::nullopt;
  RestingPlace place{{{Proof::certified, ""}}};
  place.unique = "the rows that may be active hold it back, so that N is concave in u";
  Box limit = widened(point, reach.upper());
  const Interval length = length_near(point, reach);
  place.limit.rest = q;
  if (model.two_layer()) {
    // v^2 is never less than that, so that v keeps its sign.
    const Interval square = conserved + sqr(length);
    if (!certainly_positive(square)) return std::nullopt;
    const Interval v = certainly_positive(w[0]) ? sqrt(square) : -sqrt(square);
    limit.insert(limit.begin(), v);
    place.limit.rest.insert(place.limit.rest.begin(), v.midpoint());
    place.size = sqrt(square + sqr(length));
  } else {
    place.size = length;
  }
  if (!certainly_positive(place.size)) return std::nullopt;
  for (const Interval& entry : limit) place.limit.box.push_back(entry / place.size);
  place.box = std::move(limit);
  return place;
}

std::optional<RestingPlace> at_origin(const NeuronModel& model, const Box& w, Interval conserved,
                                      const std::vector<int>& on) {
  if (!certainly_positive(conserved)) return std::nullopt;
  const int sign = certainly_positive(w[0]) ? 1 : -1;
  const bool slides = slides_to_origin(model, w, on);
  if (!certainly_negative(largest_drive(model, sign).value) &&
      !(slides && leads_nowhere(model, sign))) {
    return std::nullopt;
  }
  RestingPlace place{{{Proof::certified, ""}}, sqrt(conserved)};
  place.limit.box.assign(w.size(), 0);
  place.limit.box.front() = sign;
  place.limit.rest.assign(w.size(), 0);
  place.limit.rest.front() = sign;
  place.limit.around = directions_around(model);
  bool concave = true;
  for (int i = 0; i < model.data().size(); ++i) concave = concave && holds(model, i, w);
  if (concave || slides) {
    place.unique = "u tends to 0 and stays there, as no direction leads away";
    const Interval length = norm(inputs_of(model, w));
    place.box = widened(Box(w.size()), length.upper());
    place.box.front() = sign * sqrt(conserved + sqr(hull(Interval(0), length)));
  }
  return place;
}

}  // namespace

Interval pull(const NeuronModel& model, int i, std::span<const Interval> w) {
  const Interval z = model.coefficients()[static_cast<std::size_t>(i)];
  if (!model.two_layer()) return model.sign() * z;
  if (certainly_positive(w[0])) return z;
  return certainly_negative(w[0]) ? -z : hull(z, -z);
}

std::optional<Box> disturbed_rest(const NeuronModel& model, const std::vector<double>& rest,
                                  const Box& s, double push, Interval elapsed) {
  if (!model.two_layer() || !identical(model.network().leak, 0) || !certainly_nonzero(s[0])) {
    return std::nullopt;
  }
  const Box q(rest.begin() + 1, rest.end());
  const Box u(s.begin() + 1, s.end());
  const Interval pushed = push * elapsed;
  const Interval reach = norm(u - q) + pushed;
  if (!is_held(model, s, q, reach)) return std::nullopt;
  const Interval length = length_near(q, reach);
  const Interval size = sqrt(sqr(length) + sqr(abs(s[0]) + pushed));
  const Interval change = 2 * size * pushed * Interval(-1, 1);
  const Interval square = sqr(s[0]) - squared_norm(u) + change + sqr(length);
  if (!certainly_positive(square)) return std::nullopt;
  Box box = widened(q, reach.upper());
  box.insert(box.begin(), certainly_positive(s[0]) ? sqrt(square) : -sqrt(square));
  return box;
}

bool is_flat(const NeuronModel& model, const Box& w) {
  if (model.network().kind == NetworkKind::diagonal) return false;
  if (model.rests(w)) return true;
  for (int i = 0; i < model.data().size(); ++i) {
    const bool silent =
        identical(model.network().leak, 0) && certainly_negative(model.activation(i, w));
    if (!silent && !is_absent(model, i)) return false;
  }
  return true;
}

RestingPlace resting_place(const NeuronModel& model, const Box& w, Interval conserved,
                           const std::vector<int>& on) {
  if (auto place = in_flat_cell(model, w)) return *place;
  const bool two_layer = model.two_layer();
  const bool two_signs = two_layer && !certainly_nonzero(w[0]);
  if (model.network().kind != NetworkKind::diagonal && !two_signs) {
    if (identical(model.network().leak, 0)) {
      for (const double part : {1e-15, 1e-13}) {  // rows of changed data are not exact
        if (auto place = at_edge(model, w, conserved, silent_point(model, w, part))) return *place;
      }
      const std::vector<double> origin(inputs_of(model, w).size(), 0.0);
      if (auto place = at_edge(model, w, conserved, origin)) return *place;
    }
    if (two_layer) {
      if (auto place = at_origin(model, w, conserved, on)) return *place;
    }
  }
  return {{{Proof::undecided, "the neuron rests where the gradient may not vanish"}}};
}

}  // namespace filippov::detail
