#include "filippov/function/taylor_reading.hpp"

#include <algorithm>
#include <cmath>

#include "filippov/arithmetic/error.hpp"
#include "filippov/function/double_reading.hpp"

namespace filippov {

namespace {

/// sum_{i=from}^{to} a_i b_{k-i}; in four sums, which need not wait for one another.
double products(const double* a, const double* b, int from, int to, int k) {
  const double* const reversed = b + k;
  double s0 = 0;
  double s1 = 0;
  double s2 = 0;
  double s3 = 0;
  int i = from;
  for (; i + 3 <= to; i += 4) {
    s0 += a[i] * reversed[-i];
    s1 += a[i + 1] * reversed[-i - 1];
    s2 += a[i + 2] * reversed[-i - 2];
    s3 += a[i + 3] * reversed[-i - 3];
  }
  for (; i <= to; ++i) s0 += a[i] * reversed[-i];
  return (s0 + s1) + (s2 + s3);
}

/// sum_{i=0}^{k} a_i b_{k-i}
double convolution(const double* a, const double* b, int k) { return products(a, b, 0, k, k); }

double self_convolution(const double* a, int k) {
  double sum = 2 * products(a, a, 0, (k + 1) / 2 - 1, k);
  if (k % 2 == 0) sum += a[k / 2] * a[k / 2];
  return sum;
}

/// sum_{i=1}^{last} i a_i b_{k-i}: k times the coefficient of the integral of a' b.
double derivative_convolution(const double* a, const double* b, int last, int k) {
  double even = 0;
  double odd = 0;
  int i = 1;
  for (; i + 1 <= last; i += 2) {
    odd += i * a[i] * b[k - i];
    even += (i + 1) * a[i + 1] * b[k - i - 1];
  }
  if (i <= last) odd += i * a[i] * b[k - i];
  return odd + even;
}

}  // namespace

TaylorReading::TaylorReading(const Program& program, int max_order)
    : dimension_(program.dimension()), stride_(max_order + 1), rows_(program.dimension() + 1) {
  is_constant_.assign(static_cast<std::size_t>(rows_), false);
  constant_value_.assign(static_cast<std::size_t>(rows_), 0.0);
  // What depends on constants alone is a number: its value comes from the double reading.
  std::vector<int> row_of_slot(static_cast<std::size_t>(program.slot_count()), -1);
  for (int i = 0; i < rows_; ++i) row_of_slot[static_cast<std::size_t>(i)] = i;
  const DoubleReading numbers(program);
  const int first_moving = program.first_instruction_slot() + program.constant_instructions();
  for (int slot = program.first_constant_slot(); slot < first_moving; ++slot) {
    row_of_slot[static_cast<std::size_t>(slot)] = constant_row(numbers.slot(slot));
  }
  for (std::size_t i = static_cast<std::size_t>(program.constant_instructions());
       i < program.instructions().size(); ++i) {
    const Instruction& code = program.instructions()[i];
    const auto row_of = [&](int slot) {
      return slot < 0 ? -1 : row_of_slot[static_cast<std::size_t>(slot)];
    };
    row_of_slot[static_cast<std::size_t>(program.first_instruction_slot()) + i] =
        lower(code, row_of(code.first), row_of(code.second));
  }
  for (const int slot : program.outputs()) {
    outputs_.push_back(row_of_slot[static_cast<std::size_t>(slot)]);
  }
  data_.assign(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(stride_), 0.0);
  for (int r = 0; r < rows_; ++r) {
    if (is_constant_[static_cast<std::size_t>(r)]) {
      row(r)[0] = constant_value_[static_cast<std::size_t>(r)];
    }
  }
}

int TaylorReading::constant_row(double value) {
  is_constant_.push_back(true);
  constant_value_.push_back(value);
  return rows_++;
}

int TaylorReading::add_step(Kind kind, int a, int b, double factor) {
  const bool two_rows = kind == Kind::sine_cosine || kind == Kind::hyperbolic_sine_cosine ||
                        kind == Kind::tangent || kind == Kind::hyperbolic_tangent ||
                        kind == Kind::arctangent;
  steps_.push_back({kind, rows_, a, b, factor});
  const int to = rows_;
  rows_ += two_rows ? 2 : 1;
  is_constant_.resize(static_cast<std::size_t>(rows_), false);
  constant_value_.resize(static_cast<std::size_t>(rows_), 0.0);
  return to;
}

int TaylorReading::lower_multiply(int a, int b) {
  if (is_constant_[static_cast<std::size_t>(b)]) std::swap(a, b);
  if (is_constant_[static_cast<std::size_t>(a)]) {
    return add_step(Kind::scale, b, -1, constant_value_[static_cast<std::size_t>(a)]);
  }
  return a == b ? add_step(Kind::square, a) : add_step(Kind::multiply, a, b);
}

int TaylorReading::lower_integer_power(int a, int exponent) {
  int result = -1;
  int power = a;
  for (int k = std::abs(exponent); k > 0; k /= 2) {
    if (k % 2 == 1) result = result < 0 ? power : lower_multiply(result, power);
    if (k > 1) power = lower_multiply(power, power);
  }
  return exponent > 0 ? result : add_step(Kind::divide, constant_row(1), result);
}

int TaylorReading::lower(const Instruction& instruction, int a, int b) {
  const auto constant = [&](int r) { return is_constant_[static_cast<std::size_t>(r)]; };
  const auto value = [&](int r) { return constant_value_[static_cast<std::size_t>(r)]; };
  switch (instruction.operation) {
    case Operation::add:
      if (constant(a)) return add_step(Kind::add_constant, b, -1, value(a));
      if (constant(b)) return add_step(Kind::add_constant, a, -1, value(b));
      return add_step(Kind::add, a, b);
    case Operation::subtract:
      if (constant(b)) return add_step(Kind::add_constant, a, -1, -value(b));
      return add_step(Kind::subtract, a, b);
    case Operation::multiply:
      return lower_multiply(a, b);
    case Operation::divide:
      if (constant(b)) return add_step(Kind::scale, a, -1, 1 / value(b));
      return add_step(Kind::divide, a, b);
    case Operation::negate:
      return add_step(Kind::negate, a);
    case Operation::integer_power:
      return lower_integer_power(a, instruction.index);
    case Operation::real_power:
      if (constant(b)) return add_step(Kind::constant_power, a, -1, value(b));
      return add_step(Kind::exponential, lower_multiply(b, add_step(Kind::logarithm, a)));
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
    default:
      throw Error("a Taylor series needs a mode: the sign of every switching function fixed");
  }
}

void TaylorReading::set_time(double t0, double rate) {
  const std::span<double> time = row(dimension_);
  std::fill(time.begin(), time.end(), 0.0);
  time[0] = t0;
  if (stride_ > 1) time[1] = rate;
}

void TaylorReading::advance(int k) {
  double* const data = data_.data();
  const auto series = [&](int slot) { return data + static_cast<std::ptrdiff_t>(slot) * stride_; };
  for (const Step& step : steps_) {
    double* const c = series(step.to);
    const double* const a = series(step.a);
    switch (step.kind) {
      case Kind::add:
        c[k] = a[k] + series(step.b)[k];
        break;
      case Kind::add_constant:
        c[k] = k == 0 ? a[0] + step.factor : a[k];
        break;
      case Kind::subtract:
        c[k] = a[k] - series(step.b)[k];
        break;
      case Kind::negate:
        c[k] = -a[k];
        break;
      case Kind::scale:
        c[k] = step.factor * a[k];
        break;
      case Kind::multiply:
        c[k] = convolution(a, series(step.b), k);
        break;
      case Kind::square:
        c[k] = self_convolution(a, k);
        break;
      case Kind::divide: {
        const double* const b = series(step.b);
        c[k] = (a[k] - products(b, c, 1, k, k)) / b[0];
        break;
      }
      case Kind::square_root: {
        if (k == 0) {
          c[0] = std::sqrt(a[0]);
          break;
        }
        c[k] = (a[k] - products(c, c, 1, k - 1, k)) / (2 * c[0]);
        break;
      }
      case Kind::exponential:
        c[k] = k == 0 ? std::exp(a[0]) : derivative_convolution(a, c, k, k) / k;
        break;
      case Kind::logarithm:
        c[k] = k == 0 ? std::log(a[0]) : (a[k] - derivative_convolution(c, a, k - 1, k) / k) / a[0];
        break;
      case Kind::sine_cosine: {
        double* const d = c + stride_;
        if (k == 0) {
          c[0] = std::sin(a[0]);
          d[0] = std::cos(a[0]);
        } else {
          c[k] = derivative_convolution(a, d, k, k) / k;
          d[k] = -derivative_convolution(a, c, k, k) / k;
        }
        break;
      }
      case Kind::hyperbolic_sine_cosine: {
        double* const d = c + stride_;
        if (k == 0) {
          c[0] = std::sinh(a[0]);
          d[0] = std::cosh(a[0]);
        } else {
          c[k] = derivative_convolution(a, d, k, k) / k;
          d[k] = derivative_convolution(a, c, k, k) / k;
        }
        break;
      }
      case Kind::tangent:
      case Kind::hyperbolic_tangent: {
        // c' = w a' with w = 1 + c^2 (1 - c^2 for the hyperbolic tangent)
        const double s = step.kind == Kind::tangent ? 1 : -1;
        double* const w = c + stride_;
        if (k == 0) {
          c[0] = step.kind == Kind::tangent ? std::tan(a[0]) : std::tanh(a[0]);
          w[0] = 1 + s * c[0] * c[0];
        } else {
          c[k] = derivative_convolution(a, w, k, k) / k;
          w[k] = s * self_convolution(c, k);
        }
        break;
      }
      case Kind::arctangent: {
        // w c' = a' with w = 1 + a^2
        double* const w = c + stride_;
        w[k] = (k == 0 ? 1 : 0) + self_convolution(a, k);
        c[k] =
            k == 0 ? std::atan(a[0]) : (a[k] - derivative_convolution(c, w, k - 1, k) / k) / w[0];
        break;
      }
      case Kind::constant_power: {
        if (k == 0) {
          c[0] = std::pow(a[0], step.factor);
          break;
        }
        double sum = 0;
        for (int i = 1; i <= k; ++i) sum += (step.factor * i - (k - i)) * a[i] * c[k - i];
        c[k] = sum / (k * a[0]);
        break;
      }
    }
  }
}

}  // namespace filippov
