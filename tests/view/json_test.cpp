#include "filippov/view/json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "sample_solutions.hpp"

using namespace filippov;
using nlohmann::json;

TEST_CASE("a solution as JSON has the fields of the command line's contract") {
  Solution solution = braking();
  solution.ambiguous.push_back(
      {.from = 1, .to = 3, .surfaces = {0}, .dimension = 2, .selection = "minimum norm"});
  const json result = json::parse(to_json(solution));
  CHECK(result["status"] == "finished");
  CHECK(result["final"] == json{{"t", 3.0}, {"x", {0.5, 0.0}}});
  CHECK(result["start"]["active"] == json::array());
  CHECK(result["start"]["verdict"] == "unique");
  CHECK(result["events"] == json::array({{{"t", 1.0},
                                          {"kind", "sliding-entry"},
                                          {"surfaces", {"v"}},
                                          {"x", {0.5, 0.0}},
                                          {"sliding", {"v"}},
                                          {"signature", {0}}}}));
  CHECK(result["ambiguous"] == json::array({{{"t", {1.0, 3.0}},
                                             {"surfaces", {"v"}},
                                             {"dimension", 2},
                                             {"selection", "minimum norm"}}}));
  CHECK(result["statistics"] == json{{"rhs_evaluations", 20},
                                     {"jacobian_evaluations", 0},
                                     {"steps", 2},
                                     {"rejected_steps", 0},
                                     {"events", 1}});
  CHECK(result["surfaces"] == json{"v"});
  CHECK(result["branches"] == json::array());
}

TEST_CASE("an event whose state was not kept says when, what and where") {
  Solution solution = braking();
  solution.events[0].x.clear();
  solution.events[0].sliding.clear();
  solution.events[0].signature.clear();
  const json result = json::parse(to_json(solution));
  CHECK(result["events"] ==
        json::array({{{"t", 1.0}, {"kind", "sliding-entry"}, {"surfaces", {"v"}}}}));
}

TEST_CASE("a solution that branches lists the ways on") {
  const json result = json::parse(to_json(parting()));
  CHECK(result["continuations"] == json::array({{{"kind", "leave"},
                                                 {"signature", {1}},
                                                 {"sliding", json::array()},
                                                 {"velocity", {0.0, 1.0}}},
                                                {{"kind", "leave"},
                                                 {"signature", {-1}},
                                                 {"sliding", json::array()},
                                                 {"velocity", {0.0, -1.0}}}}));
  CHECK(json::parse(to_json(braking()))["continuations"] == json::array());
}

TEST_CASE("branches are the same object again") {
  const json result = json::parse(to_json(parting()));
  CHECK(result["status"] == "branching");
  CHECK(result["start"]["verdict"] == "branching");
  REQUIRE(result["branches"].size() == 2);
  CHECK(result["branches"][0]["final"]["x"] == json{1.0, 1.0});
  CHECK(result["branches"][1]["status"] == "escape");
  CHECK(result["branches"][1]["branches"] == json::array());
}

TEST_CASE("numbers read back exactly") {
  Solution solution = braking();
  const std::vector<double> hard = {
      0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -2.2250738585072011e-308, 9007199254740993.0};
  solution.x = hard;
  CHECK(json::parse(to_json(solution))["final"]["x"].get<std::vector<double>>() == hard);
  solution.x = {std::numeric_limits<double>::infinity()};
  CHECK(json::parse(to_json(solution))["final"]["x"][0].is_null());
}

TEST_CASE("names that need escapes stay readable") {
  Solution solution = braking();
  solution.surface_names = {"a \"quoted\"\n name \xff"};
  const json result = json::parse(to_json(solution));
  CHECK(result["surfaces"][0] == "a \"quoted\"\n name \xef\xbf\xbd");
}

TEST_CASE("a classification as JSON") {
  Classification classification;
  classification.verdict = Verdict::branching;
  classification.active = {0};
  classification.vertices = Eigen::MatrixXd{{0, 0}, {1, -1}};
  classification.minimum_norm = Eigen::Vector2d(0, 0);
  classification.continuations.push_back(
      {Continuation::Kind::rest, Face{{1, -1}, {0}}, Eigen::Vector2d(0, 0)});
  classification.continuations.push_back(
      {Continuation::Kind::leave, Face{{-1, -1}, {}}, Eigen::Vector2d(0, -1)});
  const std::vector<std::string> names = {"v", "x"};
  json result = json::parse(to_json(classification, names));
  CHECK(result["verdict"] == "branching");
  CHECK(result["active"] == json{"v"});
  CHECK(result["vertices"] == json({{0.0, 1.0}, {0.0, -1.0}}));
  CHECK(result["minimum_norm"] == json({0.0, 0.0}));
  CHECK(
      result["continuations"][0] ==
      json{{"kind", "rest"}, {"signature", {0, -1}}, {"sliding", {"v"}}, {"velocity", {0.0, 0.0}}});
  CHECK(result["continuations"][1]["kind"] == "leave");
  CHECK(result["continuations"][1]["signature"] == json({-1, -1}));

  classification.vertices.resize(0, 0);
  classification.center = Eigen::Vector2d(1, 2);
  classification.generators = Eigen::MatrixXd{{1, 0, 1}, {0, 1, 1}};
  result = json::parse(to_json(classification, names));
  CHECK(result["center"] == json({1.0, 2.0}));
  CHECK(result["generators"] == json({{1.0, 0.0}, {0.0, 1.0}, {1.0, 1.0}}));
  CHECK(!result.contains("vertices"));
}
