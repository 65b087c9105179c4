#include "filippov/verify/box_maximum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <random>

#include "../arithmetic/infinity.hpp"
#include "box_part.hpp"
#include "compose.hpp"
#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

using detail::Attained;
using detail::BoxPart;
using detail::Chart;

using detail::infinity;

bool by_bound(const BoxPart& a, const BoxPart& b) { return a.upper < b.upper; }

/// The halves of a part, or nothing if the doubles are too few.
std::optional<std::pair<BoxPart, BoxPart>> halves(const BoxPart& part, std::size_t coordinate) {
  const Interval entry = part.box[coordinate];
  const double middle = entry.midpoint();
  if (middle == entry.lower() || middle == entry.upper()) return std::nullopt;
  const auto [left, right] = bisect(part.box, coordinate);
  std::pair<BoxPart, BoxPart> result(part, part);
  result.first.one_root = result.second.one_root = false;
  result.first.box = left;
  result.second.box = right;
  return result;
}

/// Branch and bound over several charts with one lower bound.
class Search {
 public:
  Search(std::vector<Chart>& charts, const BoxMaximumOptions& options)
      : charts_(charts), options_(options) {}

  void run();

  double lower() const { return best_ ? best_->value : -infinity; }
  double upper() const;
  const std::optional<Attained>& best() const { return best_; }
  std::size_t best_chart() const { return best_chart_; }
  const std::vector<BoxPart>& remaining() const { return remaining_; }
  SearchStatus status() const { return status_; }
  long boxes() const { return boxes_; }

 private:
  double enough() const {
    return lower() + options_.absolute_gap + options_.relative_gap * std::abs(lower());
  }
  bool narrow(const BoxPart& part) const;
  void start();
  void offer(std::size_t chart, const std::vector<double>& point);
  /// Examines a part and puts it where it belongs.
  void consider(BoxPart part);
  void split_open_parts();
  void localise_maximisers();

  std::vector<Chart>& charts_;
  const BoxMaximumOptions& options_;
  std::priority_queue<BoxPart, std::vector<BoxPart>, decltype(&by_bound)> open_{&by_bound};
  std::vector<BoxPart> remaining_;  // what is good enough, or cannot be split
  std::optional<Attained> best_;
  std::size_t best_chart_ = 0;
  SearchStatus status_ = SearchStatus::reached;
  long boxes_ = 0;
};

double Search::upper() const {
  double result = lower();
  for (const BoxPart& part : remaining_) result = std::max(result, part.upper);
  return result;
}

bool Search::narrow(const BoxPart& part) const {
  const Box& domain = charts_[part.chart].domain();
  for (std::size_t i = 0; i < domain.size(); ++i) {
    if (part.box[i].width() > options_.argument_width * domain[i].width()) return false;
  }
  return true;
}

void Search::offer(std::size_t chart, const std::vector<double>& point) {
  const auto value = charts_[chart].value_at(point);
  if (value && *value > lower()) {
    best_ = {point, *value};
    best_chart_ = chart;
  }
}

void Search::consider(BoxPart part) {
  ++boxes_;
  const double before = lower();
  const std::size_t chart = part.chart;
  std::optional<Attained> attained;
  const bool kept = charts_[chart].examine(part, before, attained);
  if (attained && attained->value > before) {
    offer(chart, attained->point);
    if (attained->value > before + options_.absolute_gap) {
      offer(chart, charts_[chart].climb(attained->point));
    }
  }
  if (!kept || part.upper < lower()) return;
  if (part.upper <= enough()) {
    remaining_.push_back(std::move(part));
  } else {
    open_.push(std::move(part));
  }
}

void Search::start() {
  constexpr int random_starts = 8;
  std::mt19937_64 random(1);
  for (std::size_t k = 0; k < charts_.size(); ++k) {
    const Box& domain = charts_[k].domain();
    offer(k, charts_[k].climb(midpoint(domain)));
    for (int start = 0; start < random_starts; ++start) {
      std::vector<double> point;
      for (const Interval entry : domain) {
        const double share = std::uniform_real_distribution<double>()(random);
        const double x = entry.lower() + share * (entry.upper() - entry.lower());
        point.push_back(std::clamp(x, entry.lower(), entry.upper()));
      }
      offer(k, charts_[k].climb(std::move(point)));
    }
  }
  for (std::size_t k = 0; k < charts_.size(); ++k) consider({charts_[k].domain(), infinity, k, 0});
}

void Search::split_open_parts() {
  while (!open_.empty()) {
    if (boxes_ >= options_.max_boxes) {
      status_ = SearchStatus::exhausted;
      break;
    }
    const BoxPart part = open_.top();
    open_.pop();
    if (part.upper < lower()) continue;
    if (part.upper <= enough()) {
      remaining_.push_back(part);
      continue;
    }
    auto parts = halves(part, part.split);
    if (!parts) parts = halves(part, widest(part.box));
    if (!parts) {
      status_ = SearchStatus::indivisible;
      remaining_.push_back(part);
      continue;
    }
    consider(std::move(parts->first));
    consider(std::move(parts->second));
  }
  for (; !open_.empty(); open_.pop()) remaining_.push_back(open_.top());
}

