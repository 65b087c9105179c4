#include "filippov/network/network.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "filippov/arithmetic/error.hpp"

namespace filippov {

namespace {

[[noreturn]] void fail(std::string_view text, std::string_view reason) {
  throw Error(
      fmt::format("network \"{}\": {}; expected squared-relu[:H], "
                  "leaky-squared-relu:A[:H], relu[:H], leaky-relu:A[:H] or diagonal",
                  text, reason));
}

/// Takes the part before the next colon off `rest`.
std::string_view next_part(std::string_view& rest) {
  const std::size_t colon = rest.find(':');
  const std::string_view part = rest.substr(0, colon);
  rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  return part;
}

/// A number of neurons, small enough to be added to another one.
std::optional<int> count(std::string_view text) {
  constexpr int most = 1 << 24;
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 0 || number > most) return std::nullopt;
  return number;
}

}  // namespace

Network parse_network(std::string_view text) {
  std::string_view rest = text;
  std::string_view name = next_part(rest);
  Network network;
  const bool leaky = name.starts_with("leaky-");
  if (leaky) name.remove_prefix(std::string_view("leaky-").size());
  if (name == "squared-relu") {
    network.kind = NetworkKind::squared_relu;
  } else if (name == "relu") {
    network.kind = NetworkKind::two_layer;
  } else if (text == "diagonal") {
    network.kind = NetworkKind::diagonal;
  } else {
    fail(text, "unknown kind");
  }
  if (leaky) {
    try {
      network.leak_decimal = next_part(rest);
      network.leak = Interval::from_decimal(network.leak_decimal);
    } catch (const Error&) {
      fail(text, "the leak A is not a decimal number");
    }
    if (!Interval(0, 1).contains(network.leak)) fail(text, "the leak A is not in [0, 1]");
  }
  if (!rest.empty() || text.ends_with(':')) {
    const std::size_t minus = rest.find('-', 1);
    const bool signs = network.kind == NetworkKind::squared_relu && minus < rest.size();
    const std::optional<int> positive = count(signs ? rest.substr(0, minus) : rest);
    const std::optional<int> negative = signs ? count(rest.substr(minus + 1)) : 0;
    if (!positive || !negative || *positive + *negative < 1) {
      fail(text, "the number of neurons H is not a positive integer");
    }
    network.neurons = *positive + *negative;
    network.negative_neurons = *negative;
  }
  return network;
}

int neuron_size(const Network& network, const DataSet& data) {
  if (network.kind == NetworkKind::diagonal) return 2 * data.dimension();
  return data.dimension() + (network.kind == NetworkKind::two_layer ? 1 : 0);
}

std::vector<Interval> neuron_output(const Network& network, const DataSet& data,
                                    std::span<const Interval> w) {
  if (static_cast<int>(w.size()) != neuron_size(network, data)) {
    throw Error(
        fmt::format("a neuron has {} weights, expected {}", w.size(), neuron_size(network, data)));
  }
  const bool two_layer = network.kind == NetworkKind::two_layer;
  const std::span<const Interval> u = two_layer ? w.subspan(1) : w;
  std::vector<Interval> outputs;
  if (network.kind == NetworkKind::diagonal) {
    const auto d = static_cast<std::size_t>(data.dimension());
    for (int i = 0; i < data.size(); ++i) {
      Interval sum = 0;
      for (std::size_t k = 0; k < d; ++k) sum += data.input(i)[k] * w[k] * w[d + k];
      outputs.push_back(sum);
    }
    return outputs;
  }
  for (int i = 0; i < data.size(); ++i) {
    Interval z = 0;
    for (std::size_t k = 0; k < u.size(); ++k) z += data.input(i)[k] * u[k];
    const Interval sigma = max(z, network.leak * z);
    outputs.push_back(two_layer ? w[0] * sigma : sqr(sigma));
  }
  return outputs;
}

}  // namespace filippov
