#include <algorithm>
#include <map>

#include "taylor_code.hpp"

namespace filippov::detail {

namespace {

constexpr std::size_t highest_degree = 5;     // of what is multiplied out
constexpr std::size_t longest_product = 400;  // terms, before like ones are collected

/// A product of rows: their numbers, from the highest, which come again in many of them, as the
/// factors other than the coordinates do.
using Monomial = std::vector<int>;

/// sum of coefficient * monomial, by the numbers of the monomials
class Polynomial {
 public:
  struct Term {
    int monomial;
    PreciseInterval coefficient;
  };

  Polynomial() = default;
  explicit Polynomial(std::vector<Term> terms) : terms_(std::move(terms)) {}
  Polynomial(int monomial, const PreciseInterval& coefficient) : terms_{{monomial, coefficient}} {}

  const std::vector<Term>& terms() const { return terms_; }
  std::size_t size() const { return terms_.size(); }
  /// The number that it is, if it is one.
  std::optional<PreciseInterval> number() const {
    if (terms_.empty()) return PreciseInterval();
    if (size() > 1 || terms_.front().monomial != 0) return std::nullopt;
    return terms_.front().coefficient;
  }
  Polynomial scaled(const PreciseInterval& factor) const {
    Polynomial result(*this);
    for (Term& term : result.terms_) term.coefficient = term.coefficient * factor;
    return result;
  }
  Polynomial negated() const {
    Polynomial result(*this);
    for (Term& term : result.terms_) term.coefficient = -term.coefficient;
    return result;
  }
  friend Polynomial operator+(const Polynomial& a, const Polynomial& b) {
    Polynomial sum;
    sum.terms_.reserve(a.size() + b.size());
    auto p = a.terms_.begin();
    auto q = b.terms_.begin();
    while (p != a.terms_.end() && q != b.terms_.end()) {
      if (p->monomial == q->monomial) {
        sum.terms_.push_back({p->monomial, p->coefficient + q->coefficient});
        ++p;
        ++q;
      } else {
        sum.terms_.push_back(p->monomial < q->monomial ? *p++ : *q++);
      }
    }
    sum.terms_.insert(sum.terms_.end(), p, a.terms_.end());
    sum.terms_.insert(sum.terms_.end(), q, b.terms_.end());
    return sum;
  }

 private:
  std::vector<Term> terms_;
};

class Collection {
 public:
  Collection(const Program& program, const ProgramConstants& constants)
      : program_(program),
        constants_(constants),
        polynomials_(static_cast<std::size_t>(program.slot_count())),
        rows_(polynomials_.size(), -1) {}

  std::optional<TaylorCode> run();

 private:
  Polynomial& polynomial(int slot) { return polynomials_[static_cast<std::size_t>(slot)]; }
  const Monomial& factors(int monomial) const {
    return monomials_[static_cast<std::size_t>(monomial)];
  }
  int number_of(Monomial monomial);
  int product(int a, int b);
  /// Only coordinates and the time occur.
  bool is_elementary(const Polynomial& polynomial) const;
  std::size_t degree(const Polynomial& polynomial) const;
  Polynomial value(const Instruction& instruction);
  Polynomial times(int a, int b);
  Polynomial times(const Polynomial& a, const Polynomial& b);
  /// The slot as one factor, computed by steps if it is a sum.
  Polynomial as_factor(int slot);
  Polynomial of_row(int row) { return {number_of({row}), PreciseInterval(1.0)}; }
  int row_of(int slot);
  int row_of_monomial(const Monomial& monomial);
  void add_terms(const Polynomial& polynomial);
  TaylorCode::Output output(int slot, bool computed);

