#pragma once

#include <string_view>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"

namespace filippov {

/// The loss of one prediction z for the label y.
enum class LossKind {
  square,    ///< l(z, y) = (z - y)^2 / 2
  logistic,  ///< l(z, y) = ln(1 + e^(-y z)), labels -1 and 1
};

/// The training loss: the sum of l(H(x_i; w), y_i) over the examples as in eq. (2), or their mean.
/// The mean is the sum divided by n: it slows the gradient flow by the factor n, no more.
struct Loss {
  LossKind kind = LossKind::square;
  bool mean = false;
};

/// "square" or "logistic". Throws Error for another name.
LossKind parse_loss(std::string_view name);

/// Throws Error, naming the first example, unless each label is one the loss is made for.
void check_labels(const Loss& loss, const DataSet& data);

/// l'(z, y), the derivative with respect to z, of one term of the sum; not divided by n.
Interval loss_derivative(LossKind kind, Interval z, Interval y);

}  // namespace filippov
