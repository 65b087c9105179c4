#include "alignment.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "points.hpp"

namespace network_checker {

namespace {

std::string w(int k) { return "w" + std::to_string(k); }

/// The flow s' = sum_i -l'(p H(x_i; s), y_i) dH(x_i; s), p' = 0, as formulas in w1, w2, ... and p.
std::vector<std::string> flow(const Problem& problem, int neurons, int negative) {
  const int size = problem.weights();
  const int first = problem.two_layer ? 2 : 1;
  const bool leaky = problem.leak_text != "0";
  const std::string leak = "(" + problem.leak_text + ")";
  std::vector<std::string> result(neurons * size);
  for (const std::vector<std::string>& row : problem.written) {
    std::vector<std::string> h(neurons);
    std::string output;
    const auto sigma = [&](int k) {
      return leaky ? "leaky_relu(" + leak + "," + h[k] + ")" : "relu(" + h[k] + ")";
    };
    const auto sign = [&](int k) { return k < neurons - negative ? "+" : "-"; };
    for (int k = 0; k < neurons; ++k) {
      for (int l = 0; l < problem.d; ++l) {
        h[k] += (l == 0 ? "(" : "+(") + row[l] + ")*" + w(k * size + l + first);
      }
      output += sign(k);
      output += problem.two_layer ? w(k * size + 1) + "*" + sigma(k) : sigma(k) + "^2";
    }
    const std::string y = "(" + row.back() + ")";
    std::string pull = problem.logistic ? "(" + y + "/(1+exp(" + y + "*p*(" + output + "))))"
                                        : "(" + y + "-p*(" + output + "))";
    if (problem.mean) pull += "/" + std::to_string(problem.n);
    for (int k = 0; k < neurons; ++k) {
      if (problem.two_layer) result[k * size] += sign(k) + pull + "*" + sigma(k);
      const std::string slope = problem.two_layer ? w(k * size + 1) + "*select(" + h[k] + ",1," +
                                                        (leaky ? leak : "0") + ")"
                                : leaky ? "2*leaky_relu(" + leak + "*" + leak + "," + h[k] + ")"
                                        : "2*relu(" + h[k] + ")";
      for (int l = 0; l < problem.d; ++l) {
        result[k * size + l + first - 1] += sign(k) + pull + "*" + slope + "*(" + row[l] + ")";
      }
    }
  }
  result.emplace_back("0");
  return result;
}

/// The other checker reads files: this one is in memory.
void check_tube(const nlohmann::json& tube) {
  const std::string text = tube.dump();
  const int file = memfd_create("tube", 0);
  if (file < 0) throw Malformed("a file in memory could not be made");
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t part = write(file, text.data() + written, text.size() - written);
    if (part <= 0) break;
    written += static_cast<std::size_t>(part);
  }
  try {
    checker::check("/proc/self/fd/" + std::to_string(file));
  } catch (...) {
    close(file);
    throw;
  }
  close(file);
}

struct Neuron {
  bool vanishes;
  Box limit;
};

/// What is claimed of all delta up to delta_bar.
class Conclusion {
 public:
  Conclusion(const Value& all, const Problem& problem) : problem_(problem) {
    const Value instance = all["problem"];
    const Value claims = all["claims"];
    const std::vector<Value> rows = instance["neurons"].list();
    if (rows.empty() || problem.diagonal) instance["neurons"].fail("neurons");
    for (const Value& row : rows) {
      for (const Range& entry : row.box(problem.weights())) start.push_back(entry);
    }
    neurons = static_cast<int>(rows.size());
    negative = instance["negative_neurons"].integer(0, problem.two_layer ? 0 : neurons);
    norm_ = root(scalar_product(start, start));
    if (!norm_.positive()) throw Refusal("the neurons may all be zero");
    epsilon_ = instance["epsilon"].range();
    time = claims["T_bar"].number();
    eta_ = claims["eta"].number();
    if (!(time > 0)) claims["T_bar"].fail("a positive number");
    if (!epsilon_.positive() || !(eta_ - epsilon_).positive()) {
      throw Refusal("epsilon is not proved to be in (0, eta)");
    }
    const Range rate = check_constants(all["constants"], problem);
    ln_C_ = claims["ln_C"].range();
    compare(rate * Range(time), ln_C_, "ln C");
    read_neurons(claims["neurons"].list(neurons));
    const Range ln_delta = claims["ln_delta_bar"].number();
    if (!(-ln_C_ / Range(2) - ln_delta).nonnegative()) {
      throw Refusal("delta_bar is not proved to be at most C^(-1/2)");
    }
    // delta = |rows| sqrt p
    least_p = squared(Range::increasing(mpfr_exp, ln_delta) / norm_);
  }

