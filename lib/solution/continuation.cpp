#include "filippov/solution/continuation.hpp"

namespace filippov {

std::string_view name(Continuation::Kind kind) {
  switch (kind) {
    case Continuation::Kind::leave:
      return "leave";
    case Continuation::Kind::slide:
      return "slide";
    case Continuation::Kind::rest:
      return "rest";
  }
  return "";
}

}  // namespace filippov
