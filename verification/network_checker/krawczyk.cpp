#include "krawczyk.hpp"

#include <cmath>
#include <utility>

namespace network_checker {

namespace {

/// A x = b by elimination with pivots, in floating point: no proof rests on it. False if singular.
bool solve(std::vector<std::vector<double>> a, std::vector<std::vector<double>>& b) {
  const std::size_t n = a.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::fabs(a[i][k]) > std::fabs(a[pivot][k])) pivot = i;
    }
    if (!(std::fabs(a[pivot][k]) > 0)) return false;
    std::swap(a[k], a[pivot]);
    std::swap(b[k], b[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i][k] / a[k][k];
      for (std::size_t j = k; j < n; ++j) a[i][j] -= factor * a[k][j];
      for (std::size_t j = 0; j < b[i].size(); ++j) b[i][j] -= factor * b[k][j];
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (double& entry : b[k]) entry /= a[k][k];
  }
  return true;
}

}  // namespace

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
