#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "filippov/arithmetic/box.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/tube/enclose.hpp"
#include "filippov/verify/spectral_bound.hpp"
#include "filippov/view/network_certificate.hpp"
#include "flow_formulas.hpp"
#include "json_text.hpp"
#include "network_json.hpp"
#include "theorem_certificate.hpp"
#include "tube_certificate.hpp"

namespace filippov {

namespace {

using detail::Json;

/// How much larger, relatively, the suprema that the checker finds by bisection are claimed.
constexpr double room_for_beta = 1e-6;
constexpr double room_for_mu_2 = 1e-3;
/// How many times farther solutions may depart for every hyperplane that they meet.
constexpr double room_for_event = 50;

[[noreturn]] void refuse_saddle(const std::string& why) {
  throw Error("there is no certificate of this alignment at a saddle: " + why);
}

double above(Interval x) { return detail::wider(x).upper(); }

/// A box for Krawczyk's operator, which is wider than this one where it solves.
Box with_room(Box box, std::span<const int> solved, std::size_t first) {
  double room = 1e-14 * euclidean_norm(box).upper();
  for (const Interval& r : box) room = std::max(room, r.width());
  for (const int place : solved) {
    const auto k = static_cast<std::size_t>(place) - first;
    if (k < box.size()) box[k] += Interval(-room, room);
  }
  return box;
}

class Writer {
 public:
  Writer(const CertifiedNetwork& network, const SaddleProblem& problem, const SaddleProof& proof);
  std::string run();

 private:
  struct Step {
    Interval elapsed;
    Box u;
    Interval size;  ///< |u|
  };

  void add_saddle();
  std::vector<Box> add_rays();
  std::vector<Box> add_cells();
  void add_constants();
  void add_slope();
  void add_tubes();
  void add_conclusion();
  Interval needed_push(double ln_delta, Interval growth) const;
  bool concludes(double ln_delta);
  bool concludes_two_layers(double ln_delta);
  Interval fastest_growth(const Box& u) const;
  /// How far s may be from u in a step, for departs_less.
  double most_in(const Step& step, double part) const;
  const std::vector<std::vector<double>>& rates(double part);
  bool departs_less(double part, double ln_delta);
  bool holds(std::size_t k, Interval distance) const;

