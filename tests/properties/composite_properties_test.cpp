// The enclosure of a random formula over a random box contains what MPFR computes with thousands of
// bits at points of the box: coordinates of every size, from subnormal to the largest doubles.

#include <doctest/doctest.h>
#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <random>
#include <vector>

#include "filippov/function/interval_reading.hpp"
#include "interval_oracle.hpp"

using namespace filippov;

namespace {

using Random = std::mt19937_64;

/// Reads a Program with a fixed number of bits.
class PreciseReading {
 public:
  PreciseReading(const Program& program, mpfr_prec_t precision)
      : program_(program), slots_(static_cast<std::size_t>(program.slot_count())) {
    for (mpfr_t& slot : cells()) mpfr_init2(slot, precision);
    for (std::size_t k = 0; k < program.constants().size(); ++k) {
      const Constant& constant = program.constants()[k];
      mpfr_ptr slot = at(program.first_constant_slot() + static_cast<int>(k));
      if (constant.decimal == "pi") {
        mpfr_const_pi(slot, MPFR_RNDN);
      } else if (constant.decimal.empty()) {
        mpfr_set_d(slot, constant.value, MPFR_RNDN);
      } else {
        mpfr_set_str(slot, constant.decimal.c_str(), 10, MPFR_RNDN);
      }
    }
  }
  ~PreciseReading() {
    for (mpfr_t& slot : cells()) mpfr_clear(slot);
  }
  PreciseReading(const PreciseReading&) = delete;
  PreciseReading& operator=(const PreciseReading&) = delete;

  /// The value at x, or null where it is not defined or jumps.
  mpfr_srcptr evaluate(const std::vector<double>& x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      mpfr_set_d(at(static_cast<int>(i)), x[i], MPFR_RNDN);
    }
    mpfr_set_zero(at(program_.dimension()), 1);
    int to = program_.first_instruction_slot();
    for (const Instruction& instruction : program_.instructions()) {
      if (!execute(instruction, at(to++))) return nullptr;
    }
    mpfr_srcptr result = at(program_.outputs()[0]);
    return mpfr_nan_p(result) ? nullptr : result;
  }

 private:
  struct Slot {
    mpfr_t value;
  };
  class Cells {
   public:
    explicit Cells(std::vector<Slot>& slots) : slots_(slots) {}
    struct Iterator {
      Slot* slot;
      mpfr_t& operator*() const { return slot->value; }
      Iterator& operator++() {
        ++slot;
        return *this;
      }
      bool operator!=(const Iterator& other) const { return slot != other.slot; }
    };
    Iterator begin() const { return {slots_.data()}; }
    Iterator end() const { return {slots_.data() + slots_.size()}; }

   private:
    std::vector<Slot>& slots_;
  };
  Cells cells() { return Cells(slots_); }
  mpfr_ptr at(int slot) { return slots_[static_cast<std::size_t>(slot)].value; }

  bool execute(const Instruction& step, mpfr_ptr to) {
    mpfr_srcptr a = step.first >= 0 ? at(step.first) : nullptr;
    mpfr_srcptr b = step.second >= 0 ? at(step.second) : nullptr;
    switch (step.operation) {
      case Operation::constant:
      case Operation::variable:
      case Operation::time:
        return false;
      case Operation::add:
        mpfr_add(to, a, b, MPFR_RNDN);
        break;
      case Operation::subtract:
        mpfr_sub(to, a, b, MPFR_RNDN);
        break;
      case Operation::multiply:
        mpfr_mul(to, a, b, MPFR_RNDN);
        break;
      case Operation::divide:
        if (mpfr_zero_p(b)) return false;
        mpfr_div(to, a, b, MPFR_RNDN);
        break;
      case Operation::negate:
        mpfr_neg(to, a, MPFR_RNDN);
        break;
      case Operation::integer_power:
        if (mpfr_zero_p(a) && step.index < 0) return false;
        mpfr_pow_si(to, a, step.index, MPFR_RNDN);
        break;
      case Operation::real_power:
        if (mpfr_sgn(a) <= 0) return false;
        mpfr_pow(to, a, b, MPFR_RNDN);
        break;
      case Operation::square_root:
        mpfr_sqrt(to, a, MPFR_RNDN);
        break;
      case Operation::exponential:
        mpfr_exp(to, a, MPFR_RNDN);
        break;
      case Operation::logarithm:
        if (mpfr_sgn(a) <= 0) return false;
        mpfr_log(to, a, MPFR_RNDN);
        break;
      case Operation::sine:
        mpfr_sin(to, a, MPFR_RNDN);
        break;
      case Operation::cosine:
        mpfr_cos(to, a, MPFR_RNDN);
        break;
      case Operation::tangent:
        mpfr_tan(to, a, MPFR_RNDN);
        break;
      case Operation::arctangent:
        mpfr_atan(to, a, MPFR_RNDN);
        break;
      case Operation::hyperbolic_sine:
        mpfr_sinh(to, a, MPFR_RNDN);
        break;
      case Operation::hyperbolic_cosine:
        mpfr_cosh(to, a, MPFR_RNDN);
        break;
      case Operation::hyperbolic_tangent:
        mpfr_tanh(to, a, MPFR_RNDN);
        break;
      case Operation::select: {
        mpfr_srcptr h = at(step.condition);
        if (mpfr_nan_p(h) || (mpfr_zero_p(h) && !step.continuous)) return false;
        mpfr_set(to, mpfr_sgn(h) >= 0 ? a : b, MPFR_RNDN);
        break;
      }
    }
    // What leaves a range that no chain of a few operations on doubles leaves is not looked at.
    return mpfr_number_p(to) != 0 && (mpfr_zero_p(to) || std::labs(mpfr_get_exp(to)) < 1000000);
  }

