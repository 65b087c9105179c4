#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "filippov/function/function.hpp"
#include "filippov/inclusion/inclusion.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"

namespace filippov {

/// A deep (leaky) ReLU network with one output, H(x; W) = W_L sigma(W_(L-1) ... sigma(W_1 x)), of
/// which exactly two layers are trained, consecutive ones or not (paper, section 2): H is
/// two-homogeneous in their weights.
struct DeepNetwork {
  /// W_1, ..., W_L, W_L with one row. Those of the trained layers give their shapes alone.
  std::vector<Eigen::MatrixXd> layers;
  /// The trained layers, counted from 0, first < second.
  int first = 0;
  int second = 1;
  /// sigma(z) = max(z, leak z), 0 <= leak <= 1.
  double leak = 0;

  /// Number of trained weights.
  int weights() const;
};

/// Gradient flow of the loss of a DeepNetwork in scaled weights, w = delta s, with delta = 0 that
/// of the neural correlation function, as TrainingField has it:
///
///     s' in sum_i -l'(H(x_i; delta s), y_i) ∂H(x_i; s)        (divided by n for a mean loss).
///
/// The state holds the first trained matrix column after column, then the second. Surfaces: the
/// inputs of the neurons of layers `first` and above are zero, by layer, then by example, then by
/// neuron; those of a layer depend on the signs of the layers below. F is Clarke's subdifferential
/// of the loss as a whole: only sign patterns that occur beside s count. A few matrix products over
/// all examples for a velocity; memory of the order of the network and layers times examples. In
/// double precision.
class DeepFlow : public Inclusion {
 public:
  /// Throws Error for shapes that do not fit each other or the data, layers not in order, a leak
  /// outside [0, 1], labels that do not suit the loss, and unless 0 <= delta < infinity.
  DeepFlow(DeepNetwork network, const DataSet& data, const Loss& loss = {}, double delta = 1);

  const DeepNetwork& network() const { return network_; }
  int examples() const { return static_cast<int>(inputs_.cols()); }

  int dimension() const override { return network_.weights(); }
  int switch_count() const override { return switches_; }
  /// "z2.3(x5)": the input of neuron 3 in layer 2 for the fifth example, all counted from 1.
  std::string surface_name(int j) const override;
  void selection(double t, std::span<const double> s, const Signature& signs,
                 std::span<double> f) const override;
  double switching(int j, double t, std::span<const double> s,
                   const Signature& signs) const override;
  bool depends_on_signs(int j) const override { return place_of(j).layer > network_.first; }
  SwitchingGradient switching_gradient(int j, double t, std::span<const double> s,
                                       const Signature& signs) const override;
  bool jumps_across(int j) const override;
  /// Where the switches are zero; none where two of them are in different layers for one example.
  std::optional<SparseColumns> affine_columns(std::span<const int> switches, double t,
                                              std::span<const double> s,
                                              const Signature& signs) const override;
  bool is_autonomous() const override { return true; }

  /// H(x_i; delta s) for all i.
  Eigen::VectorXd outputs(std::span<const double> s) const;
  /// -l'(z_i, y_i), or divided by n for a mean loss.
  Eigen::VectorXd residuals(const Eigen::VectorXd& outputs) const;
  /// sum_i c_i H(x_i; s), for c = residuals(0) the neural correlation function.
  double combination(const Eigen::VectorXd& c, std::span<const double> s) const;

 private:
  struct Place {
    int layer;
    int example;
    int neuron;
  };
  struct Pass;

  Place place_of(int j) const;
  Eigen::Map<const Eigen::MatrixXd> weights(int layer, std::span<const double> s) const;
  Pass forward(std::span<const double> s, const Signature* signs, Eigen::Index begin,
               Eigen::Index count) const;
  void backward(int last, Eigen::MatrixXd pull, const Pass& pass, std::span<const double> s,
                double* out) const;

  DeepNetwork network_;
  Loss loss_;
  double delta_;
  Eigen::MatrixXd inputs_;  ///< of layer `first`, an example in each column
  Eigen::VectorXd labels_;
  int switches_ = 0;
  std::vector<int> offsets_;  ///< of the surfaces of each layer
};

/// sum_i z_i H(x_i; w) of a DeepNetwork, z_i = -l'(0, y_i), as a recorded function of its trained
/// weights: for tubes and verdicts. Fixed weights are the doubles they are.
Function correlation_function(const DeepNetwork& network, const DataSet& data,
                              const Loss& loss = {});

}  // namespace filippov
