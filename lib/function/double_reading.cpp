#include "filippov/function/double_reading.hpp"

#include <algorithm>
#include <cmath>

namespace filippov {

namespace {

double integer_power(double base, int exponent) {
  double result = 1;
  for (int k = std::abs(exponent); k > 0; k /= 2) {
    if (k % 2 == 1) result *= base;
    base *= base;
  }
  return exponent < 0 ? 1 / result : result;
}

void load(double* slots, double t, std::span<const double> x) {
  for (std::size_t i = 0; i < x.size(); ++i) slots[i] = x[i];
  slots[x.size()] = t;
}

}  // namespace

DoubleReading::DoubleReading(Program program)
    : program_(std::move(program)), slots_(static_cast<std::size_t>(program_.slot_count())) {
  auto place = slots_.begin() + program_.first_constant_slot();
  for (const Constant& constant : program_.constants()) *place++ = constant.value;
  run(0, program_.constant_instructions(), nullptr);
}

void DoubleReading::evaluate(double t, std::span<const double> x) {
  load(slots_.data(), t, x);
  run(program_.constant_instructions(), static_cast<int>(program_.instructions().size()), nullptr);
}

void DoubleReading::evaluate(double t, std::span<const double> x, const Signature& signature) {
  load(slots_.data(), t, x);
  run(program_.constant_instructions(), static_cast<int>(program_.instructions().size()),
      &signature);
}

void DoubleReading::run(int from, int to, const Signature* signature) {
  double* const s = slots_.data();
  double* out = s + program_.first_instruction_slot() + from;
  const Instruction* code = program_.instructions().data() + from;
  const Instruction* const end = program_.instructions().data() + to;
  for (; code != end; ++code, ++out) {
    const double a = s[code->first];
    switch (code->operation) {
      case Operation::constant:
      case Operation::variable:
      case Operation::time:
        break;
      case Operation::add:
        *out = a + s[code->second];
        break;
      case Operation::subtract:
        *out = a - s[code->second];
        break;
      case Operation::multiply:
        *out = a * s[code->second];
        break;
      case Operation::divide:
        *out = a / s[code->second];
        break;
      case Operation::negate:
        *out = -a;
        break;
      case Operation::integer_power:
        *out = integer_power(a, code->index);
        break;
      case Operation::real_power:
        *out = std::pow(a, s[code->second]);
        break;
      case Operation::square_root:
        *out = std::sqrt(a);
        break;
      case Operation::exponential:
        *out = std::exp(a);
        break;
      case Operation::logarithm:
        *out = std::log(a);
        break;
      case Operation::sine:
        *out = std::sin(a);
        break;
      case Operation::cosine:
        *out = std::cos(a);
        break;
      case Operation::tangent:
        *out = std::tan(a);
        break;
      case Operation::arctangent:
        *out = std::atan(a);
        break;
      case Operation::hyperbolic_sine:
        *out = std::sinh(a);
        break;
      case Operation::hyperbolic_cosine:
        *out = std::cosh(a);
        break;
      case Operation::hyperbolic_tangent:
        *out = std::tanh(a);
        break;
      case Operation::select: {
        const int fixed = signature ? (*signature)[static_cast<std::size_t>(code->index)] : 0;
        const double h = fixed != 0 ? fixed : s[code->condition];
        const double b = s[code->second];
        *out = h > 0 ? a : h < 0 ? b : 0.5 * (a + b);
        break;
      }
    }
  }
}

}  // namespace filippov