void Search::localise_maximisers() {
  const long limit = boxes_ + options_.max_boxes / 4;
  std::vector<BoxPart> finished;
  std::vector<BoxPart> wide;
  const auto sort_out = [&] {
    for (BoxPart& part : remaining_) {
      if (!(part.upper < lower())) (narrow(part) ? finished : wide).push_back(std::move(part));
    }
    remaining_.clear();
  };
  for (sort_out(); !wide.empty(); sort_out()) {
    if (boxes_ >= limit) break;
    const std::vector<BoxPart> parts_to_split = std::move(wide);
    wide.clear();
    for (const BoxPart& part : parts_to_split) {
      const auto parts = boxes_ < limit ? halves(part, widest(part.box)) : std::nullopt;
      if (parts) {
        consider(parts->first);
        consider(parts->second);
      } else {
        finished.push_back(part);
      }
    }
    for (; !open_.empty(); open_.pop()) remaining_.push_back(open_.top());
  }
  remaining_ = std::move(finished);
  remaining_.insert(remaining_.end(), wide.begin(), wide.end());
  std::erase_if(remaining_, [&](const BoxPart& part) { return part.upper < lower(); });
}

void Search::run() {
  start();
  split_open_parts();
  if (status_ != SearchStatus::exhausted) localise_maximisers();
}

/// Joins boxes that have a point in common, until none have.
std::vector<Box> joined(std::vector<Box> boxes) {
  // Quadratic in the number of boxes: beyond this many, one hull.
  constexpr std::size_t most = 3000;
  std::vector<Box> result;
  for (Box& box : boxes) {
    for (std::size_t k = 0; k < result.size();) {
      if (boxes.size() > most || intersect(result[k], box)) {
        box = hull(result[k], box);
        result[k] = std::move(result.back());
        result.pop_back();
        k = 0;
      } else {
        ++k;
      }
    }
    result.push_back(std::move(box));
  }
  return result;
}

Statement uniqueness(std::vector<Chart>& charts, const std::vector<BoxPart>& parts) {
  if (parts.empty()) return {Proof::undecided, "no point is known at which the supremum is taken"};
  const std::size_t chart = parts[0].chart;
  Box all = parts[0].box;
  for (const BoxPart& part : parts) {
    if (part.chart != chart || !intersect(all, part.box)) {
      return {Proof::undecided, "several boxes may hold maximisers"};
    }
    all = hull(all, part.box);
  }
  if ((parts.size() == 1 && parts[0].one_root) || charts[chart].holds_one(all)) {
    return {Proof::certified, ""};
  }
  return {Proof::undecided, "the box that holds the maximisers may hold several"};
}

/// `place`: from a part's box to the box it stands for.
template <class Place>
BoxMaximum maximize(std::vector<Chart>& charts, const BoxMaximumOptions& options,
                    const Place& place) {
  Search search(charts, options);
  search.run();
  if (!search.best() && search.remaining().empty()) {
    throw Error("the function to be maximised is defined nowhere on the set given");
  }
  BoxMaximum result;
  result.value = Interval(search.lower(), search.upper());
  if (search.best()) {
    result.argument = midpoint(place(search.best_chart(), point_box(search.best()->point)));
  }
  std::vector<Box> boxes;
  for (const BoxPart& part : search.remaining()) boxes.push_back(place(part.chart, part.box));
  result.maximisers = joined(std::move(boxes));
  result.unique = uniqueness(charts, search.remaining());
  result.status = search.status();
  result.boxes = search.boxes();
  return result;
}

/// f on the face v_k = sign of the cube: f(v / |v|), a function of the other coordinates of v.
Function on_face(const Function& f, std::size_t k, int sign) {
  const int d = f.dimension();
  auto graph = std::make_shared<Graph>();
  std::vector<Expression> v = detail::graph_variables(graph, d - 1);
  v.insert(v.begin() + static_cast<std::ptrdiff_t>(k), Expression(sign));
  Expression square = 0;
  for (const Expression& entry : v) square += entry * entry;
  const Expression norm = sqrt(square);
  for (Expression& entry : v) entry /= norm;
  return {d - 1, graph, detail::compose(f, v, graph).node_in(*graph)};
}

}  // namespace

std::string_view name(SearchStatus status) {
  switch (status) {
    case SearchStatus::not_run:
      return "not run";
    case SearchStatus::reached:
      return "reached";
    case SearchStatus::exhausted:
      return "exhausted";
    case SearchStatus::indivisible:
      return "indivisible";
  }
  throw Error("no such search status");
}

BoxMaximum maximize_on_box(const Function& f, const Box& box, const BoxMaximumOptions& options) {
  if (box.size() != static_cast<std::size_t>(f.dimension()) || !is_bounded(box)) {
    throw Error(
        fmt::format("maximize_on_box: a box with {} entries for a function of {} "
                    "coordinates: expected as many, all bounded",
                    box.size(), f.dimension()));
  }
  std::vector<Chart> charts;
  charts.emplace_back(f, box);
  return maximize(charts, options, [](std::size_t, const Box& part) { return part; });
}

BoxMaximum maximize_on_sphere(const Function& f, const BoxMaximumOptions& options) {
  const auto d = static_cast<std::size_t>(f.dimension());
  std::vector<Chart> charts;
  if (d == 1) {
    for (const int sign : {1, -1}) charts.emplace_back(f, Box{sign});
    return maximize(charts, options, [](std::size_t, const Box& part) { return part; });
  }
  // Somewhat larger than the faces, so that a maximiser where faces meet is inside.
  const Interval reach(-1.0625, 1.0625);
  for (std::size_t k = 0; k < d; ++k) {
    for (const int sign : {1, -1}) {
      charts.emplace_back(on_face(f, k, sign), Box(d - 1, reach));
    }
  }
  return maximize(charts, options, [](std::size_t chart, Box v) {
    v.insert(v.begin() + static_cast<std::ptrdiff_t>(chart / 2), chart % 2 == 0 ? 1 : -1);
    const Interval norm = euclidean_norm(v);
    for (Interval& entry : v) entry /= norm;
    return v;
  });
}

}  // namespace filippov