  CertifiedNetwork network_;
  const SaddleProblem& problem_;
  const SaddleProof& proof_;
  bool two_layer_;
  Interval time_;
  Json json_;
  Interval norm_;            ///< of the rows
  Interval size_;            ///< of the saddle
  std::vector<Box> acting_;  ///< neurons that together act like those of the saddle
  Box residual_;             ///< y_bar
  Interval off_;             ///< |y_bar - decimals|
  Interval residual_norm_;
  Interval beta_, slope_, gamma_, mu_1_, mu_3_, kappa_;
  Interval ln_C_;
  double push_ = 0;
  std::vector<Box> ends_;  ///< of the tubes, which are others than those of the proof for squares
  std::vector<std::vector<Step>> steps_;  ///< of each tube
  std::map<double, std::vector<std::vector<double>>> rates_;
};

Writer::Writer(const CertifiedNetwork& network, const SaddleProblem& problem,
               const SaddleProof& proof)
    : network_(network),
      problem_(problem),
      proof_(proof),
      two_layer_(network.network.kind == NetworkKind::two_layer) {
  if (proof.conclusion.proof != Proof::certified) refuse_saddle(proof.conclusion.reason);
  time_ = proof.T_bar.upper();
  const bool changed = network.options.standardize || network.options.normalize_rows;
  if (proof.rays.empty() &&
      (changed || std::any_of(proof.saddle.begin(), proof.saddle.end(), [](const Box& w) {
         return std::any_of(w.begin(), w.end(), [](Interval entry) { return entry.width() > 0; });
       }))) {
    refuse_saddle("the saddle is neither exact nor an isolated root of the gradient");
  }
  network_.network.neurons = 1;
  Interval square = 0;
  for (const Box& row : problem.neurons) {
    for (const Interval& w : row) square += sqr(w);
  }
  norm_ = sqrt(square);
}

/// Neurons on one ray together are r.
std::vector<Box> Writer::add_rays() {
  std::vector<Box> saddle(proof_.saddle.size());
  for (const SaddleRay& ray : proof_.rays) {
    Box box = with_room(ray.box, proof_.solved, acting_.size() * ray.box.size());
    Json& entry = json_["proof"]["rays"].emplace_back();
    entry = {{"neurons", ray.neurons}, {"shares", ray.shares}, {"box", detail::box_json(box)}};
    Interval shares = 0;
    for (const double share : ray.shares) shares += sqr(Interval(share));
    for (std::size_t m = 0; m < ray.neurons.size(); ++m) {
      for (const Interval& r : box) {
        saddle[static_cast<std::size_t>(ray.neurons[m])].push_back(Interval(ray.shares[m]) /
                                                                   sqrt(shares) * r);
      }
    }
    acting_.push_back(std::move(box));
  }
  return saddle;
}

/// Neurons in one cell: (v, u + v r), r the same for all of them.
std::vector<Box> Writer::add_cells() {
  std::vector<Box> saddle(proof_.saddle.size());
  for (const SaddleRay& cell : proof_.rays) {
    const Box box =
        with_room(cell.box, proof_.solved, json_["proof"]["cells"].size() * cell.box.size());
    Interval square = 0;
    Box change = box;
    Json weights = Json::array();
    for (const int k : cell.neurons) {
      const std::vector<double> w = midpoint(problem_.saddle[static_cast<std::size_t>(k)]);
      weights.push_back(w);
      square += sqr(Interval(w[0]));
      for (std::size_t l = 0; l < box.size(); ++l) change[l] -= Interval(w[0]) * w[l + 1];
    }
    for (const int k : cell.neurons) {
      const std::vector<double> w = midpoint(problem_.saddle[static_cast<std::size_t>(k)]);
      Box& exact = saddle[static_cast<std::size_t>(k)];
      exact.emplace_back(w[0]);
      for (std::size_t l = 0; l < box.size(); ++l) {
        exact.push_back(w[l + 1] + w[0] * change[l] / square);
      }
    }
    Json& entry = json_["proof"]["cells"].emplace_back();
    entry = {{"neurons", cell.neurons}, {"weights", weights}, {"box", detail::box_json(box)}};
  }
  acting_ = saddle;
  return saddle;
}

void Writer::add_saddle() {
  std::vector<Box> saddle;
  if (!proof_.rays.empty()) {
    saddle = two_layer_ ? add_cells() : add_rays();
    json_["proof"]["fitted"] = proof_.fitted;
    json_["proof"]["solved"] = proof_.solved;
  } else {
    json_["proof"]["saddle"] = Json::array();
    for (const Box& w : proof_.saddle) json_["proof"]["saddle"].push_back(midpoint(w));
    saddle = acting_ = proof_.saddle;
  }
  for (int i = 0; i < network_.data.size(); ++i) residual_.push_back(network_.data.label(i));
  Interval square = 0;
  for (const Box& w : acting_) {
    const Box output = neuron_output(network_.network, network_.data, w);
    for (std::size_t i = 0; i < output.size(); ++i) residual_[i] -= output[i];
    for (const Interval& entry : w) square += sqr(entry);
  }
  for (const int i : proof_.fitted) residual_[static_cast<std::size_t>(i)] = 0;
  size_ = sqrt(square);
  residual_norm_ = detail::wider(euclidean_norm(residual_));
  Json& claims = json_["claims"];
  claims["saddle"] = Json::array();
  for (const Box& w : saddle) claims["saddle"].push_back(detail::wider_box_json(w, 0));
}

/// s with |J(w)|_2 <= s |w|, and how it is proved.
void Writer::add_slope() {
  const SaddleConstants& c = proof_.constants;
  Json& proof = json_["proof"];
  if (two_layer_) {
    slope_ = c.slope.upper() * (1 + 1e-9);
    proof["slope"] = slope_.upper();
    return;
  }
  proof["active_beta"] = c.active_beta.upper() * (1 + 2 * room_for_beta);
  proof["active_method"] = c.active_by_eigenvalue ? "eigenvalue" : "cones";
  // Besides the square root it holds what nearly antipodal rows add.
  slope_ = Interval(c.slope.upper()) * (1 + 2 * room_for_beta);
}

void Writer::add_constants() {
  const SaddleConstants& c = proof_.constants;
  TheoremConstants constants = theorem_constants(network_.network, network_.data, {},
                                                 {.relative_gap = 1e-9, .max_cones = 200000});
  constants.beta = Interval(constants.beta.lower(), constants.beta.upper() * (1 + room_for_beta));
  const Json sub = Json::parse(certificate(network_, constants));
  json_["constants"] = {{"claims", sub["claims"]}, {"proof", sub["proof"]}};
  beta_ = sub["claims"]["beta"][1].get<double>();
  add_slope();
  gamma_ = two_layer_ ? (c.gamma.value * (1 - 1e-6)).lower() : 1;
  mu_3_ = above(slope_ * (size_ + gamma_));
  mu_1_ = above(slope_ * (size_ + gamma_ / 2));
  const Interval mu_2 = above(c.mu_2.value.upper() * (1 + Interval(room_for_mu_2)));
  kappa_ = above(mu_2 + mu_1_ * mu_3_);
  const Interval M_1 = above(residual_norm_ + mu_1_ + beta_);
  // Not less than what T_bar was chosen for, though gamma is.
  const Interval M_2 = above(max(max(kappa_, beta_ * (2 * M_1 + mu_3_)), c.M_2.value));
  ln_C_ = detail::wider(4 * M_2 * time_);
  if (!certainly_less(log(Interval(4)), ln_C_)) {
    // As in the theorem: the neurons stay aligned a little longer.
    refuse_saddle("C >= 4 is not proved at T_bar");
  }
  Json& claims = json_["claims"];
  claims["residual_norm"] = detail::interval_json(residual_norm_);
  claims["mu_1"] = mu_1_.upper();
  claims["mu_2"] = mu_2.upper();
  claims["mu_3"] = mu_3_.upper();
  claims["kappa"] = kappa_.upper();
  claims["gamma"] = gamma_.lower();
  claims["M_1"] = M_1.upper();
  claims["M_2"] = M_2.upper();
  claims["T_bar"] = time_.upper();
  claims["ln_C"] = detail::interval_json(ln_C_);
}

void Writer::add_tubes() {
  const DataSet& data = network_.data;
  const DataSet& written = network_.written;
  std::vector<std::string> labels;
  Interval off = 0;
  for (const Interval& y : residual_) {
    labels.push_back(fmt::format("{}", y.midpoint()));
    off += sqr(y - Interval::from_decimal(labels.back()));
  }
  off_ = sqrt(off);
  std::vector<std::string> decimals;
  std::vector<Interval> inputs;
  for (int i = 0; i < data.size(); ++i) {
    inputs.insert(inputs.end(), written.input(i).begin(), written.input(i).end());
    for (int k = 0; k < data.dimension(); ++k) decimals.emplace_back(written.input_decimal(i, k));
  }
  decimals.insert(decimals.end(), labels.begin(), labels.end());
  const DataSet near(data.dimension(), std::move(inputs), residual_, data.feature_names(),
                     data.label_name(), std::move(decimals));
  const std::vector<std::string> formulas =
      detail::flow_formulas(network_.network, near, {}, network_.options);
  std::vector<std::string> variables;
  for (std::size_t k = 1; k < formulas.size(); ++k) variables.push_back(fmt::format("w{}", k));
  variables.emplace_back("p");
  const FilippovMap map(parse_field(formulas, {variables}));
  Json& proof = json_["proof"];
  proof["residual"] = labels;
  proof["tubes"] = Json::array();
  for (const Box& row : problem_.neurons) {
    EnclosureProblem problem{.t1 = time_.upper(), .x0 = row};
    problem.x0.emplace_back(0);
    const EnclosureOptions options{.room_for_checker = true, .max_pieces = 1};
    const Tube tube = enclose(map, problem, options);
    if (tube.status != TubeStatus::finished || tube.uniqueness.proof != Proof::certified) {
      refuse_saddle("a tube of the neural correlation flow ends: " + tube.message);
    }
    Json tube_json = Json::parse(detail::tube_certificate(map, problem, tube, variables, formulas));
    std::vector<Step>& steps = steps_.emplace_back();
    for (const Json& step : tube_json["parts"][0]["steps"]) {
      Box u;
      for (std::size_t k = 0; k < row.size(); ++k) {
        u.emplace_back(step["box"][k][0].get<double>(), step["box"][k][1].get<double>());
      }
      const Interval size = euclidean_norm(u);
      const Json& times = step["t"];
      steps.push_back({Interval(times[1].get<double>()) - Interval(times[0].get<double>()),
                       std::move(u), size});
    }
    proof["tubes"].push_back(std::move(tube_json));
    ends_.emplace_back(tube.box.begin(), tube.box.end() - 1);
  }
}

/// |xi| <= mu_1 raw rho + beta |w_z|^2 (verification/network_checker/saddle.cpp) while |w_z| is at
/// most `growth` times delta.
Interval Writer::needed_push(double ln_delta, Interval growth) const {
  const Interval square = sqr(growth);
  const Interval departed = exp(ln_delta + kappa_ * time_) *
                            (1 + time_ * beta_ * mu_3_ * exp(Interval(ln_delta)) * square);
  return mu_1_ * departed + beta_ * exp(2 * Interval(ln_delta)) * square;
}

/// The checker follows the neurons itself, from cell to cell. Looks for a push that |xi| stays
/// below while |w_z| grows as it lets it.
bool Writer::concludes_two_layers(double ln_delta) {
  constexpr int most = 50;
  const auto needed = [&] {
    return needed_push(ln_delta, exp(2 * beta_ * (residual_norm_ + push_) * time_)).upper();
  };
  push_ = 0;
  for (int k = 0; !(needed() * (1 + 1e-9) < push_); ++k) {
    if (k == most || !(needed() < 1e300)) return false;
    push_ = std::max(needed() * 1.001, 1e-300);
  }
  const Interval departed =
      time_ * slope_ * push_ * exp(slope_ * (residual_norm_ + push_) * time_) * norm_;
  for (std::size_t k = 0; k < ends_.size(); ++k) {
    double room = 1 + 1e-9;
    for (const NeuronEvent& event : proof_.neurons[k].events) {
      if (event.window.lower() <= time_.upper()) room *= room_for_event;
    }
    if (!holds(k, room * departed)) return false;
  }
  return true;
}

/// The conclusion for all neurons no farther from u_k than that.
bool Writer::holds(std::size_t k, Interval distance) const {
  Box s = ends_[k];
  // The tube that a certificate claims is a little wider.
  for (Interval& entry : s) {
    const double room = distance.upper() + 1e-4 * entry.width();
    entry += Interval(-room, room);
  }
  return detail::concluded(proof_.neurons[k], s, norm_, proof_.eta.lower(), problem_.epsilon);
}

/// The largest eigenvalue of the Hessian of N, over the box.
Interval Writer::fastest_growth(const Box& u) const {
  const DataSet& data = network_.data;
  const auto d = static_cast<std::size_t>(data.dimension());
  const Interval leaking = sqr(network_.network.leak);
  std::vector<Interval> upper(d * d);
  Interval scale = 0;
  for (int i = 0; i < data.size(); ++i) {
    const std::span<const Interval> x = data.input(i);
    const Interval t = dot(x, u);
    const Interval slope = certainly_positive(t)   ? Interval(1)
                           : certainly_negative(t) ? leaking
                                                   : hull(leaking, 1);
    const Interval share = 2 * (residual_[static_cast<std::size_t>(i)] * slope).upper();
    for (std::size_t k = 0; k < d; ++k) {
      for (std::size_t l = 0; l < d; ++l) upper[k * d + l] += share * x[k] * x[l];
      scale += abs(share) * sqr(x[k]);
    }
  }
  const auto n = static_cast<Eigen::Index>(d);
  return largest_eigenvalue_bound(IntervalMatrix::from_rows(upper, n, n)) + 1e-9 * scale.upper() +
         1e-300;
}

double Writer::most_in(const Step& step, double part) const {
  return (part * (norm_ + step.size.lower())).lower() * (1 - 1e-9);
}

/// How fast solutions in every step depart from each other, that near.
const std::vector<std::vector<double>>& Writer::rates(double part) {
  std::vector<std::vector<double>>& rates = rates_[part];
  for (std::size_t k = rates.size(); k < steps_.size(); ++k) {
    rates.emplace_back();
    for (const Step& step : steps_[k]) {
      const double most = most_in(step, part);
      Box around = step.u;
      for (Interval& entry : around) entry += Interval(-most, most);
      rates.back().push_back(fastest_growth(around).upper());
    }
  }
  return rates;
}

/// Whether the neurons stay near those of the tubes, |s - u| <= part (|rows| + |u|), and the
/// conclusion holds.
bool Writer::departs_less(double part, double ln_delta) {
  Interval square = 0;
  for (const std::vector<Step>& steps : steps_) {
    Interval largest = 0;
    for (const Step& step : steps) largest = max(largest, step.size + most_in(step, part));
    square += sqr(largest);
  }
  push_ = needed_push(ln_delta, sqrt(square) / norm_).upper() * (1 + 1e-9) + 1e-300;
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    Interval distance = 0;
    for (std::size_t j = 0; j < steps_[k].size(); ++j) {
      const Step& step = steps_[k][j];
      const double most = most_in(step, part);
      const Interval growth = exp(rates(part)[k][j] * step.elapsed);
      const Interval no_less = max(growth, Interval(1));
      const Interval pushed = (1 + 1e-9) * no_less * step.elapsed * slope_ *
                              (push_ * (step.size + most) + off_ * step.size);
      if (!certainly_less(no_less * distance + pushed, most)) return false;
      distance = (growth * distance + pushed).upper() * (1 + 1e-12);
    }
    if (!holds(k, (1 + 1e-9) * distance)) return false;
  }
  json_["proof"]["rates"] = rates(part);
  json_["proof"]["departures"] = std::vector<double>(steps_.size(), part);
  return true;
}

bool Writer::concludes(double ln_delta) {
  if (two_layer_) return concludes_two_layers(ln_delta);
  const double epsilon = problem_.epsilon.lower();
  return departs_less(0.5 * epsilon, ln_delta) || departs_less(0.05 * epsilon, ln_delta);
}

void Writer::add_conclusion() {
  // delta^2 <= min(1, gamma^2) / (2 C)
  double ln_delta =
      std::min(proof_.ln_delta_bar, ((log(sqr(gamma_) / 2) - ln_C_) / 2).lower()) - 1e-12;
  for (int attempt = 0; !concludes(ln_delta); ++attempt) {
    if (attempt == 200) refuse_saddle("no delta was found for which w_z / delta stays near u");
    ln_delta -= attempt < 8 ? 0.25 : 4;
  }
  Json& claims = json_["claims"];
  claims["eta"] = proof_.eta.lower();
  claims["ln_delta_bar"] = ln_delta;
  claims["neurons"] = detail::neurons_json(proof_.neurons);
  json_["proof"]["push"] = push_;
}

std::string Writer::run() {
  json_ = detail::network_json(network_, "saddle");
  json_["problem"]["neurons"] = Json::array();
  for (const Box& row : problem_.neurons) {
    json_["problem"]["neurons"].push_back(detail::box_json(row));
  }
  json_["problem"]["epsilon"] = detail::interval_json(problem_.epsilon);
  json_["claims"] = Json::object();
  add_saddle();
  add_constants();
  if (two_layer_) {
    ends_ = proof_.ends;
  } else {
    add_tubes();
  }
  add_conclusion();
  return json_.dump() + "\n";
}

}  // namespace

std::string certificate(const CertifiedNetwork& network, const SaddleProblem& problem,
                        const SaddleProof& proof) {
  return Writer(network, problem, proof).run();
}

}  // namespace filippov
