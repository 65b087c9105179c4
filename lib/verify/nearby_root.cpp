#include "nearby_root.hpp"

#include <algorithm>

#include "../geometry/linear_system.hpp"
#include "filippov/verify/root.hpp"
#include "neuron_model.hpp"

namespace filippov::detail {

namespace {

constexpr double negligible = 1e-9;

/// Columns that are linearly independent, and an orthonormal basis of what all of them span, by
/// Gram and Schmidt with pivoting.
struct ColumnBasis {
  std::vector<Eigen::Index> columns;
  Eigen::MatrixXd basis;
};

ColumnBasis column_basis(const Eigen::MatrixXd& m) {
  ColumnBasis result{{}, Eigen::MatrixXd(m.rows(), 0)};
  Eigen::MatrixXd rest = m;
  const double size = m.size() > 0 ? m.colwise().norm().maxCoeff() : 0;
  while (result.basis.cols() < std::min(m.rows(), m.cols())) {
    Eigen::Index largest = 0;
    const double length = rest.colwise().norm().maxCoeff(&largest);
    if (!(length > negligible * size)) break;
    Eigen::VectorXd q = rest.col(largest) / length;
    q -= result.basis * (result.basis.transpose() * q);
    q.normalize();
    rest -= q * (q.transpose() * rest).eval();
    rest.col(largest).setZero();
    result.columns.push_back(largest);
    result.basis.conservativeResize(Eigen::NoChange, result.basis.cols() + 1);
    result.basis.rightCols(1) = q;
  }
  return result;
}

/// By Newton's method, where it does not lead far; differences for the Jacobian.
Box polished(const VectorField& map, const Box& start, double size) {
  constexpr double far = 1e-3;
  constexpr int most = 20;
  const std::vector<double> first = midpoint(start);
  const Eigen::Map<const Eigen::VectorXd> origin(first.data(),
                                                 static_cast<Eigen::Index>(first.size()));
  const auto value = [&](const Eigen::VectorXd& x) -> Eigen::VectorXd {
    const std::vector<double> f = map(0, std::span(x.data(), static_cast<std::size_t>(x.size())));
    return Eigen::Map<const Eigen::VectorXd>(f.data(), x.size());
  };
  Eigen::VectorXd x = origin;
  for (int k = 0; k < most; ++k) {
    Eigen::MatrixXd jacobian(x.size(), x.size());
    const double h = 1e-6 * size;
    for (Eigen::Index j = 0; j < x.size(); ++j) {
      const Eigen::VectorXd e = h * Eigen::VectorXd::Unit(x.size(), j);
      jacobian.col(j) = (value(x + e) - value(x - e)) / (2 * h);
    }
    const Eigen::VectorXd step = LinearSystem(jacobian).solve(value(x));
    if (!step.allFinite()) return start;
    x -= step;
    if (!((x - origin).norm() < far * size)) return start;
    if (step.norm() < 1e-14 * size) break;
  }
  return {x.begin(), x.end()};
}

}  // namespace

std::vector<int> spanned_rows(const Eigen::MatrixXd& m) {
  const Eigen::MatrixXd basis = column_basis(m).basis;
  std::vector<int> rows;
  for (Eigen::Index i = 0; i < m.rows(); ++i) {
    if (basis.row(i).squaredNorm() > 1 - negligible) rows.push_back(static_cast<int>(i));
  }
  return rows;
}

std::optional<NearbyRoot> nearby_root(const Equations& equations, const Box& centre, double size) {
  const Eigen::Index count = equations.jacobian.rows();
  if (count == 0) return NearbyRoot{centre, {}};
  const std::vector<Eigen::Index> columns = column_basis(equations.jacobian).columns;
  if (static_cast<Eigen::Index>(columns.size()) < count) return std::nullopt;
  std::vector<int> solved(columns.begin(), columns.end());
  std::sort(solved.begin(), solved.end());
  const VectorField map(static_cast<int>(count), [&](const auto& /*t*/,
                                                     const std::vector<Expression>& x) {
    const std::shared_ptr<Graph>& graph = x.front().graph();
    const auto number = [&](Interval value) { return Expression(graph, graph->constant(value)); };
    std::vector<Expression> w;
    for (const Interval& entry : centre) w.push_back(number(entry));
    for (std::size_t k = 0; k < solved.size(); ++k) {
      w[static_cast<std::size_t>(solved[k])] = x[k];
    }
    return equations.values(w, number);
  });
  Box start;
  for (const int place : solved) start.push_back(centre[static_cast<std::size_t>(place)]);
  start = polished(map, start, size);
  for (const double radius : {1e-12, 1e-10, 1e-8, 1e-6, 1e-4}) {
    const RootEnclosure root = enclose_root(map, widened(start, radius * size));
    if (root.unique_root.proof != Proof::certified) continue;
    NearbyRoot result{centre, solved};
    for (std::size_t k = 0; k < solved.size(); ++k) {
      result.box[static_cast<std::size_t>(solved[k])] = root.box[k];
    }
    return result;
  }
  return std::nullopt;
}

}  // namespace filippov::detail
