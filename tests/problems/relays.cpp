// Relays in linear feedback loops.

#include <algorithm>
#include <utility>

#include "filippov/inclusion/filippov_map.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

// A stiff filter (rate 10^4) behind a relay that enters it, so that the sliding motion is stiff as
// well (rate 7500) and each crossing starts a boundary layer of width 10^-4. In two of the three
// contacts the state slides for 10^-4 time units only. Digits from digits.py.
Problem stiff_relay() {
  return {.name = "stiff_relay",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2,
                          [](auto t, const auto& x) {
                            const auto u = sign(x[0]);
                            return vector(x[1] - 2 * u, -10000 * (x[1] - 3 * sin(t) - 0.5 * u));
                          })),
          .value = {.t1 = 10, .x0 = {0.3, 0}},
          .events = {entry(0.2751356358905977105929, 0), exit(0.5237321140628444605528, 0, +1),
                     entry(3.816901905780993416325, 0), exit(3.817009897857195837718, 0, -1),
                     entry(6.949873614075740904789, 0), exit(6.949988194269149938755, 0, +1)},
          .final_state = {0.2999191164615643771648, -1.131811594891270555566},
          .state_tolerance = 1e-6};
}

// x' = A x + B u, u = -sign(C x) with omega = 25, zeta = 0.05, sigma = 1: Piiroinen and Kuznetsov,
// ACM TOMS 34 (2008), eq. 32. It starts sliding, unstably (errors grow like e^t), and goes on with
// fast oscillations and short pieces of sliding. Digits from digits.py.
Problem relay_feedback() {
  return {.name = "relay_feedback",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(3,
                          [](auto, const auto& x) {
                            const auto u = sign(x[0]);
                            return vector(-3.5 * x[0] + x[1] - u, -627.5 * x[0] + x[2] + 2 * u,
                                          -625 * x[0] - u);
                          })),
          .value = {.t1 = 8, .x0 = {0, -0.001, -0.02}},
          .start_surfaces = {0},
          .events = {exit(2.812403376023301185275, 0, -1), entry(3.041621639421890435275, 0),
                     exit(3.068976833329809334448, 0, -1), entry(3.289499164141961502052, 0),
                     exit(3.335069361772168966348, 0, -1), entry(3.539056522887815991141, 0),
                     exit(4.932147855922721135215, 0, +1), entry(5.181709042002652194776, 0),
                     exit(5.183932712371910993066, 0, +1), entry(5.426565148672452022217, 0),
                     exit(5.436118573911908112977, 0, +1), entry(5.673700653401634708711, 0),
                     exit(5.689177084536257489649, 0, +1), entry(5.921175281295372977798, 0),
                     exit(5.944191881846573062466, 0, +1), entry(6.168861874420848582302, 0),
                     exit(6.204603156962571519152, 0, +1), entry(6.417345206619622427804, 0),
                     exit(6.495253886494113467234, 0, +1), entry(6.671139599330718625618, 0),
                     exit(7.913016902065780020738, 0, -1)},
          .final_state = {-0.01030830982243656051038, -1.158896397024679653954,
                          -2.257020309656618005028},
          .state_tolerance = 1e-4};
}

// Twelve relays entered one by one, up to codimension 12:
//     x_i' = -a_i sign x_i + cos(t)/2, a_i = 0.6 + 0.05 i, x_i(0) = (-1)^i (0.2 + 0.1 i),
//     x_13' = sum_i (i/12) sign x_i.
// x_i reaches 0 at the root t_i of x_i(0) - s a_i t + sin(t)/2 and stays, with the multiplier
// cos(t)/(2 a_i); so x_13(T) = sum_i (i/12) (s t_i + (sin T - sin t_i)/(2 a_i)). Digits: digits.py.
Problem relays_12() {
  Problem problem{
      .name = "relays_12",
      .inclusion = std::make_shared<FilippovMap>(
          VectorField(13,
                      [](auto t, const auto& x) {
                        std::vector<Expression> f;
                        Expression sum = 0;
                        for (int i = 1; i <= 12; ++i) {
                          const Expression u = sign(x[static_cast<std::size_t>(i - 1)]);
                          f.push_back(-(0.6 + 0.05 * i) * u + 0.5 * cos(t));
                          sum += i / 12. * u;
                        }
                        f.push_back(sum);
                        return f;
                      })),
      .value = {.t1 = 8, .x0 = {-0.3, 0.4, -0.5, 0.6, -0.7, 0.8, -0.9, 1, -1.1, 1.2, -1.3, 1.4, 0}},
      .final_state = std::vector<double>(12, 0.0)};
  problem.final_state.push_back(3.846963173911235865612);
  const std::pair<int, double> times[] = {
      {1, 0.2621708777288740450176}, {3, 0.4043722122859967049556}, {5, 0.527451348646435047279},
      {7, 0.63511921675131282049},   {9, 0.7300458199315450527352}, {11, 0.8142546903504188893189},
      {2, 1.249063503562815102788},  {4, 1.361340074879030247406},  {6, 1.439675544030753938667},
      {8, 1.498701133517848314058},  {10, 1.545306891790789472079}, {12, 1.583300758588106327603}};
  std::vector<int> sliding;
  for (const auto& [i, t] : times) {
    sliding.push_back(i - 1);
    std::sort(sliding.begin(), sliding.end());
    problem.events.push_back(sliding.size() == 1 ? entry(t, i - 1) : joined(t, i - 1, sliding));
  }
  return problem;
}

// x1'' = -x1 - sign x1 from (1, 0): a closed orbit of two arcs with radius 2 about (-+1, 0), which
// meet at (0, -+sqrt 3). Each takes 2 pi/3, the first half of one pi/3. Three times around.
Problem relay_oscillator() {
  const double third = 1.047197551196597746154214;
  return {.name = "relay_oscillator",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2, [](auto, const auto& x) { return vector(x[1], -x[0] - sign(x[0])); })),
          .value = {.t1 = 12 * third, .x0 = {1, 0}},
          .events = {crossing(third, 0, -1), crossing(3 * third, 0, +1), crossing(5 * third, 0, -1),
                     crossing(7 * third, 0, +1), crossing(9 * third, 0, -1),
                     crossing(11 * third, 0, +1)},
          .final_state = {1, 0}};
}

}  // namespace

std::vector<Problem> relays() {
  return {stiff_relay(), relay_feedback(), relays_12(), relay_oscillator()};
}

}  // namespace filippov::problems