  const Program& program_;
  const ProgramConstants& constants_;
  TaylorCode code_;
  std::vector<Polynomial> polynomials_;  // by slot
  std::vector<int> rows_;                // by slot, where steps compute it
  std::vector<Monomial> monomials_;
  std::map<Monomial, int> numbers_;
  std::map<Monomial, int> products_;  // rows of monomials of two and more factors
  long terms_ = 0;                    // that were computed
};

int Collection::number_of(Monomial monomial) {
  const auto [place, inserted] =
      numbers_.try_emplace(std::move(monomial), static_cast<int>(monomials_.size()));
  if (inserted) monomials_.push_back(place->first);
  return place->second;
}

int Collection::product(int a, int b) {
  Monomial all;
  std::merge(factors(a).begin(), factors(a).end(), factors(b).begin(), factors(b).end(),
             std::back_inserter(all), std::greater<>());
  return number_of(std::move(all));
}

bool Collection::is_elementary(const Polynomial& polynomial) const {
  return std::all_of(polynomial.terms().begin(), polynomial.terms().end(), [&](const auto& term) {
    return factors(term.monomial).empty() || factors(term.monomial).front() <= code_.dimension;
  });
}

std::size_t Collection::degree(const Polynomial& polynomial) const {
  std::size_t degree = 0;
  for (const auto& term : polynomial.terms()) {
    degree = std::max(degree, factors(term.monomial).size());
  }
  return degree;
}

Polynomial Collection::times(const Polynomial& a, const Polynomial& b) {
  if (const auto factor = a.number()) return b.scaled(*factor);
  if (const auto factor = b.number()) return a.scaled(*factor);
  std::map<int, PreciseInterval> terms;
  for (const auto& p : a.terms()) {
    for (const auto& q : b.terms()) {
      const PreciseInterval coefficient = p.coefficient * q.coefficient;
      const auto [place, inserted] =
          terms.try_emplace(product(p.monomial, q.monomial), coefficient);
      if (!inserted) place->second = place->second + coefficient;
    }
  }
  terms_ += static_cast<long>(a.size() * b.size());
  std::vector<Polynomial::Term> sum;
  for (const auto& [monomial, coefficient] : terms) sum.push_back({monomial, coefficient});
  return Polynomial(std::move(sum));
}

/// Multiplied out where that brings no factors but the coordinates: others are too many to meet
/// again.
Polynomial Collection::times(int a, int b) {
  const Polynomial& p = polynomial(a);
  const Polynomial& q = polynomial(b);
  const bool scales = p.number() || q.number();
  const bool short_enough = degree(p) + degree(q) <= highest_degree &&
                            (p.size() * q.size() == 1 || (p.size() * q.size() <= longest_product &&
                                                          is_elementary(p) && is_elementary(q)));
  if (scales || short_enough) return times(p, q);
  if (a == b) return of_row(code_.add_step(TaylorCode::Kind::square, row_of(a)));
  const Polynomial first = as_factor(a);
  const Polynomial second = as_factor(b);
  if (degree(first) + degree(second) <= highest_degree) return times(first, second);
  return of_row(code_.add_step(TaylorCode::Kind::multiply, row_of(a), row_of(b)));
}

Polynomial Collection::as_factor(int slot) {
  return polynomial(slot).size() == 1 ? polynomial(slot) : of_row(row_of(slot));
}

int Collection::row_of_monomial(const Monomial& monomial) {
  if (monomial.size() == 1) return monomial.front();
  const auto place = products_.find(monomial);
  if (place != products_.end()) return place->second;
  const Monomial shorter(monomial.begin(), monomial.end() - 1);
  const int first = row_of_monomial(shorter);
  const int row = first == monomial.back()
                      ? code_.add_step(TaylorCode::Kind::square, first)
                      : code_.add_step(TaylorCode::Kind::multiply, first, monomial.back());
  products_.emplace(monomial, row);
  return row;
}

void Collection::add_terms(const Polynomial& polynomial) {
  for (const auto& [monomial, coefficient] : polynomial.terms()) {
    const int row = monomial == 0 ? -1 : row_of_monomial(factors(monomial));
    code_.terms.push_back({row, coefficient.interval(), coefficient});
  }
}

int Collection::row_of(int slot) {
  int& row = rows_[static_cast<std::size_t>(slot)];
  if (row >= 0) return row;
  const Polynomial& sum = polynomial(slot);
  if (const auto& constant = constants_.slot(slot)) {
    return row = code_.new_constant(constant->value, constant->precise_value);
  }
  if (const auto number = sum.number()) {
    return row = code_.new_constant(number->interval().interval(), *number);
  }
  const auto& first = sum.terms().front();
  const bool is_one = first.coefficient.middle() == 1 && first.coefficient.rest().magnitude() == 0;
  if (sum.size() == 1 && is_one) return row = row_of_monomial(factors(first.monomial));
  const auto begin = static_cast<int>(code_.terms.size());
  add_terms(sum);
  const auto end = static_cast<int>(code_.terms.size());
  return row = code_.add_step(TaylorCode::Kind::combination, begin, end);
}

Polynomial Collection::value(const Instruction& instruction) {
  const int a = instruction.first;
  const int b = instruction.second;
  switch (instruction.operation) {
    case Operation::add:
    case Operation::subtract:
      terms_ += static_cast<long>(polynomial(a).size() + polynomial(b).size());
      return instruction.operation == Operation::add ? polynomial(a) + polynomial(b)
                                                     : polynomial(a) + polynomial(b).negated();
    case Operation::negate:
      return polynomial(a).negated();
    case Operation::multiply:
      return times(a, b);
    case Operation::divide: {
      const auto divisor = polynomial(b).number();
      if (!divisor || divisor->contains_zero()) break;
      return polynomial(a).scaled(PreciseInterval(1.0) / *divisor);
    }
    default:
      break;
  }
  return of_row(code_.lower(instruction, row_of(a), b < 0 ? -1 : row_of(b)));
}

TaylorCode::Output Collection::output(int slot, bool computed) {
  const Polynomial& sum = polynomial(slot);
  if (computed || degree(sum) > 1 || !is_elementary(sum)) return {row_of(slot), 0, 0};
  const auto begin = static_cast<int>(code_.terms.size());
  add_terms(sum);
  return {-1, begin, static_cast<int>(code_.terms.size())};
}

std::optional<TaylorCode> Collection::run() {
  code_.dimension = program_.dimension();
  number_of({});
  for (int i = 0; i <= code_.dimension; ++i) {
    const int row = code_.new_row();
    rows_[static_cast<std::size_t>(i)] = row;
    polynomial(i) = of_row(row);
  }
  const int first_moving = program_.first_instruction_slot() + program_.constant_instructions();
  for (int slot = program_.first_constant_slot(); slot < first_moving; ++slot) {
    polynomial(slot) = Polynomial(0, constants_.slot(slot)->precise_value);
  }
  const auto& instructions = program_.instructions();
  const long most_terms = 100000 + 100 * static_cast<long>(instructions.size());
  for (int slot = first_moving; slot < program_.slot_count(); ++slot) {
    const int place = slot - program_.first_instruction_slot();
    polynomial(slot) = value(instructions[static_cast<std::size_t>(place)]);
    if (terms_ > most_terms) return std::nullopt;
  }
  for (std::size_t i = 0; i < program_.outputs().size(); ++i) {
    const bool is_velocity = static_cast<int>(i) < code_.dimension;
    code_.outputs.push_back(output(program_.outputs()[i], is_velocity));
  }
  return std::move(code_);
}

}  // namespace

std::optional<TaylorCode> collected_code(const Program& program,
                                         const ProgramConstants& constants) {
  return Collection(program, constants).run();
}

}  // namespace filippov::detail
