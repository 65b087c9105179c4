#include "relay_system.hpp"

#include <cmath>

namespace filippov::benchmarks {

RelaySystem stick_slip_forced() {
  return {.name = "stick_slip_forced",
          .x0 = {1.5, 0},
          .end = 40,
          .max_step = 0.1,
          .rhs =
              [](double t, const double* x, const double* u, double* f) {
                f[0] = x[1];
                f[1] = -x[0] - 0.1 * x[1] + std::cos(0.5 * t) - 0.6 * u[0];
              },
          .surface = [](int, double, const double* x) { return x[1]; },
          .equivalent_control =
              [](int, double t, const double* x) {
                return (-x[0] - 0.1 * x[1] + std::cos(0.5 * t)) / 0.6;
              },
          .project = [](int, double, double* x) { x[1] = 0; }};
}

RelaySystem brake_pad_disode() {
  return {.name = "brake_pad_disode",
          .x0 = {3, 0},
          .end = 30,
          .rhs =
              [](double t, const double* x, const double* u, double* f) {
                f[0] = x[1];
                f[1] = -x[0] - 0.4 * x[1] + std::cos(0.7 * t) - 0.4 * u[0];
              },
          .surface = [](int, double t, const double* x) { return x[1] - std::cos(t) - 0.7; },
          .equivalent_control =
              [](int, double t, const double* x) {
                return (-x[0] - 0.4 * x[1] + std::cos(0.7 * t) + std::sin(t)) / 0.4;
              },
          .project = [](int, double t, double* x) { x[1] = std::cos(t) + 0.7; }};
}

RelaySystem stiff_relay() {
  return {.name = "stiff_relay",
          .x0 = {0.3, 0},
          .end = 10,
          .rhs =
              [](double t, const double* x, const double* u, double* f) {
                f[0] = x[1] - 2 * u[0];
                f[1] = -10000 * (x[1] - 3 * std::sin(t) - 0.5 * u[0]);
              },
          .surface = [](int, double, const double* x) { return x[0]; },
          .equivalent_control = [](int, double, const double* x) { return x[1] / 2; },
          .project = [](int, double, double* x) { x[0] = 0; },
          .jacobian =
              [](bool sliding, double, const double*, double* j) {
                j[0] = 0;
                j[1] = 0;
                j[2] = sliding ? 0 : 1;
                j[3] = sliding ? -7500 : -10000;
              }};
}

RelaySystem relays_12() {
  return {
      .name = "relays_12",
      .x0 = {-0.3, 0.4, -0.5, 0.6, -0.7, 0.8, -0.9, 1, -1.1, 1.2, -1.3, 1.4, 0},
      .end = 8,
      .relays = 12,
      .rhs =
          [](double t, const double*, const double* u, double* f) {
            const double drive = 0.5 * std::cos(t);
            f[12] = 0;
            for (int i = 0; i < 12; ++i) {
              f[i] = -(0.65 + 0.05 * i) * u[i] + drive;
              f[12] += (i + 1) / 12. * u[i];
            }
          },
      .surface = [](int relay, double, const double* x) { return x[relay]; },
      .equivalent_control = [](int relay, double t,
                               const double*) { return 0.5 * std::cos(t) / (0.65 + 0.05 * relay); },
      .project = [](int relay, double, double* x) { x[relay] = 0; }};
}

RelaySystem double_root_dose() {
  return {.name = "double_root_dose",
          .x0 = {0, 1.000001, 0},
          .end = 20,
          .max_step = 1e-3,
          .rhs =
              [](double, const double* x, const double* u, double* f) {
                f[0] = x[1];
                f[1] = -x[0];
                f[2] = 500 * (1 + u[0]);
              },
          .surface = [](int, double, const double* x) { return x[0] - 1; },
          // Always crossed: no control holds the state there.
          .equivalent_control = [](int, double, const double*) { return 2.0; },
          .project = [](int, double, double*) {}};
}

}  // namespace filippov::benchmarks
