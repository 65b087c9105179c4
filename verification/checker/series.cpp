#include "series.hpp"

#include <algorithm>

namespace checker {

using filippov::Operation;

Series::Series(const filippov::Program& program, int order, bool derivatives)
    : dimension_(program.dimension()),
      order_(order),
      width_(derivatives ? 1 + program.dimension() : 1),
      slots_(program.dimension() + 1) {
  std::vector<int> slot_of;
  for (int i = 0; i <= dimension_; ++i) slot_of.push_back(i);
  zero_ = constant(0);
  for (const filippov::Constant& number : program.constants()) {
    slot_of.push_back(
        constant(number.decimal.empty() ? Range(number.value) : Range(number.decimal)));
  }
  for (const filippov::Instruction& code : program.instructions()) {
    const int a = slot_of[code.first];
    const int b = code.second < 0 ? -1 : slot_of[code.second];
    slot_of.push_back(
        code.operation == Operation::integer_power
            ? power(a, code.index)
            : add(code.operation, a, b, code.condition < 0 ? -1 : slot_of[code.condition]));
  }
  for (const int slot : program.outputs()) outputs_.push_back(slot_of[slot]);
  data_.resize(slots_ * (order_ + 1) * width_);
}

int Series::add(Operation operation, int a, int b, int condition) {
  const auto push = [&](Operation o, int second) {
    steps_.push_back({o, slots_, a, second, condition});
    return slots_++;
  };
  const auto exponentials = [&] {  // e^a, e^-a
    const int e = add(Operation::exponential, a);
    return std::make_pair(e, add(Operation::divide, constant(1), e));
  };
  switch (operation) {
    case Operation::negate:
      return add(Operation::subtract, zero_, a);
    case Operation::real_power:
      return add(Operation::exponential, add(Operation::multiply, b, add(Operation::logarithm, a)));
    case Operation::square_root:
      return add(Operation::real_power, a, constant(0.5));
    case Operation::exponential:
      return push(operation, slots_);
    case Operation::logarithm:
      return push(operation, a);
    case Operation::sine:
      push(Operation::sine, slots_ + 1);
      return push(Operation::cosine, slots_ - 1) - 1;
    case Operation::cosine:
      return add(Operation::sine, a) + 1;
    case Operation::tangent: {
      const int sine = add(Operation::sine, a);
      return add(Operation::divide, sine, sine + 1);
    }
    case Operation::arctangent:
      return push(operation, add(Operation::add, constant(1), power(a, 2)));
    case Operation::hyperbolic_sine:
    case Operation::hyperbolic_cosine: {
      const auto [up, down] = exponentials();
      return add(Operation::multiply, constant(0.5),
                 add(operation == Operation::hyperbolic_sine ? Operation::subtract : Operation::add,
                     up, down));
    }
    case Operation::hyperbolic_tangent: {  // 1 - 2 / (e^2a + 1)
      const int e = add(Operation::exponential, add(Operation::add, a, a));
      return add(Operation::subtract, constant(1),
                 add(Operation::divide, constant(2), add(Operation::add, e, constant(1))));
    }
    case Operation::select: {  // where h > 0 it is h, where h < 0 it is -h: |h|
      const auto is_opposite = [&](const Step& step) {
        return step.result == b && step.operation == Operation::subtract &&
               step.second == condition && step.first == zero_;
      };
      return push(
          operation,
          a == condition && std::any_of(steps_.begin(), steps_.end(), is_opposite) ? -1 : b);
    }
    default:
      return push(operation, b);
  }
}

int Series::constant(const Range& value) {
  constants_.emplace_back(slots_, value);
  return slots_++;
}

int Series::power(int base, int exponent) {
  if (exponent < 0) return add(Operation::divide, constant(1), power(base, -exponent));
  if (exponent == 0) return constant(1);
  if (exponent == 1) return base;
  const int half = power(base, exponent / 2);
  const int even = add(Operation::multiply, half, half);
  return exponent % 2 == 0 ? even : add(Operation::multiply, even, base);
}

void Series::add_product(int r, int k, int a, int i, int b, int j, const Range* factor) {
  const Range& x = at(a, i, 0);
  const Range& y = at(b, j, 0);
  const Range left = !factor || x.is_zero() ? x : *factor * x;
  const Range right = !factor || y.is_zero() ? y : *factor * y;
  at(r, k, 0).add_product(left, y);
  for (int c = 1; c < width_; ++c) {
    at(r, k, c).add_product(left, at(b, j, c));
    at(r, k, c).add_product(right, at(a, i, c));
  }
}

void Series::divide(int result, int k, int b) {
  at(result, k, 0) = at(result, k, 0) / at(b, 0, 0);
  for (int c = 1; c < width_; ++c) {
    at(result, k, c).add_product(-at(result, k, 0), at(b, 0, c));
    at(result, k, c) = at(result, k, c) / at(b, 0, 0);
  }
}

void Series::run(const Step& step, int k) {
  const int r = step.result;
  const int a = step.first;
  const int b = step.second;
  for (int c = 0; c < width_; ++c) at(r, k, c) = Range();
  const Range minus(-1);
  const Range& x = at(a, 0, 0);
  switch (step.operation) {
    case Operation::add:
    case Operation::subtract:
      for (int c = 0; c < width_; ++c) {
        at(r, k, c) = step.operation == Operation::add ? at(a, k, c) + at(b, k, c)
                                                       : at(a, k, c) - at(b, k, c);
      }
      break;
    case Operation::multiply:
      for (int i = 0; i <= k; ++i) add_product(r, k, a, i, b, k - i);
      if (a == b && k == 0) at(r, 0, 0) = square(x);
      break;
    case Operation::divide:
      for (int c = 0; c < width_; ++c) at(r, k, c) = at(a, k, c);
      for (int i = 1; i <= k; ++i) add_product(r, k, b, i, r, k - i, &minus);
      divide(r, k, b);
      break;
    case Operation::exponential:
    case Operation::sine:
    case Operation::cosine: {  // k r_k = sum_{0<i<=k} i a_i g_{k-i}
      const double sign = step.operation == Operation::cosine ? -1 : 1;
      for (int i = 1; i <= k; ++i) {
        const Range factor = Range(sign * i) / Range(k);
        add_product(r, k, a, i, b, k - i, &factor);
      }
      if (k > 0) break;
      const Range quarter = Range(std::string("pi")) / Range(2);
      const bool is_sine = step.operation == Operation::sine;
      at(r, 0, 0) = step.operation == Operation::exponential ? Range::increasing(mpfr_exp, x)
                                                             : cosine(is_sine ? x - quarter : x);
      const Range slope = step.operation == Operation::exponential ? at(r, 0, 0)
                          : is_sine                                ? cosine(x)
                                                                   : -cosine(x - quarter);
      for (int c = 1; c < width_; ++c) at(r, 0, c) = slope * at(a, 0, c);
      break;
    }
    case Operation::logarithm:
    case Operation::arctangent: {  // k g_0 r_k = k a_k - sum_{0<i<k} i r_i g_{k-i}
      for (int c = 0; c < width_; ++c) at(r, k, c) = at(a, k, c);
      for (int i = 1; i < k; ++i) {
        const Range factor = Range(-i) / Range(k);
        add_product(r, k, r, i, b, k - i, &factor);
      }
      if (k > 0) {
        divide(r, k, b);
        break;
      }
      for (int c = 1; c < width_; ++c) at(r, 0, c) = at(a, 0, c) / at(b, 0, 0);
      at(r, 0, 0) =
          Range::increasing(step.operation == Operation::logarithm ? mpfr_log : mpfr_atan, x);
      break;
    }
    case Operation::select: {
      if (order_ > 0) throw Refusal("a smooth motion depends on a sign that is not known");
      const int sign = at(step.condition, 0, 0).sign();
      at(r, 0, 0) = b < 0      ? magnitude(x)
                    : sign > 0 ? x
                    : sign < 0 ? at(b, 0, 0)
                               : hull(x, at(b, 0, 0));
      break;
    }
    default:
      throw Refusal("a formula contains an operation that is not known");
  }
}

void Series::evaluate(const Range& t, const Box& x) {
  for (const auto& [slot, value] : constants_) at(slot, 0, 0) = value;
  for (int i = 0; i < dimension_; ++i) at(i, 0, 0) = x[i];
  at(dimension_, 0, 0) = t;
  for (const Step& step : steps_) run(step, 0);
}

void Series::follow(const Range& t, const Box& x, int direction) {
  for (Range& entry : data_) entry = Range();
  for (const auto& [slot, value] : constants_) at(slot, 0, 0) = value;
  for (int i = 0; i < dimension_; ++i) {
    at(i, 0, 0) = x[i];
    if (width_ > 1) at(i, 0, 1 + i) = 1;
  }
  at(dimension_, 0, 0) = t;
  if (order_ > 0) at(dimension_, 1, 0) = direction;
  for (int k = 0; k <= order_; ++k) {
    for (const Step& step : steps_) run(step, k);
    for (int i = 0; i < dimension_ && k < order_; ++i) {
      for (int c = 0; c < width_; ++c) {
        at(i, k + 1, c) = at(outputs_[i], k, c) / Range(k + 1);
      }
    }
  }
}

}  // namespace checker
