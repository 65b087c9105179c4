#include "filippov/function/interval_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

const Interval positive_half_line(0, std::numeric_limits<double>::infinity());
const Interval negative_half_line(-std::numeric_limits<double>::infinity(), 0);

/// Where an operation is defined for arguments in x, by the part of the real line it accepts.
Domain inside(Interval x, Interval accepted) {
  if (accepted.contains(x)) return Domain::everywhere;
  return intersect(x, accepted) ? Domain::partly : Domain::nowhere;
}

Domain where_nonzero(Interval x) {
  if (certainly_nonzero(x)) return Domain::everywhere;
  return x.is_point() ? Domain::nowhere : Domain::partly;
}

Domain where_positive(Interval x) {
  if (certainly_positive(x)) return Domain::everywhere;
  return possibly_less(0, x) ? Domain::partly : Domain::nowhere;
}

}  // namespace

IntervalReading::IntervalReading(Program program)
    : program_(std::move(program)),
      slots_(static_cast<std::size_t>(program_.slot_count())),
      domains_(slots_.size(), Domain::everywhere) {
  auto place = slots_.begin() + program_.first_constant_slot();
  for (const Constant& constant : program_.constants()) *place++ = constant.range();
  run(0, program_.constant_instructions(), nullptr);
}

void IntervalReading::evaluate(Interval t, std::span<const Interval> box) {
  evaluate(t, box, nullptr);
}

void IntervalReading::evaluate(Interval t, std::span<const Interval> box,
                               const Signature& signature) {
  evaluate(t, box, &signature);
}

void IntervalReading::evaluate(Interval t, std::span<const Interval> box,
                               const Signature* signature) {
  if (static_cast<int>(box.size()) != program_.dimension()) {
    throw Error(fmt::format("the box has {} entries, expected {}, one per coordinate", box.size(),
                            program_.dimension()));
  }
  std::copy(box.begin(), box.end(), slots_.begin());
  slots_[box.size()] = t;
  run(program_.constant_instructions(), static_cast<int>(program_.instructions().size()),
      signature);
}

Interval IntervalReading::output(int i) const {
  if (domain(i) == Domain::nowhere) {
    throw Error(fmt::format("output {} of the formula is defined nowhere on the box", i));
  }
  return slots_[place(i)];
}

void IntervalReading::run(int from, int to, const Signature* signature) {
  for (int k = from; k < to; ++k) {
    execute(program_.instructions()[static_cast<std::size_t>(k)],
            static_cast<std::size_t>(program_.first_instruction_slot() + k), signature);
  }
}

void IntervalReading::execute(const Instruction& instruction, std::size_t to,
                              const Signature* signature) {
  if (instruction.operation == Operation::select) {
    const int sign = signature ? (*signature)[static_cast<std::size_t>(instruction.index)] : 0;
    select(instruction, to, sign);
    return;
  }
  const auto first = static_cast<std::size_t>(instruction.first);
  const Interval a = slots_[first];
  Interval b;
  Domain domain = domains_[first];
  if (instruction.second >= 0) {
    const auto second = static_cast<std::size_t>(instruction.second);
    b = slots_[second];
    domain = std::min(domain, domains_[second]);
  }
  // What this operation adds to the restrictions of its operands; then its value, where it has one.
  switch (instruction.operation) {
    case Operation::divide:
      domain = std::min(domain, where_nonzero(b));
      break;
    case Operation::integer_power:
      if (instruction.index < 0) domain = std::min(domain, where_nonzero(a));
      break;
    case Operation::real_power:
    case Operation::logarithm:
      domain = std::min(domain, where_positive(a));
      break;
    case Operation::square_root:
      domain = std::min(domain, inside(a, positive_half_line));
      break;
    default:
      break;
  }
  domains_[to] = domain;
  if (domain == Domain::nowhere) return;
  Interval& value = slots_[to];
  switch (instruction.operation) {
    case Operation::add:
      value = a + b;
      break;
    case Operation::subtract:
      value = a - b;
      break;
    case Operation::multiply:
      value = instruction.first == instruction.second ? sqr(a) : a * b;
      break;
    case Operation::divide:
      value = a / b;
      break;
    case Operation::negate:
      value = -a;
      break;
    case Operation::integer_power:
      value = pow(a, instruction.index);
      break;
    case Operation::real_power:
      value = pow(*intersect(a, positive_half_line), b);
      break;
    case Operation::square_root:
      value = sqrt(a);
      break;
    case Operation::exponential:
      value = exp(a);
      break;
    case Operation::logarithm:
      value = log(a);
      break;
    case Operation::sine:
      value = sin(a);
      break;
    case Operation::cosine:
      value = cos(a);
      break;
    case Operation::tangent:
      value = tan(a);
      if (!value.is_bounded()) domains_[to] = Domain::partly;
      break;
    case Operation::arctangent:
      value = atan(a);
      break;
    case Operation::hyperbolic_sine:
      value = sinh(a);
      break;
    case Operation::hyperbolic_cosine:
      value = cosh(a);
      break;
    case Operation::hyperbolic_tangent:
      value = tanh(a);
      break;
    case Operation::constant:
    case Operation::variable:
    case Operation::time:
    case Operation::select:
      break;
  }
}

