// Oscillators with Coulomb friction: the surface is velocity zero (or that of a moving partner).

#include <cmath>
#include <numbers>

#include "filippov/inclusion/filippov_map.hpp"
#include "problem.hpp"

namespace filippov::problems {
namespace {

using std::numbers::pi;

// x'' = -x - 0.1 x' + cos(t/2) - 0.6 sign x'. Starts stuck at x = 1.5 since |1.5 - cos 0| < 0.6;
// it stays stuck while |x - cos(t/2)| < 0.6, so the first exit is at 2 acos(0.9). Every mode is
// linear with harmonic forcing; the other digits are from digits.py.
Problem stick_slip_forced() {
  return {.name = "stick_slip_forced",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2,
              [](auto t, const auto& x) {
                return vector(x[1], -x[0] - 0.1 * x[1] + cos(0.5 * t) - 0.6 * sign(x[1]));
              })),
          .value = {.t1 = 40, .x0 = {1.5, 0}},
          .start_surfaces = {0},
          .events = {exit(0.9020536235925248650893, 0, -1), entry(6.471818672651187266431, 0),
                     exit(8.522810072813817538327, 0, +1), entry(13.20924435901983561786, 0),
                     exit(14.58919533529555480555, 0, -1), entry(19.39605973600809415041, 0),
                     exit(20.86835468292109851415, 0, +1), entry(25.67750712619460486129, 0),
                     exit(27.15166550191952606061, 0, -1), entry(31.96074658225657877745, 0),
                     exit(33.43484678954466091623, 0, +1), entry(38.24393015526986409575, 0),
                     exit(39.71803222534540315788, 0, -1)},
          .final_state = {1.130720402868772734216, -0.01702300195384189048237}};
}

// The same on a belt that moves with velocity 0.3: x'' = -x - 0.05 x' + 1.2 cos(0.7 t)
// - 0.5 sign(x' - 0.3), sticking once. Digits from digits.py.
Problem moving_belt() {
  return {
      .name = "moving_belt",
      .inclusion = std::make_shared<FilippovMap>(VectorField(
          2,
          [](auto t, const auto& x) {
            return vector(x[1], -x[0] - 0.05 * x[1] + 1.2 * cos(0.7 * t) - 0.5 * sign(x[1] - 0.3));
          })),
      .value = {.t1 = 30, .x0 = {1, -0.5}},
      .events = {entry(1.148980373524182453676, 0), exit(1.551970238480450969713, 0, -1),
                 crossing(5.9407719036826902511, 0, +1), crossing(9.49300923865600425666, 0, -1),
                 crossing(14.17531039650915535462, 0, +1), crossing(18.17855986863806862772, 0, -1),
                 crossing(23.33374597168650483737, 0, +1),
                 crossing(27.24995979362348574657, 0, -1)},
      .final_state = {0.2726695882318325266431, -1.616325019676329393205}};
}

// Brake pad on a disc whose velocity is cos t + 0.7: a surface that moves in time, so that sliding
// needs the time derivative of the switching function. Calvo, Montijano and Randez, ACM TOMS
// algorithm 968, example 2, with the data (1, 0.2, 1, 0.7, 0.4). Digits from digits.py.
Problem brake_pad_disode() {
  return {.name = "brake_pad_disode",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2,
              [](auto t, const auto& x) {
                return vector(x[1],
                              -x[0] - 0.4 * x[1] + cos(0.7 * t) - 0.4 * sign(x[1] - cos(t) - 0.7));
              })),
          .value = {.t1 = 30, .x0 = {3, 0}},
          .events = {crossing(7.605569964745797438286, 0, +1), entry(9.483378578864827698344, 0),
                     exit(9.765258754459093436093, 0, -1), crossing(14.80510568908533327241, 0, +1),
                     crossing(17.45893964391453217179, 0, -1), entry(26.13168182464951580807, 0),
                     exit(27.29115689347672718028, 0, -1)},
          .final_state = {0.190596631593479646097, -1.135390730860302033279}};
}

// x'' = -x - 0.4 sign x' from (3, 0). A swing is half a cosine about -+0.4: it takes pi, and its
// ends are 3, -2.2, 1.4, -0.6, -0.2. There |x| < 0.4, so it sticks for ever.
Problem coulomb_stop() {
  return {.name = "coulomb_stop",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2, [](auto, const auto& x) { return vector(x[1], -x[0] - 0.4 * sign(x[1])); })),
          .value = {.t1 = 15, .x0 = {3, 0}},
          .start_surfaces = {0},
          .status = Status::equilibrium,
          .events = {crossing(pi, 0, +1), crossing(2 * pi, 0, -1), crossing(3 * pi, 0, +1),
                     entry(4 * pi, 0)},
          .final_state = {-0.2, 0}};
}