  const Program& program_;
  std::vector<Slot> slots_;
};

double random_number(Random& random) {
  const double x = std::uniform_real_distribution<double>(-2, 2)(random);
  switch (random() % 8) {
    case 0:
      return std::ldexp(x, static_cast<int>(random() % 2000) - 1000);
    case 1:
      return std::ldexp(x, -1040 - static_cast<int>(random() % 30));  // subnormal
    case 2:
      return std::round(4 * x) / 4;
    case 3:
      return 0;
    default:
      return x;
  }
}

Expression random_formula(Random& random, const std::vector<Expression>& x, int depth) {
  const auto smaller = [&] { return random_formula(random, x, depth - 1); };
  if (depth == 0) {
    const auto which = random() % (x.size() + 1);
    return which < x.size() ? x[which] : 0 * x[0] + random_number(random);
  }
  switch (random() % 22) {
    case 0:
    case 1:
      return smaller() + smaller();
    case 2:
    case 3:
      return smaller() - smaller();
    case 4:
    case 5:
      return smaller() * smaller();
    case 6:
      return smaller() / smaller();
    case 7:
      return sqrt(smaller());
    case 8:
      return exp(smaller());
    case 9:
      return log(smaller());
    case 10:
      return sin(smaller());
    case 11:
      return cos(smaller());
    case 12:
      return tan(smaller());
    case 13:
      return atan(smaller());
    case 14:
      return sinh(smaller());
    case 15:
      return cosh(smaller());
    case 16:
      return tanh(smaller());
    case 17:
      return abs(smaller());
    case 18:
      return max(smaller(), smaller());
    case 19:
      return leaky_relu(0.125, smaller());
    case 20:
      return select(x[0] + 3 * x[1] - 0.5, smaller(), smaller());
    default:
      return pow(smaller(), static_cast<double>(random() % 7) - 3);
  }
}

Interval random_interval(Random& random) {
  const double x = random_number(random);
  switch (random() % 3) {
    case 0:
      return x;
    case 1: {
      const double y = x * (1 + std::ldexp(1.0, -static_cast<int>(random() % 52)));
      return {std::min(x, y), std::max(x, y)};
    }
    default: {
      const double y = random_number(random);
      return {std::min(x, y), std::max(x, y)};
    }
  }
}

bool inside(Interval enclosure, mpfr_srcptr value) {
  return mpfr_cmp_d(value, enclosure.lower()) >= 0 && mpfr_cmp_d(value, enclosure.upper()) <= 0;
}

/// Points of random formulas until `count` values have been compared.
void compare(long count, std::uint64_t seed) {
  // Exact sums of doubles take 2100 bits; and the sine of a double of 2^1024 some more.
  constexpr mpfr_prec_t precision = 2400;
  constexpr mpfr_prec_t more_precision = 12000;
  constexpr int dimension = 3;
  constexpr int boxes_each = 4;
  constexpr int points_each = 8;
  Random random(seed);
  long done = 0;
  for (int trial = 0; done < count; ++trial) {
    std::optional<Function> f;
    try {
      f.emplace(dimension, [&](const auto& x) { return random_formula(random, x, 1 + trial % 4); });
    } catch (const std::exception&) {
      continue;  // such as a division by the constant 0
    }
    const NodeId outputs[] = {f->node()};
    const Program program(*f->graph(), dimension, outputs);
    IntervalReading enclosure(program);
    PreciseReading value(program, precision);
    for (int b = 0; b < boxes_each; ++b) {
      std::vector<Interval> box;
      for (int i = 0; i < dimension; ++i) box.push_back(random_interval(random));
      enclosure.evaluate(0, box);
      const bool nowhere = enclosure.domain(0) == Domain::nowhere;
      const Interval whole = nowhere ? Interval() : enclosure.output(0);
      for (int k = 0; k < points_each; ++k) {
        std::vector<double> x;
        for (const Interval& side : box) {
          const double share = static_cast<double>(random() % 5) / 4;
          const double inner = side.lower() * (1 - share) + side.upper() * share;
          x.push_back(std::clamp(inner, side.lower(), side.upper()));
        }
        mpfr_srcptr exact = value.evaluate(x);
        if (!exact) continue;
        ++done;
        bool good = !nowhere && inside(whole, exact);
        if (!good) {
          PreciseReading better(program, more_precision);
          exact = better.evaluate(x);
          good = !exact || (!nowhere && inside(whole, exact));
        }
        if (!good) {
          CAPTURE(f->text());
          CAPTURE(x[0]);
          CAPTURE(x[1]);
          CAPTURE(x[2]);
          CAPTURE(whole.lower());
          CAPTURE(whole.upper());
          FAIL("the value ", mpfr_get_d(exact, MPFR_RNDN), " is not in the enclosure");
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("composite formulas contain what thousands of bits make of them") {
  compare(testing::property_count() / 5, 1);
}

TEST_CASE("ten million values of composite formulas" * doctest::test_suite("slow")) {
  compare(testing::slow_count(), 2);
}
