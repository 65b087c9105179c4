#include "printable.hpp"

namespace filippov::detail {

std::string printable(std::string_view text, std::size_t longest) {
  const bool fits = text.size() <= longest;
  std::string out(text.substr(0, longest));
  for (char& c : out) {
    if (c >= '\t' && c <= '\r') c = ' ';
    if (c < ' ' || c > '~') c = '?';
  }
  return fits ? out : out + "...";
}

std::string in_quotes(std::string_view text) { return '"' + printable(text) + '"'; }

}  // namespace filippov::detail
