#include "taylor_code.hpp"

#include <algorithm>
#include <cstdlib>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/interval_reading.hpp"

namespace filippov::detail {

namespace {

PreciseInterval precise(const Constant& constant) {
  if (constant.unknown != 0) return PreciseInterval(UpwardInterval(constant.enclosure));
  return constant.is_double() ? PreciseInterval(constant.value)
                              : PreciseInterval::from_decimal(constant.decimal);
}

/// The value of an instruction on constants, whose double-precision enclosure is `value`.
PreciseInterval precise(Operation operation, const PreciseInterval& a, const PreciseInterval& b,
                        Interval value) {
  switch (operation) {
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return a * b;
    case Operation::divide:
      return a / b;
    case Operation::negate:
      return -a;
    default:
      return PreciseInterval(UpwardInterval(value));
  }
}

TaylorCode plain_code(const Program& program, const ProgramConstants& constants) {
  TaylorCode code;
  code.dimension = program.dimension();
  for (int i = 0; i <= code.dimension; ++i) code.new_row();
  std::vector<int> row_of_slot(static_cast<std::size_t>(program.slot_count()), -1);
  for (int i = 0; i <= code.dimension; ++i) row_of_slot[static_cast<std::size_t>(i)] = i;
  for (int slot = program.first_constant_slot();
       slot < program.first_instruction_slot() + program.constant_instructions(); ++slot) {
    const TaylorCode::Constant& constant = *constants.slot(slot);
    row_of_slot[static_cast<std::size_t>(slot)] =
        code.new_constant(constant.value, constant.precise_value);
  }
  const auto row_of = [&](int slot) {
    return slot < 0 ? -1 : row_of_slot[static_cast<std::size_t>(slot)];
  };
  for (std::size_t i = static_cast<std::size_t>(program.constant_instructions());
       i < program.instructions().size(); ++i) {
    const Instruction& instruction = program.instructions()[i];
    row_of_slot[static_cast<std::size_t>(program.first_instruction_slot()) + i] =
        code.lower(instruction, row_of(instruction.first), row_of(instruction.second));
  }
  for (const int output : program.outputs()) code.outputs.push_back({row_of(output), 0, 0});
  return code;
}

}  // namespace

ProgramConstants::ProgramConstants(const Program& program)
    : values_(static_cast<std::size_t>(program.slot_count())) {
  // What depends on constants alone is a number: the interval reading knows it.
  const IntervalReading numbers(program);
  int slot = program.first_constant_slot();
  for (const Constant& constant : program.constants()) {
    values_[static_cast<std::size_t>(slot)] = {numbers.slot(slot), precise(constant)};
    ++slot;
  }
  for (int i = 0; i < program.constant_instructions(); ++i, ++slot) {
    const Instruction& code = program.instructions()[static_cast<std::size_t>(i)];
    const auto precise_of = [&](int operand) {
      return operand < 0 ? PreciseInterval()
                         : values_[static_cast<std::size_t>(operand)]->precise_value;
    };
    const Interval value = numbers.slot(slot);
    values_[static_cast<std::size_t>(slot)] = {
        value, precise(code.operation, precise_of(code.first), precise_of(code.second), value)};
  }
}

TaylorCode taylor_code(const Program& program, bool collects) {
  const ProgramConstants constants(program);
  TaylorCode plain = plain_code(program, constants);
  // Little is to be gained where there is little; and products of sums over a box are narrower
  // than what they become multiplied out.
  constexpr long little = 400;
  constexpr long much = 2;
  if (!collects || plain.cost() < little) return plain;
  std::optional<TaylorCode> collected = collected_code(program, constants);
  if (!collected || much * collected->cost() > plain.cost()) return plain;
  return std::move(*collected);
}

bool TaylorCode::is_linear() const {
  return std::all_of(steps.begin(), steps.end(), [&](const Step& step) {
    switch (step.kind) {
      case Kind::add:
      case Kind::subtract:
      case Kind::negate:
      case Kind::combination:
        return true;
      case Kind::multiply:
        return is_constant(step.a) || is_constant(step.b);
      case Kind::divide:
        return is_constant(step.b);
      default:
        return false;
    }
  });
}

long TaylorCode::cost() const {
  constexpr long product = 8;  // a sum over the orders
  long sum = 0;
  for (const Step& step : steps) {
    switch (step.kind) {
      case Kind::add:
      case Kind::subtract:
      case Kind::negate:
        ++sum;
        break;
      case Kind::combination:
        sum += step.b - step.a;
        break;
      case Kind::multiply:
        sum += is_constant(step.a) || is_constant(step.b) ? 1 : product;
        break;
      case Kind::divide:
        sum += is_constant(step.b) ? 1 : product;
        break;
      default:
        sum += product;
        break;
    }
  }
  return sum;
}

int TaylorCode::new_row() {
  constants.emplace_back();
  return rows++;
}

int TaylorCode::new_constant(Interval value, const PreciseInterval& precisely) {
  constants.push_back(Constant{value, precisely});
  return rows++;
}

int TaylorCode::add_step(Kind kind, int a, int b, UpwardInterval exponent) {
  const int to = new_row();
  steps.push_back({kind, to, a, b, exponent});
  if (has_two_rows(kind)) new_row();
  return to;
}

int TaylorCode::lower_integer_power(int a, int exponent) {
  int result = -1;
  int power = a;
  for (int k = std::abs(exponent); k > 0; k /= 2) {
    if (k % 2 == 1) result = result < 0 ? power : add_step(Kind::multiply, result, power);
    if (k > 1) power = add_step(Kind::square, power);
  }
  if (exponent > 0) return result;
  const int one = new_constant(1, 1);
  return result < 0 ? one : add_step(Kind::divide, one, result);
}

int TaylorCode::lower(const Instruction& instruction, int a, int b) {
  switch (instruction.operation) {
    case Operation::add:
      return add_step(Kind::add, a, b);
    case Operation::subtract:
      return add_step(Kind::subtract, a, b);
    case Operation::multiply:
      return a == b ? add_step(Kind::square, a) : add_step(Kind::multiply, a, b);
    case Operation::divide:
      return add_step(Kind::divide, a, b);
    case Operation::negate:
      return add_step(Kind::negate, a);
    case Operation::integer_power:
      return lower_integer_power(a, instruction.index);
    case Operation::real_power:
      if (is_constant(b)) {
        return add_step(Kind::constant_power, a, -1,
                        UpwardInterval(constants[static_cast<std::size_t>(b)]->value));
      }
      return add_step(Kind::exponential, add_step(Kind::multiply, b, add_step(Kind::logarithm, a)));
    case Operation::square_root:
      return add_step(Kind::square_root, a);
    case Operation::exponential:
      return add_step(Kind::exponential, a);
    case Operation::logarithm:
      return add_step(Kind::logarithm, a);
    case Operation::sine:
      return add_step(Kind::sine_cosine, a);
    case Operation::cosine:
      return add_step(Kind::sine_cosine, a) + 1;
    case Operation::tangent:
      return add_step(Kind::tangent, a);
    case Operation::arctangent:
      return add_step(Kind::arctangent, a);
    case Operation::hyperbolic_sine:
      return add_step(Kind::hyperbolic_sine_cosine, a);
    case Operation::hyperbolic_cosine:
      return add_step(Kind::hyperbolic_sine_cosine, a) + 1;
    case Operation::hyperbolic_tangent:
      return add_step(Kind::hyperbolic_tangent, a);
    case Operation::constant:
    case Operation::variable:
    case Operation::time:
    case Operation::select:
      break;
  }
  throw Error("a Taylor series needs the sign of every switching function to be fixed");
}

}  // namespace filippov::detail