void IntervalReading::select(const Instruction& instruction, std::size_t to, int sign) {
  const auto first = static_cast<std::size_t>(instruction.first);
  const auto second = static_cast<std::size_t>(instruction.second);
  const auto condition = static_cast<std::size_t>(instruction.condition);
  const Interval h = slots_[condition];
  Domain where = Domain::everywhere;
  if (sign == 0) {
    where = domains_[condition];
    if (where == Domain::nowhere) {
      domains_[to] = where;
      return;
    }
    // On the surface itself a continuous select has the value of either branch.
    const bool weakly = instruction.continuous;
    if (certainly_less(0, h) || (weakly && certainly_less_equal(0, h))) sign = 1;
    if (certainly_less(h, 0) || (weakly && certainly_less_equal(h, 0))) sign = -1;
  }
  if (sign != 0) {
    const std::size_t branch = sign > 0 ? first : second;
    slots_[to] = slots_[branch];
    domains_[to] = std::min(where, domains_[branch]);
    return;
  }
  const Domain weaker = std::min(domains_[first], domains_[second]);
  if (weaker == Domain::nowhere) {
    const std::size_t branch = domains_[first] == Domain::nowhere ? second : first;
    slots_[to] = slots_[branch];
    domains_[to] = std::min(Domain::partly, domains_[branch]);
    return;
  }
  domains_[to] = std::min(where, weaker);
  // max(a, b) is select(a - b, a, b), and min(a, b) is select(a - b, b, a).
  const int made_by = instruction.condition - program_.first_instruction_slot();
  if (instruction.continuous && made_by >= 0) {
    const Instruction& h_made = program_.instructions()[static_cast<std::size_t>(made_by)];
    if (h_made.operation == Operation::subtract) {
      const bool maximum = h_made.first == instruction.first && h_made.second == instruction.second;
      const bool minimum = h_made.first == instruction.second && h_made.second == instruction.first;
      if (maximum || minimum) {
        slots_[to] =
            maximum ? max(slots_[first], slots_[second]) : min(slots_[first], slots_[second]);
        return;
      }
    }
  }
  slots_[to] = hull(on_half_line(instruction.first, instruction.condition, positive_half_line),
                    on_half_line(instruction.second, instruction.condition, negative_half_line));
}

/// The enclosure in `slot` on the part of the box where the condition lies in the half line; that
/// is less than all of it when the slot is a multiple of the condition.
Interval IntervalReading::on_half_line(int slot, int condition, Interval half) const {
  const auto value = [&](int i) { return slots_[static_cast<std::size_t>(i)]; };
  const Interval part = *intersect(value(condition), half);
  if (slot == condition) return part;
  const int made_by = slot - program_.first_instruction_slot();
  if (made_by >= 0) {
    const Instruction& made = program_.instructions()[static_cast<std::size_t>(made_by)];
    if (made.first == condition) {
      if (made.operation == Operation::negate) return -part;
      if (made.operation == Operation::multiply && made.second != condition) {
        return part * value(made.second);
      }
    }
    if (made.second == condition && made.operation == Operation::multiply &&
        made.first != condition) {
      return value(made.first) * part;
    }
  }
  return value(slot);
}

Interval range(const Function& f, std::span<const Interval> box) {
  const NodeId outputs[] = {f.node()};
  IntervalReading reading(Program(*f.graph(), f.dimension(), outputs));
  reading.evaluate(0, box);
  return reading.output(0);
}

}  // namespace filippov
