#include "filippov/verify/spectral_bound.hpp"

#include <doctest/doctest.h>

#include "filippov/arithmetic/error.hpp"
#include "filippov/network/data_set.hpp"

using namespace filippov;

TEST_CASE("the largest eigenvalue of simple matrices") {
  const auto matrix = [](double a, double b) {
    return IntervalMatrix(Eigen::MatrixXd{{a, b}, {b, a}});
  };
  const double bound = largest_eigenvalue_bound(matrix(2, 1));
  CHECK(bound >= 3);
  CHECK(bound <= 3 + 1e-14);
  const double negative = largest_eigenvalue_bound(matrix(-2, 1));
  CHECK(negative >= -1);
  CHECK(negative <= -1 + 1e-14);
  IntervalMatrix interval(1, 1);
  interval.set(0, 0, Interval(1, 2));
  CHECK(largest_eigenvalue_bound(interval) == 2);
  CHECK_THROWS_AS(largest_eigenvalue_bound(IntervalMatrix(2, 3)), Error);
}

TEST_CASE("spectral bounds of iris") {
  const DataSet iris = read_csv(FILIPPOV_DATA "/iris.csv");
  CHECK(spectral_bound(parse_network("squared-relu"), iris) ==
        doctest::Approx(46.783242).epsilon(1e-7));
  CHECK(spectral_bound(parse_network("relu"), iris) == doctest::Approx(10.4615328).epsilon(1e-7));
}

TEST_CASE("data of zeros") {
  const DataSet zero(2, {0, 0}, {1});
  CHECK(spectral_bound(parse_network("relu"), zero) == 0);
  CHECK(spectral_bound(parse_network("squared-relu"), zero) == 0);
}
