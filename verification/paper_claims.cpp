#include "paper_claims.hpp"

#include <array>

namespace {

constexpr std::array claims{
    PaperClaim{
        "Figure 1",
        "Trained from 1e-5, twenty squared ReLU neurons turn to four directions while loss "
        "and norm barely change.",
        "gradient descent with the printed steps, and the gradient flow, computed; the scale of "
        "the loss (a mean, not the sum of eq. (2)) and of the angles (atan2) proved"},
    PaperClaim{"Definition 4.1",
               "Non-branching: the inclusion has a unique solution for all t >= 0.",
               "certified on a time interval by a tube, for all t >= 0 by a region that no "
               "hyperplane leaves; refuted by a proved branching"},
    PaperClaim{
        "Theorem 5.1",
        "For small delta, |w| <= sqrt(C) delta up to T_bar = ln C/(4 beta beta_tilde); then w "
        "is aligned with a KKT point of the NCF, or small.",
        "constants as intervals, and a delta_bar such that the conclusion holds for every "
        "delta below it, proved on instances"},
    PaperClaim{
        "Lemma 5.2",
        "|w(t)| <= sqrt(C) delta on [0, T_bar], and w/delta is within eps of a solution of the "
        "NCF flow.",
        "tubes of both flows, for every delta up to a bound, on instances"},
    PaperClaim{"Figure 2", "The gradient field of u1|u2|.",
               "drawn, with the solutions from (1, 0)"},
    PaperClaim{
        "Lemma 5.3",
        "The NCF flow tends to 0 or converges in direction to a nonnegative KKT point.",
        "the limit of the flow's direction enclosed and proved to be a KKT point, on instances"},
    PaperClaim{
        "Lemma 5.4",
        "Near a KKT point off all hyperplanes, every start with sign(v*) v > |u| and "
        "|u - u*| <= gamma is non-branching.",
        "gamma computed; no start of the set meets a hyperplane, proved at the KKT points of "
        "random data, and from 1000 random starts"},
    PaperClaim{"section 5.1",
               "It is hoped that almost all points are non-branching, as for u1|u2|.",
               "refuted for an unbalanced two-layer neuron: a box of starts is branching, proved"},
    PaperClaim{"Corollary 5.4.1",
               "For separable networks, the conclusion of Theorem 5.1 for each part.",
               "as Theorem 5.1, with several neurons"},
    PaperClaim{"Figure 3",
               "The constrained NCF above the angles of the neurons: they end in its KKT points.",
               "drawn; the ends compared with the certified KKT points"},
    PaperClaim{
        "(15)", "Assumption 3: near the saddle <w_n_bar - w_n, s> >= -kappa |w_n_bar - w_n|^2.",
        "at a two-layer saddle with a row on its kink: no kappa on one side, kappa = gamma^2/16 "
        "on the other, proved"},
    PaperClaim{
        "Theorem 5.5",
        "Near a saddle with w_z = 0, |w - w_bar|^2 <= C delta^2 up to T_bar = ln C/M_2; then "
        "w_z is aligned with a KKT point, or small.",
        "with that T_bar (18) and (56) refuted on an instance; constants as intervals, conclusion "
        "proved on instances with the corrected constants"},
    PaperClaim{"(18)", "|w - w_bar|^2 <= C delta^2 for t in [0, T_bar].",
               "refuted at t = 0 for C < 2, and at T_bar for every C > 1, on an instance; the "
               "corrected form proved there"},
    PaperClaim{"Lemma 5.6", "At a saddle with w_z = 0, 0 is in the subdifferential of L(w_n, 0).",
               "evaluated exactly at the saddle of D.3"},
    PaperClaim{"Lemma A.1", "Continuous selections of definable functions.",
               "pure existence, quoted from Ji & Telgarsky (2020)", false},
    PaperClaim{"Lemma A.2", "The chain rule for Clarke subdifferentials.",
               "quoted from Clarke (1983)", false},
    PaperClaim{"Lemma A.3",
               "Along a gradient flow the velocity is the element of least norm, and dN/dt = "
               "|velocity|^2.",
               "compared along a computed flow that crosses kinks"},
    PaperClaim{"Lemma A.4", "A desingularizing function exists.",
               "pure existence, quoted from Ji & Telgarsky (2020)", false},
    PaperClaim{"Lemma B.1",
               "The subdifferential of an L-homogeneous function is (L-1)-homogeneous, and w.s = L "
               "F(w).",
               "compared at every vertex of the subdifferential, on kinks too"},
    PaperClaim{"Corollary B.1.1", "Lemma B.1 for two-homogeneous networks.", "as Lemma B.1"},
    PaperClaim{
        "Lemma C.1", "Close inclusions have close solutions.",
        "pure existence of delta, after Filippov (1988), section 8; delta_bar of Theorem 5.1 "
        "is what comes of it on an instance",
        false},
    PaperClaim{"(25)", "|H(X; w)| <= beta |w| <= beta C delta^2.",
               "refuted on an instance of Lemma 5.2, proved with |w|^2"},
    PaperClaim{"Lemma C.2", "s.u = 2 N(u), and dN(cu) = c dN(u).", "as Lemma B.1"},
    PaperClaim{"Lemma C.3", "From a start that is not zero the NCF flow stays away from zero.",
               "the printed lower bound proved on a tube"},
    PaperClaim{"Lemma C.4", "Once N(u) >= 0 it stays so, and |u| does not fall.",
               "proved on a tube"},
    PaperClaim{"Lemma C.5",
               "KKT points: lambda u in the sum of z_i dH(x_i; u), |u| = 1, lambda = 2 N(u).",
               "2 N(u) = lambda enclosed at certified KKT points; the sum of subdifferentials "
               "admits spurious ones, proved"},
    PaperClaim{"Lemma C.6", "The subdifferential of N(u)/|u|^2, and its least element.",
               "the displayed norm refuted, the corrected one proved, at a point"},
    PaperClaim{"Lemma C.7", "If the flow does not tend to 0 its norm is at least eta > 0.",
               "eta enclosed on the instances of Theorem 5.1"},
    PaperClaim{
        "(46)",
        "What follows of |w/delta - u| <= eps: the cosine is at least 1 - (1 + 3/(2 eta)) eps.",
        "a product of bounds refuted for eps > 1, the conclusion proved for all eps"},
    PaperClaim{
        "Lemma D.1", "Theorem 5.5's first part, with M_2 and (56).",
        "(56), the bounds of T* and of |xi| refuted as printed on instances, the corrected forms "
        "proved"},
    PaperClaim{
        "Figure 4",
        "Near the saddle of D.3 the small neurons turn to KKT points of the NCF of the "
        "residual.",
        "gradient descent with the printed steps, and the gradient flow, computed; the scale of "
        "the loss and of the angles as in Figure 1"},
    PaperClaim{"Lemma E.1", "(1, 0) is branching for u1|u2|: stay for any time, then leave.",
               "each member is a solution; branching proved"},
    PaperClaim{"(80)", "For any eps there is a T_bar at which u_T/|u_T| is eps or more away.",
               "refuted; at most eps proved"},
    PaperClaim{"Lemma E.2", "All points but {u2 = 0, u1 > 0} are non-branching for u1|u2|.",
               "compared with the closed form on a grid; proved on boxes"},
    PaperClaim{"(82)", "u1^2 - u2^2 is constant; in Case 1 u2 > 0.",
               "refuted from z2 < 0; |u2| > 0 proved on a tube"},
    PaperClaim{"(85)", "v^2 - |u|^2 is constant.", "enclosed through three kinks"},
    PaperClaim{"G.1", "KKT points for symmetric data and squared ReLU are eigenvectors.",
               "refuted for the labels as printed, proved for the corrected ones, on an instance"},
    PaperClaim{"G.2", "KKT points for symmetric data and two-layer ReLU.",
               "complete list proved on an instance"},
    PaperClaim{"(88)", "v_*^2 + |u_*|^2 = 1, which implies v_*^2 = 1/sqrt 2.",
               "refuted at all KKT points of an instance; 1/2 enclosed"},
    PaperClaim{"Lemma H.1",
               "A KKT point of a two-layer neuron has |v| = |u| = 1/sqrt 2, and sqrt 2 u is one of "
               "the reduced problem.",
               "both proved of certified KKT points"},
    PaperClaim{"Lemma I.1", "|s| >= 1 for s in the subdifferential of (u1|u2| - 1)^2 near (1, 0).",
               "proved for all d in (0, 0.1)"},
    PaperClaim{"Lemma I.2", "From (1 + d, d) the flow is at least 0.09 away at t = 0.1.",
               "the infimum over d enclosed"},
    PaperClaim{"Lemma J.1", "Limits of solutions are solutions.",
               "quoted from Filippov (1988), section 5", false},
};

}  // namespace

std::span<const PaperClaim> paper_claims() { return claims; }
