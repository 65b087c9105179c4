#include <tao/pegtl.hpp>
#include <type_traits>

#include "formula_reader.hpp"

namespace filippov::detail {

namespace grammar {

using namespace tao::pegtl;  // NOLINT: the rules read like a grammar
// NOLINTBEGIN(readability-identifier-naming): and are named as PEGTL names its own

struct blank : star<space> {};

struct digits : plus<digit> {};
struct mantissa : sor<seq<digits, opt<one<'.'>, star<digit>>>, seq<one<'.'>, digits>> {};
struct exponent_part : seq<one<'e', 'E'>, opt<one<'+', '-'>>, digits> {};
struct number : seq<mantissa, opt<exponent_part>> {};

struct expression;
struct argument : seq<expression> {};
struct arguments : opt<list_must<argument, seq<one<','>, blank>>> {};
struct begin_call : one<'('> {};
struct end_call : one<')'> {};
struct call : if_must<begin_call, blank, arguments, end_call> {};
struct no_call : success {};
struct name : identifier {};
struct named : seq<name, blank, sor<call, no_call>> {};

struct begin_group : one<'('> {};
struct end_group : one<')'> {};
struct group : if_must<begin_group, blank, expression, end_group> {};

struct operand : seq<sor<number, named, group>, blank> {};
struct factor;
struct exponent : seq<factor> {};
struct power : if_must<one<'^'>, blank, exponent> {};
struct negation : if_must<one<'-'>, blank, factor> {};
struct affirmation : if_must<one<'+'>, blank, factor> {};
struct factor : sor<negation, affirmation, seq<operand, opt<power>>> {};

struct times : if_must<one<'*'>, blank, factor> {};
struct over : if_must<one<'/'>, blank, factor> {};
struct term : seq<factor, star<sor<times, over>>> {};

struct plus_term : if_must<one<'+'>, blank, term> {};
struct minus_term : if_must<one<'-'>, blank, term> {};
struct expression : seq<term, star<sor<plus_term, minus_term>>> {};

struct end : eof {};
struct formula : seq<blank, must<expression, end>> {};
// NOLINTEND(readability-identifier-naming)

}  // namespace grammar

namespace {

using tao::pegtl::nothing;

template <class Rule>
struct Action : nothing<Rule> {};

/// Tells the reader the text of a match.
template <void (FormulaReader::*tell)(std::string_view)>
struct TellText {
  template <class Input>
  static void apply(const Input& in, FormulaReader& reader) {
    (reader.*tell)(in.string_view());
  }
};

/// Tells the reader where a match begins.
template <void (FormulaReader::*tell)(std::size_t)>
struct TellPlace {
  template <class Input>
  static void apply(const Input& in, FormulaReader& reader) {
    (reader.*tell)(reader.offset(in.begin()));
  }
};

template <void (FormulaReader::*tell)()>
struct Tell {
  static void apply0(FormulaReader& reader) { (reader.*tell)(); }
};

template <Operation operation>
struct TellBinary {
  template <class Input>
  static void apply(const Input& in, FormulaReader& reader) {
    reader.binary(operation, reader.offset(in.begin()));
  }
};

// clang-format off
template <> struct Action<grammar::number> : TellText<&FormulaReader::number> {};
template <> struct Action<grammar::name> : TellText<&FormulaReader::name> {};
template <> struct Action<grammar::no_call> : Tell<&FormulaReader::end_name> {};
template <> struct Action<grammar::begin_call> : Tell<&FormulaReader::begin_call> {};
template <> struct Action<grammar::argument> : TellText<&FormulaReader::argument> {};
template <> struct Action<grammar::end_call> : Tell<&FormulaReader::end_call> {};
template <> struct Action<grammar::begin_group> : TellPlace<&FormulaReader::begin_group> {};
template <> struct Action<grammar::end_group> : Tell<&FormulaReader::end_group> {};
template <> struct Action<grammar::power> : TellPlace<&FormulaReader::power> {};
template <> struct Action<grammar::negation> : Tell<&FormulaReader::negate> {};
template <> struct Action<grammar::times> : TellBinary<Operation::multiply> {};
template <> struct Action<grammar::over> : TellBinary<Operation::divide> {};
template <> struct Action<grammar::plus_term> : TellBinary<Operation::add> {};
template <> struct Action<grammar::minus_term> : TellBinary<Operation::subtract> {};
// clang-format on

/// Counts the depth, and turns what the grammar cannot match into the reader's errors.
template <class Rule>
struct Control : tao::pegtl::normal<Rule> {
  /// Whatever nests (parentheses, arguments, signs, exponents) passes through a factor.
  static constexpr bool nests = std::is_same_v<Rule, grammar::factor>;

  template <class Input>
  static void start(const Input& in, FormulaReader& reader) {
    if constexpr (nests) reader.enter(reader.offset(in.current()));
  }
  template <class Input>
  static void success(const Input& /*in*/, FormulaReader& reader) {
    if constexpr (nests) reader.leave();
  }
  template <class Input>
  static void failure(const Input& /*in*/, FormulaReader& reader) {
    if constexpr (nests) reader.leave();
  }
  template <class Input>
  [[noreturn]] static void raise(const Input& in, FormulaReader& reader) {
    const std::size_t at = reader.offset(in.current());
    if constexpr (std::is_same_v<Rule, grammar::end_call>) {
      reader.fail_close(at, true);
    } else if constexpr (std::is_same_v<Rule, grammar::end_group>) {
      reader.fail_close(at, false);
    } else if constexpr (std::is_same_v<Rule, grammar::end>) {
      reader.fail_end(at);
    } else {
      reader.fail_operand(at);
    }
  }
};

}  // namespace

NodeId read_formula(Graph& graph, std::string_view formula, FormulaNames& names) {
  FormulaReader reader(graph, formula, names);
  tao::pegtl::memory_input<tao::pegtl::tracking_mode::lazy> input(
      formula.data(), formula.data() + formula.size(), "");
  tao::pegtl::parse<grammar::formula, Action, Control>(input, reader);
  return reader.result();
}

}  // namespace filippov::detail
