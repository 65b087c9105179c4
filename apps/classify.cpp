#include "filippov/solver/classify.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "filippov/arithmetic/error.hpp"
#include "filippov/view/json.hpp"
#include "numbers.hpp"
#include "output.hpp"
#include "problem_options.hpp"
#include "summary.hpp"

namespace filippov::apps {

namespace {

class Classify {
 public:
  explicit Classify(Command& command) : problem_(command), json_(command) {
    command.option("--at", at_, "VALUES", "the point, as in 1,0", "The problem");
    command.option("--start", time_, "TIME", "the time (default 0)", "The problem");
    command.flag("--backward", backward_, "solutions backward in time", "The problem");
    command.footer(std::string("Example: u1*|u2| has three continuations from (1, 0)\n"
                               "  filippov classify --ascend 'u1*abs(u2)' --at 1,0") +
                   formula_help());
  }

  int run() const {
    const NamedProblem named = problem_.read();
    if (!at_ && !named.initial) {
      throw Error(
          fmt::format("--at is missing: expected the point, {} values", named.variables.size()));
    }
    const std::vector<double> x = at_ ? read_state(*at_, "--at", named.variables) : *named.initial;
    const double t = time_ ? read_number(*time_, "--start") : named.start.value_or(0);
    require_potential(named, {x.begin(), x.end()}, "--at " + at_.value_or("of the file"));
    json_.check();
    const Classification result = classify(*named.inclusion, x, t, backward_ ? -1 : 1);
    json_.write(
        [&] { return to_json(result, named.surfaces); },
        [&] { return classification_summary(result, x, t, named.variables, named.surfaces); });
    return 0;
  }

 private:
  ProblemOptions problem_;
  JsonOption json_;
  std::optional<std::string> at_, time_;
  bool backward_ = false;
};

}  // namespace

void add_classify(CommandLine& program) {
  program.add<Classify>("classify", "say which solutions continue from a point");
}

}  // namespace filippov::apps
