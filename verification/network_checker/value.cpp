#include "value.hpp"

#include <cmath>

namespace checker {

void Value::fail(const std::string& expected) const {
  throw Malformed(place + " is " + json.dump().substr(0, 40) + ": expected " + expected);
}

Value Value::operator[](const char* name) const {
  if (!json.is_object() || !json.contains(name)) fail(std::string("an object with ") + name);
  return {json[name], place + "." + name};
}

std::vector<Value> Value::list(int count) const {
  if (!json.is_array()) fail("a list");
  if (count >= 0 && static_cast<int>(json.size()) != count) {
    fail("a list of " + std::to_string(count));
  }
  std::vector<Value> values;
  for (const nlohmann::json& entry : json) {
    values.push_back({entry, place + "[" + std::to_string(values.size()) + "]"});
  }
  return values;
}

double Value::number() const {
  if (!json.is_number() || !std::isfinite(json.get<double>())) fail("a finite number");
  return json.get<double>();
}

int Value::integer(int least, int most) const {
  if (!json.is_number_integer() || number() < least || number() > most) {
    fail("an integer from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return json.get<int>();
}

std::string Value::text() const {
  if (!json.is_string()) fail("a text");
  return json.get<std::string>();
}

std::vector<std::string> Value::texts() const {
  std::vector<std::string> result;
  for (const Value& value : list()) result.push_back(value.text());
  return result;
}

Range Value::range() const {
  const std::vector<Value> ends = list(2);
  if (ends[0].number() > ends[1].number()) fail("two ends in order");
  return {ends[0].number(), ends[1].number()};
}

Box Value::box(int count) const {
  Box result;
  for (const Value& value : list(count)) result.push_back(value.range());
  return result;
}

Box Value::point(int count) const {
  Box result;
  for (const Value& value : list(count)) result.emplace_back(value.number());
  return result;
}

}  // namespace checker
