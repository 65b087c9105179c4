#include "affine_continuations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "filippov/geometry/p_matrix.hpp"

namespace filippov::detail {

namespace {

/// Solutions of groups that do not interact are combined up to this many.
constexpr std::size_t most_combined = 1000;
/// A rate below this part of |grad h| |f| may be left over from the place of the point.
constexpr double rate_rounding = 1e-14;

/// The faces in whose closure a solution with ties lies: an index at a bound with zero rate may
/// also slide; one inside a singular block may do anything.
void expand_ties(const BoxComplementaritySolution& solution, bool singular,
                 std::set<std::vector<int>>& choices) {
  std::vector<std::vector<int>> open{{}};
  for (std::size_t i = 0; i < solution.face.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const int side = solution.face[i];
    std::vector<int> options{side};
    if (side == 0 && singular) {
      // A rate that is not zero leaves no choice.
      options = solution.w(k) == 0  ? std::vector<int>{0, 1, -1}
                : solution.w(k) > 0 ? std::vector<int>{1}
                                    : std::vector<int>{-1};
    }
    if (side != 0 && std::abs(solution.w(k)) == 0) options = {side, 0};
    std::vector<std::vector<int>> next;
    for (const std::vector<int>& head : open) {
      for (const int option : options) {
        next.push_back(head);
        next.back().push_back(option);
      }
    }
    open = std::move(next);
  }
  choices.insert(open.begin(), open.end());
}

/// Rates that count as zero become zero.
void round_rates(BoxComplementaritySolution& solution, const Eigen::VectorXd& b,
                 const Eigen::MatrixXd& m) {
  for (Eigen::Index i = 0; i < solution.w.size(); ++i) {
    const double scale = std::abs(b(i)) + m.row(i).cwiseAbs().sum();
    if (std::abs(solution.w(i)) <= tie_tolerance * scale) solution.w(i) = 0;
  }
}

}  // namespace

AffineContinuations::AffineContinuations(const Inclusion& inclusion, const LocalPoint& point,
                                         const SparseColumns& columns, double direction)
    : point_(point) {
  const auto k = static_cast<Eigen::Index>(point.active.size());
  const auto n = static_cast<Eigen::Index>(point.x.size());
  Eigen::VectorXd f(n);
  inclusion.selection(point.t, point.x, point.signature, {f.data(), point.x.size()});
  b_.resize(k);
  m_.resize(k, k);
  Eigen::VectorXd lengths(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    const SwitchingGradient gradient = inclusion.switching_gradient(
        point.active[static_cast<std::size_t>(i)], point.t, point.x, point.signature);
    b_(i) = gradient.x.dot(f) + gradient.t;
    lengths(i) = gradient.x.lpNorm<1>();
    for (Eigen::Index j = 0; j < k; ++j) {
      double product = 0;
      for (const auto& [component, value] : columns[static_cast<std::size_t>(j)]) {
        product += gradient.x(component) * value;
      }
      m_(i, j) = product;
      // b belongs to multiplier 0, f to the sign of the point.
      b_(i) -= product *
               point.signature[static_cast<std::size_t>(point.active[static_cast<std::size_t>(j)])];
    }
  }
  // At a point of contact the rate is zero, and what is left of it must not choose the side.
  const double speed = f.lpNorm<Eigen::Infinity>();
  Eigen::VectorXd change;  // not needed as a rule
  for (Eigen::Index i = 0; i < k; ++i) {
    if (std::abs(b_(i)) > rate_rounding * lengths(i) * speed) continue;
    // A slow motion beside a fast one is no rounding.
    if (change.size() == 0) change = 4 * change_by_rounding(inclusion, point, point.signature);
    const SwitchingGradient gradient = inclusion.switching_gradient(
        point.active[static_cast<std::size_t>(i)], point.t, point.x, point.signature);
    if (std::abs(b_(i)) <= gradient.x.cwiseAbs().dot(change)) b_(i) = 0;
  }
  for (Eigen::Index i = 0; i < k; ++i) {
    const int j = point.active[static_cast<std::size_t>(i)];
    if (std::find(point.balanced.begin(), point.balanced.end(), j) == point.balanced.end())
      continue;
    b_(i) = 0;
    m_.row(i).setZero();
  }
  b_ *= direction;
  m_ *= direction;
}

std::vector<std::vector<Eigen::Index>> AffineContinuations::groups() const {
  const Eigen::Index k = b_.size();
  std::vector<int> group(static_cast<std::size_t>(k), -1);
  std::vector<std::vector<Eigen::Index>> result;
  for (Eigen::Index seed = 0; seed < k; ++seed) {
    if (group[static_cast<std::size_t>(seed)] >= 0) continue;
    std::vector<Eigen::Index> members{seed};
    group[static_cast<std::size_t>(seed)] = static_cast<int>(result.size());
    for (std::size_t next = 0; next < members.size(); ++next) {
      for (Eigen::Index j = 0; j < k; ++j) {
        if (group[static_cast<std::size_t>(j)] >= 0) continue;
        if (m_(members[next], j) == 0 && m_(j, members[next]) == 0) continue;
        group[static_cast<std::size_t>(j)] = static_cast<int>(result.size());
        members.push_back(j);
      }
    }
    std::sort(members.begin(), members.end());
    result.push_back(std::move(members));
  }
  return result;
}

AffineContinuations::Partial AffineContinuations::solve_group(
    const std::vector<Eigen::Index>& group) {
  const auto k = static_cast<Eigen::Index>(group.size());
  Eigen::VectorXd b(k);
  Eigen::MatrixXd m(k, k);
  for (Eigen::Index i = 0; i < k; ++i) {
    b(i) = b_(group[static_cast<std::size_t>(i)]);
    for (Eigen::Index j = 0; j < k; ++j) {
      m(i, j) = m_(group[static_cast<std::size_t>(i)], group[static_cast<std::size_t>(j)]);
    }
  }
  Partial partial;
  std::set<std::vector<int>> ties;
  if (k > 2) {
    const bool unique = has_positive_definite_symmetric_part(-m) || (k <= 12 && is_p_matrix(-m));
    if (unique) {
      BoxComplementarityResult result = solve_box_complementarity(b, m, tie_tolerance);
      if (result.status == BoxComplementarityStatus::solved) {
        round_rates(result.solution, b, m);
        if (result.solution.degenerate) {
          expand_ties(result.solution, false, ties);
          partial.ties.assign(ties.begin(), ties.end());
        } else {
          partial.certain.push_back(result.solution.face);
        }
        return partial;
      }
    }
    if (group.size() > most_enumerated) {
      undecided_ = fmt::format(
          "{} surfaces interact at t = {:.17g} without a P-matrix: at most {} can be decided", k,
          point_.t, most_enumerated);
      return partial;
    }
  }
  BoxComplementaritySolutions solutions = all_solutions(b, m, tie_tolerance);
  for (const BoxComplementaritySolution& s : solutions.regular) partial.certain.push_back(s.face);
  for (BoxComplementaritySolution& s : solutions.degenerate) {
    round_rates(s, b, m);
    expand_ties(s, false, ties);
  }
  for (BoxComplementaritySolution& s : solutions.singular) {
    round_rates(s, b, m);
    expand_ties(s, true, ties);
  }
  for (const std::vector<int>& sure : partial.certain) ties.erase(sure);
  partial.ties.assign(ties.begin(), ties.end());
  return partial;
}

void AffineContinuations::combine(const std::vector<Eigen::Index>& group, const Partial& partial) {
  const auto with = [&](Choice choice, const Choice& part) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      choice[static_cast<std::size_t>(group[i])] = part[i];
    }
    return choice;
  };
  std::vector<Choice> certain;
  std::vector<Choice> ties;
  const auto add = [&](std::vector<Choice>& list, const Choice& head, const Choice& part) {
    if (list.size() < most_combined) {
      list.push_back(with(head, part));
    } else if (&list == &ties && undecided_.empty()) {
      undecided_ = fmt::format(
          "more than {} ways to go on at t = {:.17g} that first order does "
          "not decide",
          most_combined, point_.t);
    }
  };
  for (const Choice& head : certain_) {
    for (const Choice& part : partial.certain) add(certain, head, part);
    for (const Choice& part : partial.ties) add(ties, head, part);
  }
  for (const Choice& head : ties_) {
    for (const Choice& part : partial.certain) add(ties, head, part);
    for (const Choice& part : partial.ties) add(ties, head, part);
  }
  left_out_ = (left_out_ + static_cast<double>(certain_.size())) *
                  static_cast<double>(partial.certain.size()) -
              static_cast<double>(certain.size());
  certain_ = std::move(certain);
  ties_ = std::move(ties);
}

void AffineContinuations::run(const std::vector<int>& settled) {
  certain_ = {Choice(point_.active.size(), 0)};
  ties_.clear();
  for (const std::vector<Eigen::Index>& group : groups()) {
    const bool undisturbed = std::all_of(group.begin(), group.end(), [&](Eigen::Index i) {
      return std::binary_search(settled.begin(), settled.end(),
                                point_.active[static_cast<std::size_t>(i)]);
    });
    if (undisturbed) continue;  // slides on
    combine(group, solve_group(group));
  }
}

}  // namespace filippov::detail
