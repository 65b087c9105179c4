#include "krawczyk.hpp"

#include "norm_bound.hpp"

namespace network_checker {

Box krawczyk(const Box& centre, const Box& box, const Box& value, const std::vector<Box>& jacobian,
             const std::string& what) {
  const std::size_t size = box.size();
  std::vector<std::vector<double>> middle(size);
  std::vector<std::vector<double>> inverse(size, std::vector<double>(size, 0.0));
  for (std::size_t i = 0; i < size; ++i) {
    for (const Range& entry : jacobian[i]) middle[i].push_back(entry.middle());
    inverse[i][i] = 1;
  }
  if (!solve(middle, inverse)) throw Refusal(what + ": the Jacobian is singular");
  Box image = centre;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < size; ++k) image[i] -= Range(inverse[i][k]) * value[k];
    for (std::size_t j = 0; j < size; ++j) {
      Range entry = i == j ? 1 : 0;
      for (std::size_t k = 0; k < size; ++k) entry -= Range(inverse[i][k]) * jacobian[k][j];
      image[i] += entry * (box[j] - centre[j]);
    }
    if (!image[i].strictly_inside(box[i])) {
      throw Refusal(what + ": Krawczyk's operator is not inside, coordinate " +
                    std::to_string(i + 1) + " is in " + shown(image[i]));
    }
  }
  return image;
}

}  // namespace network_checker
