#include "filippov/network/loss.hpp"

#include <fmt/format.h>

#include "filippov/arithmetic/error.hpp"
#include "filippov/arithmetic/interval_io.hpp"

namespace filippov {

LossKind parse_loss(std::string_view name) {
  if (name == "square") return LossKind::square;
  if (name == "logistic") return LossKind::logistic;
  throw Error(fmt::format("unknown loss \"{}\", expected square or logistic", name));
}

void check_labels(const Loss& loss, const DataSet& data) {
  if (loss.kind != LossKind::logistic) return;
  for (int i = 0; i < data.size(); ++i) {
    if (!identical(abs(data.label(i)), 1)) {
      throw Error(fmt::format("logistic loss: the label of example {} is in {}, expected -1 or 1",
                              i + 1, to_string(data.label(i))));
    }
  }
}

Interval loss_derivative(LossKind kind, Interval z, Interval y) {
  if (kind == LossKind::square) return z - y;
  return -y / (1 + exp(y * z));
}

}  // namespace filippov