  void check(const Box& s) const {
    const int size = problem_.weights();
    const Range whole = root(scalar_product(s, s));
    const Range growth = Range::increasing(mpfr_log, whole / norm_);
    require((ln_C_ / Range(2) - growth).nonnegative(), "|w| <= sqrt(C) delta", 0);
    const Range bound = Range(1) - (Range(1) + Range(3) / (Range(2) * eta_)) * epsilon_;
    for (int k = 0; k < neurons; ++k) {
      const Box part(s.begin() + k * size, s.begin() + (k + 1) * size);
      const Range length = root(scalar_product(part, part));
      if (claims_[k].vanishes) {
        require((Range(2) * epsilon_ * norm_ - length).nonnegative(), "|w| <= 2 eps delta", k);
        continue;
      }
      require((length - eta_ * norm_).nonnegative(), "|w| >= eta delta", k);
      require((scalar_product(part, claims_[k].limit) - bound * length).nonnegative(),
              "the alignment", k);
    }
  }

  Box start;
  int neurons;
  int negative;
  double time;
  Range least_p;  ///< up to which p must be covered

 private:
  static void require(bool holds, const std::string& what, int k) {
    if (!holds) throw Refusal("neuron " + std::to_string(k) + ": " + what + " is not proved");
  }

  void read_neurons(const std::vector<Value>& values) {
    for (const Value& value : values) {
      const std::string which = value["case"].text();
      if (which != "aligned" && which != "vanishing") value["case"].fail("aligned or vanishing");
      claims_.push_back({which == "vanishing", {}});
      if (claims_.back().vanishes) continue;
      ClaimedPoint point{value["box"].box(problem_.weights()), value["objective"].range(), {}};
      for (const Value& row : value["kinks"].list()) {
        point.kinks.push_back(row.integer(0, problem_.n - 1));
      }
      if (negative_neuron()) {
        throw Refusal("KKT points of neurons with p = -1 are not proved");
      }
      if (!(point.objective + Range(1e-9)).nonnegative()) throw Refusal("N < 0 at a limit");
      prove_point(problem_, point);
      claims_.back().limit = point.box;
    }
  }
  bool negative_neuron() const { return static_cast<int>(claims_.size()) > neurons - negative; }

  const Problem& problem_;
  Range norm_;
  Range epsilon_;
  Range eta_;
  Range ln_C_;
  std::vector<Neuron> claims_;
};

}  // namespace

std::string check_alignment(const Value& all, const Problem& problem) {
  if (!problem.exact) throw Refusal("the flow is proved for data as they are written");
  const Conclusion conclusion(all, problem);
  const std::vector<std::string> formulas = flow(problem, conclusion.neurons, conclusion.negative);
  const int n = static_cast<int>(formulas.size());
  std::vector<std::string> names;
  for (int k = 1; k < n; ++k) names.push_back(w(k));
  names.emplace_back("p");
  Range covered = 0;
  const std::vector<Value> pieces = all["proof"]["pieces"].list();
  for (const Value& piece : pieces) {
    const Range p = piece["p"].range();
    if (!(covered - Range(p.lower())).nonnegative()) throw Refusal(piece.place + " leaves a gap");
    covered = p.upper();
    const Value tube = piece["tube"];
    const Value stated = tube["problem"];
    if (tube["kind"].text() != "tube" || stated["flow"].text() != "system" ||
        stated["formulas"].json != formulas || stated["variables"].json != names) {
      throw Refusal(piece.place + " is a tube of another flow than that of the data");
    }
    if (stated["t0"].number() != 0 || tube["claims"]["t"].number() != conclusion.time) {
      throw Refusal(piece.place + " is a tube over other times");
    }
    Box start = conclusion.start;
    start.push_back(p);
    const Box from = stated["box"].box(n);
    for (int k = 0; k < n; ++k) compare(start[k], from[k], piece.place + ", start");
    if (tube["claims"]["uniqueness"].text() != "certified") throw Refusal("a tube is not unique");
    Box end = tube["claims"]["box"].box(n);
    end.pop_back();
    conclusion.check(end);
    check_tube(tube.json);
  }
  if (!(covered - conclusion.least_p).nonnegative()) {
    throw Refusal("the tubes do not go up to delta_bar");
  }
  return "accepted: the conclusion for every delta up to delta_bar, by " +
         std::to_string(pieces.size()) + " tubes up to T_bar, is proved again";
}

}  // namespace network_checker
