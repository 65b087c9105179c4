#include "value.hpp"

#include <cmath>
#include <fstream>

namespace checker {

nlohmann::json read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Malformed("it cannot be read");
  try {
    return nlohmann::json::parse(in);
  } catch (const nlohmann::json::exception& error) {
    throw Malformed(std::string("it is no JSON, or cut off: ") + error.what());
  }
}

void Value::fail(const std::string& expected) const {
  throw Malformed(place + " is " + json.dump().substr(0, 40) + ": expected " + expected);
}

Value Value::operator[](const char* name) const {
  if (!has(name)) fail(std::string("an object with ") + name);
  return {json[name], place + "." + name};
}

std::vector<Value> Value::list(int count) const {
  if (!json.is_array() || (count >= 0 && json.size() != static_cast<std::size_t>(count))) {
    fail(count >= 0 ? "a list of " + std::to_string(count) : std::string("a list"));
  }
  std::vector<Value> entries;
  for (std::size_t i = 0; i < json.size(); ++i) {
    entries.push_back({json[i], place + "[" + std::to_string(i) + "]"});
  }
  return entries;
}

double Value::number() const {
  if (!json.is_number() || !std::isfinite(json.get<double>())) fail("a finite number");
  return json.get<double>();
}

bool Value::flag() const {
  if (!json.is_boolean()) fail("true or false");
  return json.get<bool>();
}

int Value::integer(int least, int most) const {
  if (!json.is_number_integer() || !(number() >= least && number() <= most)) {
    fail("an integer from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return json.get<int>();
}

std::string Value::text() const {
  if (!json.is_string()) fail("a text");
  return json.get<std::string>();
}

std::string Value::one_of(const std::vector<std::string>& known) const {
  std::string list;
  for (const std::string& entry : known) {
    if (json == entry) return entry;
    list += (list.empty() ? "" : ", ") + entry;
  }
  fail(list);
}

std::vector<std::string> Value::texts(int count) const {
  std::vector<std::string> result;
  for (const Value& entry : list(count)) result.push_back(entry.text());
  return result;
}

Range Value::range() const {
  const std::vector<Value> ends = list(2);
  if (!(ends[0].number() <= ends[1].number())) fail("two numbers in order");
  return {ends[0].number(), ends[1].number()};
}

Box Value::box(int count) const {
  Box result;
  for (const Value& entry : list(count)) result.push_back(entry.range());
  return result;
}

Box Value::point(int count) const {
  Box result;
  for (const Value& entry : list(count)) result.emplace_back(entry.number());
  return result;
}

}  // namespace checker
