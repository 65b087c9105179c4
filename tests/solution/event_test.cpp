#include "filippov/solution/event.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace filippov;

namespace {

std::string line(const Event& event) {
  std::ostringstream stream;
  stream << event;
  return stream.str();
}

}  // namespace

TEST_CASE("an event prints as one line that names its surfaces") {
  Event event{.t = 3.0712, .kind = EventKind::sliding_entry, .surfaces = {1}};
  CHECK(line(event) == "t = 3.0712  sliding entry  h2 = 0");
  event.surface_names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"x1", "x2"});
  CHECK(line(event) == "t = 3.0712  sliding entry  x2 = 0");
  event.surfaces = {0, 1};
  CHECK(line(event) == "t = 3.0712  sliding entry  x1 = 0, x2 = 0");
}

TEST_CASE("an event without surfaces prints its kind") {
  CHECK(line({.t = -0.5, .kind = EventKind::equilibrium}) == "t = -0.5  equilibrium");
}

TEST_CASE("kinds of events have the names used in JSON") {
  CHECK(name(EventKind::crossing) == "crossing");
  CHECK(name(EventKind::sliding_entry) == "sliding-entry");
  CHECK(name(EventKind::sliding_change) == "sliding-change");
  CHECK(name(EventKind::sliding_exit) == "sliding-exit");
  CHECK(name(EventKind::grazing) == "grazing");
  CHECK(name(EventKind::branching) == "branching");
  CHECK(name(EventKind::equilibrium) == "equilibrium");
  CHECK(name(EventKind::accumulation) == "accumulation");
}
