#include "filippov/network/loss.hpp"

#include <doctest/doctest.h>

#include "filippov/arithmetic/error.hpp"

using namespace filippov;

TEST_CASE("losses by name") {
  CHECK(parse_loss("square") == LossKind::square);
  CHECK(parse_loss("logistic") == LossKind::logistic);
  CHECK_THROWS_WITH_AS(parse_loss("hinge"), "unknown loss \"hinge\", expected square or logistic",
                       Error);
}

TEST_CASE("the logistic loss wants labels -1 and 1") {
  const DataSet signs(1, {1, 2}, {1, -1});
  const DataSet others(1, {1, 2}, {1, 0});
  CHECK_NOTHROW(check_labels({LossKind::logistic}, signs));
  CHECK_NOTHROW(check_labels({LossKind::square}, others));
  CHECK_THROWS_WITH_AS(check_labels({LossKind::logistic}, others),
                       "logistic loss: the label of example 2 is in [0, 0], expected -1 or 1",
                       Error);
}

TEST_CASE("derivatives of the losses") {
  CHECK(identical(loss_derivative(LossKind::square, 3, 1), 2));
  CHECK(identical(loss_derivative(LossKind::logistic, 0, -1), 0.5));
  CHECK(loss_derivative(LossKind::logistic, 2, 1).contains(-0.11920292202211757));
}
