#include "filippov/inclusion/face.hpp"

#include <algorithm>

namespace filippov {

bool Face::slides_on(int surface) const {
  return std::binary_search(sliding.begin(), sliding.end(), surface);
}

}  // namespace filippov
