#include "gnuplot_script.hpp"

#include "gnuplot.hpp"

namespace filippov::detail {

std::string GnuplotScript::block(const std::string& rows) {
  std::string name = fmt::format("$d{}", blocks_++);
  data_ += name + " << EOD\n" + rows + "EOD\n";
  return name;
}

void GnuplotScript::item(const std::string& text, const std::string& title) {
  statements_ += separator_ + text;
  statements_ += title.empty() ? " notitle" : " title " + gnuplot_string(title);
  separator_ = ", \\\n  ";
}

void GnuplotScript::strokes(const std::vector<Stroke>& list, const std::string& style,
                            const std::string& title) {
  if (list.empty()) return;
  std::string rows;
  for (const Stroke& stroke : list) {
    fmt::format_to(std::back_inserter(rows), "{:.9g} {:.9g} {:.6g} {:.6g}\n", stroke.x, stroke.y,
                   stroke.dx, stroke.dy);
  }
  item(block(rows) + " " + style, title);
}

}  // namespace filippov::detail
