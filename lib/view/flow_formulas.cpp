#include "flow_formulas.hpp"

#include <fmt/format.h>

#include "../function/rational.hpp"
#include "filippov/arithmetic/error.hpp"

namespace filippov::detail {

namespace {

std::string decimal(std::string_view text) {
  if (text.empty()) {
    throw Error("there is no certificate of the flow: a number is not known as a decimal");
  }
  return fmt::format("({})", text);
}

/// -l'(p output, y_i), both the output and this with the division by what a row is normalized by.
std::string pull_of(const DataSet& data, const Loss& loss, int i, std::string output,
                    const std::string& division) {
  if (!division.empty()) output = "(" + output + ")" + division;
  const std::string y = decimal(data.label_decimal(i));
  std::string pull = loss.kind == LossKind::square
                         ? fmt::format("({}-p*({}))", y, output)
                         : fmt::format("({}/(1+exp({}*p*({}))))", y, y, output);
  if (loss.mean) pull += fmt::format("/{}", data.size());
  return pull + division;
}

/// The inputs x_i as texts in parentheses, row after row.
using Inputs = std::vector<std::vector<std::string>>;

/// (x - mean) / sqrt(variance), column by column.
void standardize(const DataSet& data, Inputs& inputs) {
  const Rational size(data.size());
  for (int l = 0; l < data.dimension(); ++l) {
    std::vector<Rational> column;
    Rational mean;
    for (int i = 0; i < data.size(); ++i) {
      const auto x = Rational::from_decimal(data.input_decimal(i, l));
      if (!x) throw Error("there is no certificate of the flow: a number has thousands of digits");
      column.push_back(*x);
      mean += *x;
    }
    mean /= size;
    Rational variance;
    for (Rational& x : column) {
      x += -mean;
      x *= x;
      variance += x;
    }
    variance /= size;
    const std::string end = fmt::format("-({}))/sqrt({}))", mean.text(), variance.text());
    for (auto& row : inputs) {
      std::string& x = row[static_cast<std::size_t>(l)];
      x = fmt::format("(({}{}", x, end);
    }
  }
}

Inputs input_texts(const DataSet& data, const DataOptions& options) {
  Inputs inputs;
  for (int i = 0; i < data.size(); ++i) {
    auto& row = inputs.emplace_back();
    for (int l = 0; l < data.dimension(); ++l) row.push_back(decimal(data.input_decimal(i, l)));
  }
  if (options.standardize) standardize(data, inputs);
  return inputs;
}

/// What an output that is homogeneous in a row is divided by if rows are normalized: the length of
/// the row, or its square.
std::string division(const std::vector<std::string>& row, bool squared) {
  std::string sum;
  for (const std::string& x : row) sum += fmt::format("{}{}^2", sum.empty() ? "" : "+", x);
  return fmt::format("/{}({})", squared ? "" : "sqrt", sum);
}

std::vector<std::string> diagonal_formulas(const DataSet& data, const Loss& loss,
                                           const DataOptions& options) {
  const int d = data.dimension();
  std::vector<std::string> formulas(static_cast<std::size_t>(2 * d));
  const Inputs inputs = input_texts(data, options);
  for (int i = 0; i < data.size(); ++i) {
    const std::vector<std::string>& row = inputs[static_cast<std::size_t>(i)];
    std::string output;
    for (int l = 0; l < d; ++l) {
      output += fmt::format("{}{}*w{}*w{}", l == 0 ? "" : "+", row[static_cast<std::size_t>(l)],
                            l + 1, d + l + 1);
    }
    const std::string pull =
        pull_of(data, loss, i, output, options.normalize_rows ? division(row, false) : "");
    for (int l = 0; l < d; ++l) {
      const std::string& x = row[static_cast<std::size_t>(l)];
      formulas[static_cast<std::size_t>(l)] += fmt::format("+{}*{}*w{}", pull, x, d + l + 1);
      formulas[static_cast<std::size_t>(d + l)] += fmt::format("+{}*{}*w{}", pull, x, l + 1);
    }
  }
  formulas.emplace_back("0");
  return formulas;
}

}  // namespace

std::vector<std::string> flow_formulas(const Network& network, const DataSet& data,
                                       const Loss& loss, const DataOptions& options) {
  if (network.kind == NetworkKind::diagonal) return diagonal_formulas(data, loss, options);
  const Inputs inputs = input_texts(data, options);
  const bool two_layer = network.kind == NetworkKind::two_layer;
  const int d = data.dimension();
  const int size = two_layer ? d + 1 : d;
  const bool no_leak = identical(network.leak, 0);
  const std::string leak = no_leak ? "" : decimal(network.leak_decimal);
  std::vector<std::string> formulas(static_cast<std::size_t>(network.neurons * size));
  for (int i = 0; i < data.size(); ++i) {
    const std::vector<std::string>& row = inputs[static_cast<std::size_t>(i)];
    std::vector<std::string> sums;
    std::vector<std::string> sigmas;
    std::string output;
    for (int k = 0; k < network.neurons; ++k) {
      std::string h;
      for (int l = 0; l < d; ++l) {
        h += fmt::format("{}{}*w{}", l == 0 ? "" : "+", row[static_cast<std::size_t>(l)],
                         k * size + l + (two_layer ? 2 : 1));
      }
      sums.push_back(h);
      sigmas.push_back(no_leak ? fmt::format("relu({})", h)
                               : fmt::format("leaky_relu({},{})", leak, h));
      const bool negative = k >= network.neurons - network.negative_neurons;
      output += fmt::format("{}{}", negative ? "-" : "+",
                            two_layer ? fmt::format("w{}*{}", k * size + 1, sigmas.back())
                                      : fmt::format("{}^2", sigmas.back()));
    }
    const std::string pull =
        pull_of(data, loss, i, output, options.normalize_rows ? division(row, !two_layer) : "");
    for (int k = 0; k < network.neurons; ++k) {
      const auto place = static_cast<std::size_t>(k);
      const bool negative = k >= network.neurons - network.negative_neurons;
      const std::string sign = negative ? "-" : "+";
      const std::string& h = sums[place];
      std::string slope;  // of the output with respect to h
      if (two_layer) {
        formulas[static_cast<std::size_t>(k * size)] += sign + pull + "*" + sigmas[place];
        slope = fmt::format("w{}*select({},1,{})", k * size + 1, h, no_leak ? "0" : leak);
      } else {
        slope = no_leak ? fmt::format("2*relu({})", h)
                        : fmt::format("2*leaky_relu({}*{},{})", leak, leak, h);
      }
      for (int l = 0; l < d; ++l) {
        formulas[static_cast<std::size_t>(k * size + l + (two_layer ? 1 : 0))] +=
            fmt::format("{}{}*{}*{}", sign, pull, slope, row[static_cast<std::size_t>(l)]);
      }
    }
  }
  formulas.emplace_back("0");
  return formulas;
}

}  // namespace filippov::detail
