#include "filippov/view/network_certificate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "filippov/arithmetic/error.hpp"
#include "network_json.hpp"

namespace filippov {

namespace {

std::string decimal(std::string_view text, const char* what) {
  if (text.empty()) {
    throw Error(fmt::format("there is no certificate: {} is not known as a decimal", what));
  }
  return std::string(text);
}

}  // namespace

namespace detail {

Json network_json(const CertifiedNetwork& problem, const char* kind) {
  Json json;
  json["format"] = "filippov certificate 1";
  json["kind"] = kind;
  Json& p = json["problem"];
  const NetworkKind network = problem.network.kind;
  const bool no_leak = identical(problem.network.leak, 0);
  p["network"] = {{"kind", network == NetworkKind::squared_relu ? "squared_relu"
                           : network == NetworkKind::two_layer  ? "two_layer"
                                                                : "diagonal"},
                  {"leak", no_leak ? "0" : decimal(problem.network.leak_decimal, "the leak")}};
  p["loss"] = problem.loss.kind == LossKind::square ? "square" : "logistic";
  p["mean"] = problem.loss.mean;
  p["standardize"] = problem.options.standardize;
  p["normalize_rows"] = problem.options.normalize_rows;
  const DataSet& data = problem.written;
  p["features"] = data.dimension();
  p["rows"] = Json::array();
  for (int i = 0; i < data.size(); ++i) {
    Json row = Json::array();
    for (int k = 0; k < data.dimension(); ++k) {
      row.push_back(decimal(data.input_decimal(i, k), "an input"));
    }
    row.push_back(decimal(data.label_decimal(i), "a label"));
    p["rows"].push_back(std::move(row));
  }
  return json;
}

Interval wider(Interval x) {
  const double more = 16 * 0x1p-52 * x.magnitude();
  return x + Interval(-more, more);
}

Json interval_json(Interval x) { return {x.lower(), x.upper()}; }

Json box_json(const std::vector<Interval>& box) {
  Json list = Json::array();
  for (const Interval& entry : box) list.push_back(interval_json(entry));
  return list;
}

Json wider_box_json(const std::vector<Interval>& box, double room) {
  Json list = Json::array();
  for (const Interval& entry : box) {
    list.push_back(interval_json(wider(entry) + Interval(-room, room)));
  }
  return list;
}

}  // namespace detail

using detail::interval_json;
using detail::Json;
using detail::wider;
using detail::wider_box_json;

std::string certificate(const CertifiedNetwork& problem, const TheoremConstants& constants,
                        const GivenConstants& given) {
  Json json = detail::network_json(problem, "constants");
  TheoremConstants claimed = constants;
  // The checker bounds beta by a coarser rule: it is given half the gap more.
  const Interval beta = constants.beta;
  const double room = std::max(0.5 * beta.width(), 1e-12 * beta.upper());
  claimed.beta = Interval(wider(beta).lower(), wider(beta.upper() + Interval(room)).upper());
  claimed.beta_hat = wider(constants.beta_hat);
  claimed.label_norm = wider(constants.label_norm);
  claimed.beta_tilde = claimed.beta_hat * claimed.beta + claimed.label_norm;
  Json& claims = json["claims"];
  claims["beta"] = interval_json(claimed.beta);
  claims["beta_hat"] = interval_json(claimed.beta_hat);
  claims["label_norm"] = interval_json(claimed.label_norm);
  claims["beta_tilde"] = interval_json(claimed.beta_tilde);
  if (given.time) {
    claims["time"] = *given.time;
    claims["ln_C"] = interval_json(wider(claimed.ln_C(Interval::from_decimal(*given.time))));
  }
  if (given.ln_C) {
    claims["given_ln_C"] = *given.ln_C;
    claims["T_bar"] = interval_json(wider(claimed.time(Interval::from_decimal(*given.ln_C))));
  }
  if (problem.network.kind == NetworkKind::diagonal) {
    json["proof"] = Json::object();
  } else {
    json["proof"] = {{"argument", constants.beta_argument},
                     {"method", constants.beta_by_eigenvalue ? "eigenvalue" : "cones"}};
  }
  return detail::json_text(json);
}

std::string certificate(const CertifiedNetwork& problem, const KktPoints& points) {
  Json json = detail::network_json(problem, "kkt");
  const bool two_layer = problem.network.kind == NetworkKind::two_layer;
  const bool diagonal = problem.network.kind == NetworkKind::diagonal;
  if (diagonal && !points.complete) throw Error("there is no certificate: " + points.reason);
  const bool exact = !problem.options.standardize && !problem.options.normalize_rows;
  const int features = problem.written.dimension();
  const auto is_proved = [&](const KktPoint& point) {
    constexpr double turn = 6.28;  // nearly: N is constant
    const bool arc = point.arc && (point.arc->second - point.arc->first).upper() < turn;
    return point.certified && (point.dimension == 0 || two_layer || diagonal || arc);
  };
  const bool known =
      diagonal || (features == 2 && exact) || (features == 3 && (exact || !two_layer));
  const bool complete = points.complete && known && std::ranges::all_of(points.points, is_proved);
  Json& claims = json["claims"];
  claims["complete"] = complete;
  claims["points"] = Json::array();
  for (const KktPoint& point : points.points) {
    // Two layers: the checker proves points with v != 0 by themselves.
    const bool pole = two_layer && identical(point.objective, 0);
    if (!point.certified || (!complete && (point.dimension > 0 || pole))) continue;
    Json entry;
    const double room = point.arc ? 1e-13 : 1e-15;  // the angles of an arc are widened, too
    entry["box"] = wider_box_json(point.box, room);
    entry["objective"] = wider_box_json({point.objective}, 1e-15)[0];
    entry["kinks"] = point.kinks;
    entry["stable"] = point.stable ? Json(*point.stable) : Json();
    if (diagonal || two_layer) entry["dimension"] = point.dimension;
    if (point.arc) {
      entry["arc"] = wider_box_json({point.arc->first, point.arc->second}, 1e-15);
    }
    claims["points"].push_back(std::move(entry));
  }
  if (claims["points"].empty() && !complete) {
    throw Error("there is no certificate: no KKT point is certified by itself");
  }
  return detail::json_text(json);
}

}  // namespace filippov
