#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "../tube/pieces.hpp"
#include "filippov/arithmetic/box.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"
#include "filippov/function/parse.hpp"
#include "filippov/view/network_certificate.hpp"
#include "flow_formulas.hpp"
#include "json_text.hpp"
#include "network_json.hpp"
#include "theorem_certificate.hpp"
#include "tube_certificate.hpp"

namespace filippov {

namespace {

using detail::Json;

[[noreturn]] void refuse_alignment(const std::string& why) {
  throw Error("there is no certificate of this alignment: " + why);
}

class Writer {
 public:
  Writer(const CertifiedNetwork& network, const AlignmentProblem& problem,
         const AlignmentProof& proof)
      : network_(network), problem_(problem), proof_(proof), end_(proof.T_bar.upper()) {
    if (proof.conclusion.proof != Proof::certified) refuse_alignment(proof.conclusion.reason);
    network_.network.neurons = static_cast<int>(problem.neurons.size());
    const std::vector<std::string> formulas =
        detail::flow_formulas(network_.network, network_.written, network_.loss, network_.options);
    for (std::size_t k = 1; k < formulas.size(); ++k) variables_.push_back(fmt::format("w{}", k));
    variables_.emplace_back("p");
    map_.emplace(parse_field(formulas, {variables_}));
    formulas_ = formulas;
    Interval square = 0;
    for (const Box& row : problem.neurons) {
      start_.insert(start_.end(), row.begin(), row.end());
      for (const Interval& w : row) square += sqr(w);
    }
    norm_ = sqrt(square);
  }

  std::string run();

 private:
  /// What the theorem says, of a box that contains s at the end.
  bool holds(const Box& s) const;
  void cover(double most, Json& pieces) const;

  CertifiedNetwork network_;
  const AlignmentProblem& problem_;
  const AlignmentProof& proof_;
  double end_;
  std::vector<std::string> variables_;
  std::vector<std::string> formulas_;
  std::optional<FilippovMap> map_;
  Box start_;
  Interval norm_;
};

bool Writer::holds(const Box& s) const {
  const std::size_t size = problem_.neurons.front().size();
  const std::span<const Interval> weights(s.begin(), s.end() - 1);
  if (!certainly_less_equal(log(euclidean_norm(weights) / norm_), proof_.ln_C / 2)) return false;
  for (std::size_t k = 0; k < problem_.neurons.size(); ++k) {
    if (!detail::concluded(proof_.neurons[k], weights.subspan(k * size, size), norm_,
                           proof_.eta.lower(), problem_.epsilon)) {
      return false;
    }
  }
  return true;
}

/// Tubes over intervals of p from 0 to `most`, as wide as they can be.
void Writer::cover(double most, Json& pieces) const {
  constexpr std::size_t most_pieces = 64;
  double from = 0;
  double width = most;
  detail::Encloser encloser(*map_);
  while (from < most) {
    const double to = from + width < most * (1 - 1e-12) ? from + width : most;
    EnclosureProblem problem{.t1 = end_, .x0 = start_};
    problem.x0.emplace_back(from, to);
    const EnclosureOptions options{.room_for_checker = true, .max_pieces = 1};
    Tube tube = encloser.enclose(problem, options);
    // The checker's derivatives by the initial state are others: wide boxes differ by some percent.
    constexpr double room_for_derivatives = 0.02;
    for (Interval& x : tube.box) x += Interval(-1, 1) * (room_for_derivatives * x.width());
    if (tube.status == TubeStatus::finished && tube.uniqueness.proof == Proof::certified &&
        holds(tube.box)) {
      Json tube_json =
          Json::parse(detail::tube_certificate(*map_, problem, tube, variables_, formulas_));
      pieces.push_back({{"p", {from, to}}, {"tube", std::move(tube_json)}});
      from = to;
      width *= 1.5;
      continue;
    }
    width /= 2;
    if (pieces.size() >= most_pieces || width < most / most_pieces / 4) {
      refuse_alignment(tube.status == TubeStatus::finished
                           ? "the tubes over intervals of delta^2 are too wide"
                           : "a tube over an interval of delta^2 ends: " + tube.message);
    }
  }
}

std::string Writer::run() {
  Json json = detail::network_json(network_, "alignment");
  json["problem"]["neurons"] = Json::array();
  for (const Box& row : problem_.neurons)
    json["problem"]["neurons"].push_back(detail::box_json(row));
  json["problem"]["negative_neurons"] = network_.network.negative_neurons;
  json["problem"]["epsilon"] = detail::interval_json(problem_.epsilon);
  // The checker's cones are many more the nearer the bound is to beta.
  constexpr double room_for_beta = 1e-7;
  TheoremConstants wider_constants = proof_.constants;
  const Interval beta = wider_constants.beta;
  wider_constants.beta = Interval(beta.lower(), beta.upper() * (1 + room_for_beta));
  const Json constants = Json::parse(certificate(network_, wider_constants));
  json["constants"] = {{"claims", constants["claims"]}, {"proof", constants["proof"]}};
  const auto claimed = [&](const char* name) {
    const Json& ends = constants["claims"][name];
    return Interval(ends[0].get<double>(), ends[1].get<double>());
  };
  const Interval ln_C = detail::wider(4 * claimed("beta") * claimed("beta_tilde") * end_);
  // delta = |rows| sqrt p, and delta <= C^(-1/2).
  const double ln_delta = std::min(proof_.ln_delta_tube, (-ln_C / 2).lower());
  // No less than what is far enough above 0.
  const double most = std::max(exp(2 * (Interval(ln_delta) - log(norm_))).lower(), 1e-300);
  Json& claims = json["claims"];
  claims["T_bar"] = end_;
  claims["ln_C"] = detail::interval_json(ln_C);
  claims["eta"] = proof_.eta.lower();
  claims["ln_delta_bar"] =
      std::min(ln_delta, (log(Interval(most)) / 2 + log(norm_)).lower()) - 1e-12;
  claims["neurons"] = detail::neurons_json(proof_.neurons);
  json["proof"]["pieces"] = Json::array();
  cover(most, json["proof"]["pieces"]);
  return json.dump() + "\n";
}

}  // namespace

std::string certificate(const CertifiedNetwork& network, const AlignmentProblem& problem,
                        const AlignmentProof& proof) {
  return Writer(network, problem, proof).run();
}

}  // namespace filippov
