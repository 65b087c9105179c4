#include "filippov/arithmetic/error.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("an error carries its message") {
  const filippov::Error error("line 3: expected a number");
  CHECK(std::string(error.what()) == "line 3: expected a number");
}
