#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formula_names.hpp"

namespace filippov::detail {

/// Records a formula in a graph while the grammar reads it: a stack machine that is told what was
/// read, in the order of the text. Positions are offsets into the formula.
class FormulaReader {
 public:
  FormulaReader(Graph& graph, std::string_view formula, FormulaNames& names);

  void number(std::string_view text);
  /// Remembers a name; `begin_call` or `end_name` tells what it is.
  void name(std::string_view text);
  void begin_call();
  void argument(std::string_view text);
  void end_call();
  void end_name();
  void begin_group(std::size_t at) { open_.push_back(at); }
  void end_group() { open_.pop_back(); }
  void binary(Operation operation, std::size_t at);
  void negate();
  void power(std::size_t at);
  /// One level deeper, or back.
  void enter(std::size_t at);
  void leave() { --depth_; }

  std::size_t offset(const char* place) const {
    return static_cast<std::size_t>(place - formula_.data());
  }
  /// The last value read.
  NodeId result() const { return values_.back(); }

  /// Throws the Error that says `message` at a position.
  [[noreturn]] void fail(std::size_t at, const std::string& message) const;
  [[noreturn]] void fail_operand(std::size_t at) const;
  [[noreturn]] void fail_close(std::size_t at, bool in_call) const;
  [[noreturn]] void fail_end(std::size_t at) const;

 private:
  struct Call {
    const FormulaFunction* function;
    std::size_t at;
    std::vector<NodeId> arguments;
    std::string surface;  ///< text of the argument that switches
  };

  std::string found(std::size_t at) const;
  NodeId take();
  NodeId apply(const Call& call);
  /// max or min of nodes[from..to), as a balanced tree so that long lists are not deep.
  NodeId extremum(bool maximum, const std::vector<NodeId>& nodes, std::size_t from, std::size_t to);
  /// Runs an operation of the graph; adds the position to what it throws.
  template <class Record>
  NodeId recorded(std::size_t at, const Record& record);

  Graph& graph_;
  std::string_view formula_;
  FormulaNames& names_;
  std::vector<NodeId> values_;
  std::vector<Call> calls_;
  std::vector<std::size_t> open_;
  std::string_view name_;
  int depth_ = 0;
};

/// Records `formula` in `graph`.
NodeId read_formula(Graph& graph, std::string_view formula, FormulaNames& names);

}  // namespace filippov::detail
