#pragma once

#include <optional>
#include <string>
#include <vector>

#include "filippov/arithmetic/interval.hpp"
#include "filippov/network/data_set.hpp"
#include "filippov/network/loss.hpp"
#include "filippov/network/network.hpp"

namespace filippov {

/// A KKT point of the constrained neural correlation function, or a connected set of them.
struct KktPoint {
  /// The weights of one neuron, of about unit norm; of a set, one of its points.
  std::vector<double> u;
  /// certified: exactly one KKT point is in this box, or the whole set is. Else there may be some.
  std::vector<Interval> box;
  /// N on the point or set, where it is constant.
  Interval objective;
  bool certified = false;
  /// true: proved that N is smaller at all other points of the unit sphere nearby (beside the set),
  /// so that directions of the flow w' in dN(w) that start near tend to it. false: proved that N
  /// is larger somewhere arbitrarily near. Nothing: undecided, or N is constant nearby.
  std::optional<bool> stable;
  /// Of the set: 0 for a point, 1 for an arc, 2 for a part of a surface.
  int dimension = 0;
  /// Of an arc in the plane: the angles where it begins and ends, counterclockwise.
  std::optional<std::pair<Interval, Interval>> arc = {};
  /// The examples, from 0, whose surface x_i.u = 0 the point lies on where dN jumps across it.
  std::vector<int> kinks = {};
};

struct KktPoints {
  /// Those with greater objective first.
  std::vector<KktPoint> points;
  /// Proved that there are no others.
  bool complete = false;
  /// Why not, if not.
  std::string reason;
};

struct KktOptions {
  /// Starting points of the search, where it is one.
  int starts = 200;
  unsigned seed = 1;
};

/// The KKT points of max N(w) subject to |w|^2 = 1, with N the neural correlation function of one
/// neuron (paper eq. (6)): the unit vectors w with lambda w in dN(w) for some lambda, which is 2
/// N(w). dN is the true Clarke subdifferential, the hull of the gradients of the pieces that meet
/// at w. The sum of z_i dH(x_i; w) can be larger and have points of its own; those are not listed.
///
/// Complete where that is proved, for two features and for diagonal networks, and for two-layer
/// ones and three features if there are at most 500 surfaces: every cell, edge and vertex of theirs
/// is looked at, with signs decided in integers if the data are known exactly (decimals or
/// doubles), else from enclosures unless these do not tell. For squared networks and three features
/// the sphere is covered by parts with proved no or one KKT point each, complete unless there are
/// arcs of them or far too many rows. Else found by ascent from random points, and certified. A
/// two-layer neuron is reduced to u/|u| (Lemma H.1): 0 in d(v G(u)) - lambda (v, u) with N = v G(u)
/// holds for |v| = |u| = 1/sqrt 2, u/|u| a KKT point of G with G != 0; or with N = 0: v = 0 and
/// G(u) = 0, or 0 in dG(u) and any v. Sets are listed as G has them: one for each cell, edge or
/// point where 0 in dG(u), from v = -1 to 1; one for each connected part of {G = 0} that has other
/// points, with v = 0; and where no such set ends in them v = 1 and v = -1 if 0 in dG(0).
///
/// Throws Error if the labels do not suit the loss.
KktPoints kkt_points(const Network& network, const DataSet& data, const Loss& loss = {},
                     const KktOptions& options = {});

}  // namespace filippov
