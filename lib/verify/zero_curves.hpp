#pragma once

#include <string>
#include <unordered_map>
#include <vector>

namespace filippov::detail {

/// The connected parts of {F = 0} on the sphere for a piecewise linear F, put together from what is
/// on the edges and vertices of its cells.
///
/// A cell is a pointed cone, so that F = 0 on its closure is connected: what touches one cell is in
/// one part.
class ZeroCurves {
 public:
  using Cell = std::string;  ///< its signs
  using Member = std::vector<double>;

  /// F changes its sign on an edge between two cells.
  void add_crossing(const Cell& left, const Cell& right, const Member& at) {
    const std::size_t part = join({left, right}, at);
    parts_[part].transversal = true;
  }

  /// F = 0 at a vertex of these cells.
  void add_vertex(const std::vector<Cell>& cells, bool critical, const Member& at) {
    const std::size_t part = join(cells, at);
    parts_[part].transversal = parts_[part].transversal || !critical;
    for (const Cell& cell : cells) ++cells_[cell].vertices;
  }

  /// All of the cell, or of an edge of it, is critical.
  void add_critical(const Cell& cell) { cells_[cell].critical_set = true; }

  /// One point of each part that has others than critical ones.
  std::vector<Member> members() {
    for (const auto& [key, cell] : cells_) {
      // F = 0 on a diagonal of the cell, or on an edge.
      if (cell.known && cell.vertices > 1 && !cell.critical_set) {
        parts_[root(cell.part)].transversal = true;
      }
    }
    std::vector<Member> result;
    for (std::size_t part = 0; part < parts_.size(); ++part) {
      if (parts_[part].parent == part && parts_[part].transversal) {
        result.push_back(parts_[part].member);
      }
    }
    return result;
  }

 private:
  struct Touched {
    bool known = false;
    std::size_t part = 0;
    int vertices = 0;
    bool critical_set = false;
  };
  struct Part {
    std::size_t parent;
    bool transversal = false;
    Member member = {};
  };

  std::size_t root(std::size_t part) const {
    while (parts_[part].parent != part) part = parts_[part].parent;
    return part;
  }

  std::size_t join(const std::vector<Cell>& cells, const Member& at) {
    std::size_t part = parts_.size();
    parts_.push_back({part, false, at});
    for (const Cell& cell : cells) {
      Touched& touched = cells_[cell];
      if (touched.known) {
        // The older part stays, so that paths are short.
        const std::size_t other = root(touched.part);
        const std::size_t older = part < other ? part : other;
        const std::size_t newer = part < other ? other : part;
        parts_[newer].parent = older;
        parts_[older].transversal = parts_[older].transversal || parts_[newer].transversal;
        part = older;
      }
      touched.known = true;
      touched.part = part;
    }
    return part;
  }

  std::unordered_map<Cell, Touched> cells_;
  std::vector<Part> parts_;
};

}  // namespace filippov::detail
