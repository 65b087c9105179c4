#include "check.hpp"

#include <fstream>
#include <map>

#include "alignment.hpp"
#include "constants.hpp"
#include "kkt.hpp"
#include "saddle.hpp"
#include "training.hpp"

namespace network_checker {

namespace {

std::string prove_constants(const Value& all, const Problem& problem) {
  check_constants(all, problem);
  return "accepted: beta in " + shown(all["claims"]["beta"].range()) +
         " and the constants that follow are proved again";
}

const std::map<std::string, std::string (*)(const Value&, const Problem&)> proofs{
    {"constants", prove_constants},
    {"kkt", check_kkt},
    {"alignment", check_alignment},
    {"saddle", check_saddle},
    {"training", check_training}};

}  // namespace

bool is_network_certificate(const std::string& file) {
  std::ifstream in(file);
  const nlohmann::json json = nlohmann::json::parse(in, nullptr, false);
  return json.is_object() && json.contains("kind") && json["kind"].is_string() &&
         proofs.count(json["kind"].get<std::string>()) > 0;
}

std::string check(const std::string& file) {
  try {
    const nlohmann::json json = checker::read(file);
    const Value all{json, "the certificate"};
    all["format"].one_of({"filippov certificate 1"});
    const auto proof = proofs.find(all["kind"].text());
    if (proof == proofs.end()) all["kind"].fail("one about a network");
    return proof->second(all, Problem(all["problem"]));
  } catch (const nlohmann::json::exception& error) {
    throw Malformed(error.what());
  }
}

}  // namespace network_checker
