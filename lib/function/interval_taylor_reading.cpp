#include "interval_taylor_reading.hpp"

#include <algorithm>
#include <type_traits>

namespace filippov::detail {

namespace {

/// sum + sum_{i=first}^{last} a_i b_{k-i}
template <class Number>
Number convolution(const Number* a, const Number* b, int first, int last, int k, Number sum = {}) {
  for (int i = first; i <= last; ++i) sum = add_product(sum, a[i], b[k - i]);
  return sum;
}

/// sum_{i=0}^{k} a_i a_{k-i}
template <class Number>
Number self_convolution(const Number* a, int k) {
  Number sum;
  for (int i = 0; 2 * i < k; ++i) sum = add_product(sum, a[i], a[k - i]);
  sum = sum + sum;
  return k % 2 == 0 ? sum + sqr(a[k / 2]) : sum;
}

/// sum_{i=1}^{last} i a_i b_{k-i}
template <class Number>
Number derivative_convolution(const Number* a, const Number* b, int last, int k) {
  Number sum;
  for (int i = 1; i <= last; ++i) sum = add_product(sum, a[i] * double(i), b[k - i]);
  return sum;
}

/// The functions of Interval, for upward intervals.
UpwardInterval sqrt(const UpwardInterval& x) { return UpwardInterval(sqrt(x.interval())); }
UpwardInterval exp(const UpwardInterval& x) { return UpwardInterval(exp(x.interval())); }
UpwardInterval log(const UpwardInterval& x) { return UpwardInterval(log(x.interval())); }
UpwardInterval sin(const UpwardInterval& x) { return UpwardInterval(sin(x.interval())); }
UpwardInterval cos(const UpwardInterval& x) { return UpwardInterval(cos(x.interval())); }
UpwardInterval tan(const UpwardInterval& x) { return UpwardInterval(tan(x.interval())); }
UpwardInterval atan(const UpwardInterval& x) { return UpwardInterval(atan(x.interval())); }
UpwardInterval sinh(const UpwardInterval& x) { return UpwardInterval(sinh(x.interval())); }
UpwardInterval cosh(const UpwardInterval& x) { return UpwardInterval(cosh(x.interval())); }
UpwardInterval tanh(const UpwardInterval& x) { return UpwardInterval(tanh(x.interval())); }
UpwardInterval pow(const UpwardInterval& x, const UpwardInterval& exponent) {
  return UpwardInterval(pow(x.interval(), exponent.interval()));
}

template <class Number>
const Number& coefficient_of(const TaylorCode::Term& term) {
  if constexpr (std::is_same_v<Number, PreciseInterval>) {
    return term.precise_coefficient;
  } else {
    return term.coefficient;
  }
}

}  // namespace

IntervalTaylorReading::IntervalTaylorReading(const Program& program, int max_order, bool collects)
    : code_(std::make_shared<TaylorCode>(taylor_code(program, collects))) {
  prepare(max_order);
  find_dependences();
}

IntervalTaylorReading::IntervalTaylorReading(const IntervalTaylorReading& other, int max_order)
    : code_(other.code_), depends_(other.depends_) {
  prepare(max_order);
}

void IntervalTaylorReading::prepare(int max_order) {
  dimension_ = code_->dimension;
  stride_ = max_order + 1;
  linear_ = code_->is_linear();
  values_.resize(static_cast<std::size_t>(code_->rows) * static_cast<std::size_t>(stride_));
  for (int r = 0; r < code_->rows; ++r) {
    const auto& constant = code_->constants[static_cast<std::size_t>(r)];
    if (constant) row(r)[0] = UpwardInterval(constant->value);
  }
}

UpwardInterval IntervalTaylorReading::output(int i, int k) const {
  const auto [output, first, last] = place(i);
  if (output >= 0) return value(output, k);
  return combination(values_.data(), first, last, k);
}

UpwardInterval IntervalTaylorReading::output_derivative(int i, int j, int k) const {
  const auto [output, first, last] = place(i);
  return output >= 0 ? derivative(output, j, k) : derivative_combination(first, last, j, k);
}

/// The terms [first, last) of order k.
template <class Number>
Number IntervalTaylorReading::combination(const Number* values, int first, int last, int k) const {
  Number sum;
  for (int i = first; i < last; ++i) {
    const TaylorCode::Term& term = code_->terms[static_cast<std::size_t>(i)];
    const auto& coefficient = coefficient_of<Number>(term);
    if (term.row >= 0) {
      sum = add_product(sum, coefficient,
                        values[static_cast<std::ptrdiff_t>(term.row) * stride_ + k]);
    } else if (k == 0) {
      sum = sum + coefficient;
    }
  }
  return sum;
}

UpwardInterval IntervalTaylorReading::derivative_combination(int first, int last, int j,
                                                             int k) const {
  UpwardInterval sum;
  for (int i = first; i < last; ++i) {
    const TaylorCode::Term& term = code_->terms[static_cast<std::size_t>(i)];
    if (term.row < 0 || !depends(term.row, j)) continue;
    sum = add_product(sum, term.coefficient, row(term.row, j)[k]);
  }
  return sum;
}

/// The series of a row depends on x0_j if the row depends on a coordinate whose series does; the
/// coordinates through their velocities, up to a fixed point.
void IntervalTaylorReading::find_dependences() {
  const auto n = static_cast<std::size_t>(dimension_);
  depends_.assign(static_cast<std::size_t>(code_->rows) * n, 0);
  for (std::size_t i = 0; i < n; ++i) depends_[i * n + i] = 1;
  const auto merge = [&](int to, int from) {
    bool grew = false;
    for (std::size_t j = 0; from >= 0 && j < n; ++j) {
      char& place = depends_[static_cast<std::size_t>(to) * n + j];
      if (place == 0 && depends_[static_cast<std::size_t>(from) * n + j] != 0) {
        place = 1;
        grew = true;
      }
    }
    return grew;
  };
  for (bool grew = true; grew;) {
    grew = false;
    for (const Step& step : code_->steps) {
      if (step.kind == Kind::combination) {
        for (int i = step.a; i < step.b; ++i) {
          merge(step.to, code_->terms[static_cast<std::size_t>(i)].row);
        }
        continue;
      }
      merge(step.to, step.a);
      merge(step.to, step.b);
      if (TaylorCode::has_two_rows(step.kind)) merge(step.to + 1, step.to);
    }
    for (int i = 0; i < dimension_; ++i) grew = merge(i, place(i).row) || grew;
  }
}

bool IntervalTaylorReading::evaluate(Interval t0, double rate, const UpwardInterval* box, int order,
                                     bool derivatives) {
  if (derivatives && derivatives_.empty()) {
    derivatives_.resize(values_.size() * static_cast<std::size_t>(dimension_));
  }
  for (int i = 0; i < dimension_; ++i) row(i)[0] = box[i];
  UpwardInterval* const time = row(dimension_);
  std::fill(time, time + order + 1, UpwardInterval());
  time[0] = UpwardInterval(t0);
  if (order >= 1) time[1] = UpwardInterval(rate);
  derivatives = derivatives && derivative_order_ < order;
  if (derivatives) {
    for (int i = 0; i < dimension_; ++i) {
      for (int j = 0; j < dimension_; ++j) row(i, j)[0] = UpwardInterval(i == j ? 1.0 : 0.0);
    }
  }
  for (int k = 0; k <= order; ++k) {
    for (const Step& step : code_->steps) {
      if (!advance(values_.data(), step, k)) return false;
      if (derivatives) advance_derivatives(step, k);
    }
    if (k == order) break;
    for (int i = 0; i < dimension_; ++i) {
      const int from = place(i).row;
      row(i)[k + 1] = divided(row(from)[k], k + 1);
      if (!derivatives) continue;
      for (int j = 0; j < dimension_; ++j) {
        if (depends(i, j)) row(i, j)[k + 1] = divided(derivative(from, j, k), k + 1);
      }
    }
  }
  if (derivatives && linear_) derivative_order_ = order;
  return true;
}

bool IntervalTaylorReading::evaluate_precisely(double t0, double rate, const double* point,
                                               int order) {
  const auto row = [&](int r) {
    return precise_values_.data() + static_cast<std::ptrdiff_t>(r) * stride_;
  };
  if (precise_values_.empty()) {
    precise_values_.resize(values_.size());
    for (int r = 0; r < code_->rows; ++r) {
      const auto& constant = code_->constants[static_cast<std::size_t>(r)];
      if (constant) row(r)[0] = constant->precise_value;
    }
  }
  for (int i = 0; i < dimension_; ++i) row(i)[0] = point[i];
  PreciseInterval* const time = row(dimension_);
  time[0] = t0;
  if (order >= 1) time[1] = rate;
  for (int k = 0; k < order; ++k) {
    for (const Step& step : code_->steps) {
      if (!advance(precise_values_.data(), step, k)) return false;
    }
    for (int i = 0; i < dimension_; ++i) {
      row(i)[k + 1] = divided(row(place(i).row)[k], k + 1);
    }
  }
  return true;
}

template <class Number>
bool IntervalTaylorReading::advance(Number* values, const Step& step, int k) const {
  const auto row = [&](int r) { return values + static_cast<std::ptrdiff_t>(r) * stride_; };
  Number* const c = row(step.to);
  if (step.kind == Kind::combination) {
    c[k] = combination(values, step.a, step.b, k);
    return true;
  }
  const Number* const a = row(step.a);
  const Number* const b = step.b >= 0 ? row(step.b) : nullptr;
  const bool a_constant = is_constant(step.a);
  const bool b_constant = b && is_constant(step.b);
  // Of a constant only coefficient 0 is stored.
  const auto of_a = [&](int i) { return a_constant && i > 0 ? Number() : a[i]; };
  const auto of_b = [&](int i) { return b_constant && i > 0 ? Number() : b[i]; };
  switch (step.kind) {
    case Kind::add:
      c[k] = of_a(k) + of_b(k);
      return true;
    case Kind::subtract:
      c[k] = of_a(k) - of_b(k);
      return true;
    case Kind::negate:
      c[k] = -of_a(k);
      return true;
    case Kind::multiply:
      if (a_constant) {
        c[k] = a[0] * of_b(k);
      } else if (b_constant) {
        c[k] = a[k] * b[0];
      } else {
        c[k] = convolution(a, b, 0, k, k);
      }
      return true;
    case Kind::square:
      c[k] = self_convolution(a, k);
      return true;
    case Kind::divide:
      if (b[0].contains_zero()) return false;
      if (b_constant) {
        c[k] = of_a(k) / b[0];
      } else {
        c[k] = (of_a(k) - convolution(c, b, 0, k - 1, k)) / b[0];
      }
      return true;
    case Kind::square_root:
      if (k == 0) {
        if (!a[0].is_positive()) return false;
        c[0] = sqrt(a[0]);
      } else {
        Number sum;
        for (int i = 1; 2 * i < k; ++i) sum = add_product(sum, c[i], c[k - i]);
        sum = sum + sum;
        if (k % 2 == 0) sum = sum + sqr(c[k / 2]);
        c[k] = (a[k] - sum) / (c[0] + c[0]);
      }
      return true;
    case Kind::exponential:
      c[k] = k == 0 ? exp(a[0]) : divided(derivative_convolution(a, c, k, k), k);
      return true;
    case Kind::logarithm:
      if (k == 0) {
        if (!a[0].is_positive()) return false;
        c[0] = log(a[0]);
      } else {
        // k a_k = sum_{i=1}^{k} i c_i a_{k-i}
        c[k] = (a[k] - divided(derivative_convolution(c, a, k - 1, k), k)) / a[0];
      }
      return true;
    case Kind::sine_cosine:
    case Kind::hyperbolic_sine_cosine: {
      Number* const d = c + stride_;
      const bool circular = step.kind == Kind::sine_cosine;
      if (k == 0) {
        c[0] = circular ? sin(a[0]) : sinh(a[0]);
        d[0] = circular ? cos(a[0]) : cosh(a[0]);
      } else {
        c[k] = divided(derivative_convolution(a, d, k, k), k);
        const Number slope = divided(derivative_convolution(a, c, k, k), k);
        d[k] = circular ? -slope : slope;
      }
      return true;
    }
    case Kind::tangent:
    case Kind::hyperbolic_tangent: {
      Number* const w = c + stride_;
      const bool circular = step.kind == Kind::tangent;
      if (k == 0) {
        c[0] = circular ? tan(a[0]) : tanh(a[0]);
        if (!c[0].is_bounded()) return false;
      } else {
        c[k] = divided(derivative_convolution(a, w, k, k), k);
      }
      const Number square = self_convolution(c, k);
      const Number one(k == 0 ? 1.0 : 0.0);
      w[k] = circular ? one + square : one - square;
      return true;
    }
    case Kind::arctangent: {
      Number* const w = c + stride_;
      w[k] = self_convolution(a, k);
      if (k == 0) {
        w[0] = w[0] + Number(1.0);
        c[0] = atan(a[0]);
      } else {
        c[k] = (a[k] - divided(derivative_convolution(c, w, k - 1, k), k)) / w[0];
      }
      return true;
    }
    case Kind::constant_power: {
      if (k == 0) {
        if (!a[0].is_positive()) return false;
        c[0] = pow(a[0], step.exponent);
        return true;
      }
      // k a_0 c_k = sum_{i=1}^{k} (p i - (k - i)) a_i c_{k-i}
      Number sum;
      for (int i = 1; i <= k; ++i) {
        const UpwardInterval factor =
            step.exponent * static_cast<double>(i) - UpwardInterval(double(k - i));
        sum = add_product(sum, Number(factor) * a[i], c[k - i]);
      }
      c[k] = sum / (a[0] * static_cast<double>(k));
      return true;
    }
    case Kind::combination:
      break;
  }
  return false;
}

void IntervalTaylorReading::advance_derivatives(const Step& step, int k) {
  if (step.kind == Kind::combination) {
    for (int j = 0; j < dimension_; ++j) {
      if (depends(step.to, j)) row(step.to, j)[k] = derivative_combination(step.a, step.b, j, k);
    }
    return;
  }
  const UpwardInterval* const c = row(step.to);
  const UpwardInterval* const a = row(step.a);
  const UpwardInterval* const b = step.b >= 0 ? row(step.b) : nullptr;
  const UpwardInterval* const next = c + stride_;
  const bool a_constant = is_constant(step.a);
  const bool b_constant = b && is_constant(step.b);
  for (int j = 0; j < dimension_; ++j) {
    if (!depends(step.to, j)) continue;
    UpwardInterval* const dc = row(step.to, j);
    const bool through_a = depends(step.a, j);
    const bool through_b = b && depends(step.b, j);
    const UpwardInterval* const da = row(step.a, j);
    const UpwardInterval* const db = b ? row(step.b, j) : nullptr;
    const UpwardInterval zero;
    switch (step.kind) {
      case Kind::add:
        dc[k] = (through_a ? da[k] : zero) + (through_b ? db[k] : zero);
        break;
      case Kind::subtract:
        dc[k] = (through_a ? da[k] : zero) - (through_b ? db[k] : zero);
        break;
      case Kind::negate:
        dc[k] = -da[k];
        break;
      case Kind::multiply: {
        if (a_constant) {
          dc[k] = a[0] * db[k];
          break;
        }
        if (b_constant) {
          dc[k] = da[k] * b[0];
          break;
        }
        UpwardInterval sum;
        if (through_a) sum = convolution(da, b, 0, k, k, sum);
        if (through_b) sum = convolution(a, db, 0, k, k, sum);
        dc[k] = sum;
        break;
      }
      case Kind::square: {
        const UpwardInterval sum = convolution(a, da, 0, k, k);
        dc[k] = sum + sum;
        break;
      }
      case Kind::divide: {
        // From a = c b.
        UpwardInterval rest = through_a ? da[k] : zero;
        if (!b_constant) rest = rest - convolution(dc, b, 0, k - 1, k);
        if (through_b) rest = rest - convolution(c, db, 0, k, k);
        dc[k] = rest / b[0];
        break;
      }
      case Kind::square_root: {
        // From 2 c dc = da.
        dc[k] = (da[k] * 0.5 - convolution(c, dc, 1, k, k)) / c[0];
        break;
      }
      case Kind::exponential:
        dc[k] = convolution(c, da, 0, k, k);
        break;
      case Kind::logarithm:
        dc[k] = (da[k] - convolution(a, dc, 1, k, k)) / a[0];
        break;
      case Kind::sine_cosine:
      case Kind::hyperbolic_sine_cosine: {
        UpwardInterval* const dd = row(step.to + 1, j);
        dc[k] = convolution(next, da, 0, k, k);
        const UpwardInterval slope = convolution(c, da, 0, k, k);
        dd[k] = step.kind == Kind::sine_cosine ? -slope : slope;
        break;
      }
      case Kind::tangent:
      case Kind::hyperbolic_tangent:
        dc[k] = convolution(next, da, 0, k, k);
        break;
      case Kind::arctangent:
        dc[k] = (da[k] - convolution(next, dc, 1, k, k)) / next[0];
        break;
      case Kind::constant_power:
        // From a dc = p c da.
        dc[k] = (step.exponent * convolution(c, da, 0, k, k) - convolution(a, dc, 1, k, k)) / a[0];
        break;
      case Kind::combination:
        break;
    }
  }
}

}  // namespace filippov::detail
