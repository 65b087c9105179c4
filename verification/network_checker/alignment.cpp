#include "alignment.hpp"

#include "checker/check.hpp"
#include "conclusion.hpp"
#include "constants.hpp"
#include "training_flow.hpp"

namespace network_checker {

std::string check_alignment(const Value& all, const Problem& problem) {
  const bool signs = !problem.two_layer && !problem.diagonal;
  const int negative = all["problem"]["negative_neurons"].integer(0, signs ? 1000000 : 0);
  const Conclusion conclusion(all, problem, negative);
  const Range rate = check_constants(all["constants"], problem);
  const Range ln_C = all["claims"]["ln_C"].range();
  compare(rate * Range(conclusion.time), ln_C, "ln C");
  if (!(-ln_C / Range(2) - conclusion.ln_delta).nonnegative()) {
    throw Refusal("delta_bar is not proved to be at most C^(-1/2)");
  }
  // delta = |rows| sqrt p
  const Range least = squared(Range::increasing(mpfr_exp, conclusion.ln_delta) / conclusion.norm);
  const TrainingFlow flow(problem, conclusion.neurons, negative);
  Range covered = 0;
  const std::vector<Value> pieces = all["proof"]["pieces"].list();
  for (const Value& piece : pieces) {
    const Range p = piece["p"].range();
    if (!(covered - Range(p.lower())).nonnegative()) throw Refusal(piece.place + " leaves a gap");
    covered = p.upper();
    const Value tube = piece["tube"];
    const Box s = flow.claimed_end(tube, conclusion.start, p, conclusion.time);
    const Range growth = Range::increasing(mpfr_log, length_of(s) / conclusion.norm);
    if (!(ln_C / Range(2) - growth).nonnegative()) {
      throw Refusal("|w| <= sqrt(C) delta is not proved");
    }
    conclusion.check(s);
    checker::check(tube);
  }
  if (!(covered - least).nonnegative()) throw Refusal("the tubes do not go up to delta_bar");
  return "accepted: the conclusion for every delta up to delta_bar, by " +
         std::to_string(pieces.size()) + " tubes up to T_bar, is proved again";
}

}  // namespace network_checker