// x'' = -4 x - 0.6 sign x' from (1, 0): half a swing takes pi/2, about -+0.15: ends 1, -0.7, 0.4,
// -0.1, and |0.1| < 0.15. Given as a class with nothing but its selections.
class CoulombByHand : public Inclusion {
 public:
  int dimension() const override { return 2; }
  int switch_count() const override { return 1; }
  std::string surface_name(int) const override { return "velocity"; }
  void selection(double, std::span<const double> x, const Signature& s,
                 std::span<double> f) const override {
    f[0] = x[1];
    f[1] = -4 * x[0] - 0.6 * s[0];
  }
  double switching(int, double, std::span<const double> x, const Signature&) const override {
    return x[1];
  }
  bool is_autonomous() const override { return true; }
};

Problem coulomb_by_hand() {
  return {.name = "coulomb_by_hand",
          .inclusion = std::make_shared<CoulombByHand>(),
          .value = {.t1 = 6, .x0 = {1, 0}},
          .start_surfaces = {0},
          .status = Status::equilibrium,
          .events = {crossing(pi / 2, 0, +1), crossing(pi, 0, -1), entry(1.5 * pi, 0)},
          .final_state = {-0.1, 0}};
}

// Two such oscillators side by side, x1'' = -x1 - 0.4 sign x1' from (3, 0) and
// x3'' = -4 x3 - 0.6 sign x3' from (1, 0): surfaces are met alone and, at pi, both at once.
Problem two_oscillators() {
  return {.name = "two_oscillators",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              4,
              [](auto, const auto& x) {
                const auto first = sign(x[1]);
                const auto second = sign(x[3]);
                return vector(x[1], -x[0] - 0.4 * first, x[3], -4 * x[2] - 0.6 * second);
              })),
          .value = {.t1 = 15, .x0 = {3, 0, 1, 0}},
          .start_surfaces = {0, 1},
          .status = Status::equilibrium,
          .events = {crossing(pi / 2, 1, +1),
                     {pi, EventKind::crossing, {0, 1}, {}, +1},
                     entry(1.5 * pi, 1),
                     crossing(2 * pi, 0, -1, {1}),
                     crossing(3 * pi, 0, +1, {1}),
                     joined(4 * pi, 0, {0, 1})},
          .final_state = {-0.2, 0, -0.1, 0}};
}

// x'' = -sin x - 0.3 sign x' from (2.5, 0). In a swing v^2/2 - cos x + 0.3 sign(v) x is constant:
// its ends are roots of that, its time an integral of dx/|v| (digits.py). At 0.0740 it sticks.
Problem pendulum_dry_friction() {
  return {.name = "pendulum_dry_friction",
          .inclusion = std::make_shared<FilippovMap>(VectorField(
              2, [](auto, const auto& x) { return vector(x[1], -sin(x[0]) - 0.3 * sign(x[1])); })),
          .value = {.t1 = 25, .x0 = {2.5, 0}},
          .start_surfaces = {0},
          .status = Status::equilibrium,
          .events = {crossing(4.845306424441670465152, 0, +1),
                     crossing(8.264818857140837009829, 0, -1), entry(11.49421009457881408987, 0)},
          .final_state = {0.07397201536531328408504, 0}};
}

// A block driven by A sin t, A = 1 + 1e-4, against unit friction: x1' = A sin t - sign x1, stuck at
// x1 = 0 but for 0.04 time units around each extremum of the sine, when it slips by 2e-6: both
// roots of the exit condition |A sin t| = 1 lie inside one step of a solver that sees nothing move.
// Exit at a = asin(1/A); back at b where the integral of A sin t - 1 from a is 0 (digits.py); the
// same, mirrored, pi later. x2' = t u with the multiplier u = A sin t when stuck, +-1 when
// slipping.
Problem double_root_stick() {
  const double amplitude = 1 + 1e-4;
  const double a = 1.556654780388812461527;
  const double b = 1.599079702426141747232;
  const auto stuck = [=](double t) { return amplitude * (std::sin(t) - t * std::cos(t)); };
  const double slip = (b * b - a * a) / 2;
  const double mirrored = ((b + pi) * (b + pi) - (a + pi) * (a + pi)) / 2;
  return {.name = "double_root_stick",
          .inclusion = std::make_shared<FilippovMap>(
              VectorField(2,
                          [=](auto t, const auto& x) {
                            const auto u = sign(x[0]);
                            return vector(amplitude * sin(t) - u, t * u);
                          })),
          .value = {.t1 = 6, .x0 = {0, 0}},
          .start_surfaces = {0},
          .events = {exit(a, 0, +1), entry(b, 0), exit(a + pi, 0, -1), entry(b + pi, 0)},
          .final_state = {0, stuck(a) - stuck(0) + slip + stuck(a + pi) - stuck(b) - mirrored +
                                 stuck(6) - stuck(b + pi)}};
}

}  // namespace

std::vector<Problem> dry_friction() {
  return {stick_slip_forced(), moving_belt(),     brake_pad_disode(),      coulomb_stop(),
          coulomb_by_hand(),   two_oscillators(), pendulum_dry_friction(), double_root_stick()};
}

}  // namespace filippov::problems
