#!/usr/bin/env python3
"""Recomputes, to 30 digits, the expected numbers of the problems that have no closed form.

Needs mpmath; run by hand, not by the tests.

A relay system with one switching function is linear in every mode: y' = A y + s b with h = c.y,
where y holds the state, the harmonic forcing and the constant 1. Sliding on h = 0 is linear too,
y' = (I - b c^T / (c.b)) A y, with the multiplier u = -(c.A y) / (c.b). So the flow is exact (matrix
exponentials) and an event is a root of a scalar function of time: bracketed on a grid of 1/200,
then solved by Newton's method.
"""

from mpmath import acos, asin, cos, expm, eye, findroot, log, matrix, mp, mpf, nstr, pi, sin, sqrt

mp.dps = 45
GRID = mpf(1) / 200


def show(name, *values):
    print(f"{name:28s}", "  ".join(nstr(v, 22) for v in values))


def rows(*lines):
    return matrix([[mpf(str(v)) for v in line] for line in lines])


def column(*entries):
    return matrix([mpf(str(v)) for v in entries])


class Flow:
    """y(t) = expm(A t) y0, and its first event."""

    def __init__(self, a, y):
        self.a, self.y, self.step = a, y, expm(a * GRID)

    def at(self, t):
        return expm(self.a * t) * self.y

    def root(self, c, a, b):
        """The root of c.y in (a, b], where it turns negative: bisection, then Newton."""
        for _ in range(20):
            middle = (a + b) / 2
            if (c * self.at(middle))[0] < 0:
                b = middle
            else:
                a = middle
        for _ in range(5):
            y = self.at(b)
            b -= (c * y)[0] / (c * self.a * y)[0]
        return b

    def first_root(self, functions, until):
        """First (time, index) in (0, until] at which one of the linear functions c.y turns
        negative; they are positive (or zero and rising) at 0."""
        t, y = mpf(0), self.y
        while t < until:
            y = self.step * y
            t += GRID
            passed = [i for i, c in enumerate(functions) if (c * y)[0] < 0]
            if passed:
                roots = [(self.root(functions[i], t - GRID, t), i) for i in passed]
                return min(roots) if min(roots)[0] <= until else None
        return None


def relay(name, a, b, c, y, until, mode, dimension):
    """Prints the events of y' = A y + s b, s = sign(c.y). `mode`: +1, -1 or 0 (sliding)."""
    c = c.T
    cb = (c * b)[0]
    one = matrix([[0] * (a.rows - 1) + [1]])
    multiplier = c * a / (-cb)
    sliding = a - b * (c * a) / cb
    offset = matrix(a.rows, a.rows)
    for i in range(a.rows):
        offset[i, a.rows - 1] = b[i]
    t = mpf(0)
    while True:
        if mode == 0:
            flow = Flow(sliding, y)
            hit = flow.first_root([one - multiplier, one + multiplier], until - t)
            after = lambda i: 1 if i == 0 else -1
        else:
            flow = Flow(a + mode * offset, y)
            hit = flow.first_root([mode * c], until - t)
        if hit is None:
            show(name + " final", *flow.at(until - t)[:dimension])
            return
        t, y = t + hit[0], flow.at(hit[0])
        if mode == 0:
            mode = after(hit[1])
            show(name, t)
            print(f"{'':28s} exit to {mode:+d}")
        elif abs((multiplier * y)[0]) < 1:
            mode = 0
            show(name, t)
            print(f"{'':28s} entry")
        else:
            mode = -mode
            show(name, t)
            print(f"{'':28s} crossing to {mode:+d}")


def forced_oscillator(damping, amplitude, frequency, friction, belt):
    """x'' = -x - d x' + A cos(w t) - mu sign(x' - belt): y = (x, v, cos, sin, 1)."""
    a = rows([0, 1, 0, 0, 0], [-1, f"-{damping}", amplitude, 0, 0],
             [0, 0, 0, f"-{frequency}", 0], [0, 0, frequency, 0, 0], [0, 0, 0, 0, 0])
    return a, column(0, f"-{friction}", 0, 0, 0), column(0, 1, 0, 0, f"-{belt}")


def stick_slip_forced():
    relay("stick_slip_forced", *forced_oscillator("0.1", 1, "0.5", "0.6", "0"),
          column("1.5", 0, 1, 0, 1), 40, 0, 2)


def moving_belt():
    relay("moving_belt", *forced_oscillator("0.05", "1.2", "0.7", "0.5", "0.3"),
          column("1", "-0.5", 1, 0, 1), 30, -1, 2)


def brake_pad_disode():
    # y = (x, v, cos 0.7t, sin 0.7t, cos t, sin t, 1), surface v - cos t - 0.7.
    a = rows([0, 1, 0, 0, 0, 0, 0], [-1, "-0.4", 1, 0, 0, 0, 0], [0, 0, 0, "-0.7", 0, 0, 0],
             [0, 0, "0.7", 0, 0, 0, 0], [0, 0, 0, 0, 0, -1, 0], [0, 0, 0, 0, 1, 0, 0], [0] * 7)
    relay("brake_pad_disode", a, column(0, "-0.4", 0, 0, 0, 0, 0),
          column(0, 1, 0, 0, -1, 0, "-0.7"), column(3, 0, 1, 0, 1, 0, 1), 30, -1, 2)


def stiff_relay():
    # y = (x1, x2, sin t, cos t, 1).
    a = rows([0, 1, 0, 0, 0], [0, -10000, 30000, 0, 0], [0, 0, 0, 1, 0], [0, 0, -1, 0, 0], [0] * 5)
    relay("stiff_relay", a, column(-2, 5000, 0, 0, 0), column(1, 0, 0, 0, 0),
          column("0.3", 0, 0, 1, 1), 10, 1, 2)


def relay_feedback():
    a = rows(["-3.5", 1, 0, 0], ["-627.5", 0, 1, 0], [-625, 0, 0, 0], [0] * 4)
    relay("relay_feedback", a, column(-1, 2, -1, 0), column(1, 0, 0, 0),
          column(0, "-0.001", "-0.02", 1), 8, 0, 3)


def gene_negative_feedback():
    # In a quadrant both components relax to 0 or 1: x_i = target + (x_i - target) e^-t.
    x, t = [mpf("0.9"), mpf("0.1")], mpf(0)
    threshold = [mpf("0.4"), mpf("0.55")]
    above = [True, False]
    while True:
        target = [mpf(0 if above[1] else 1), mpf(1 if above[0] else 0)]
        waits = []
        for i in range(2):
            ratio = (x[i] - target[i]) / (threshold[i] - target[i])
            if ratio > 1:
                waits.append((log(ratio), i))
        wait, i = min(waits)
        if t + wait > 5:
            break
        x = [target[k] + (x[k] - target[k]) * mp.exp(-wait) for k in range(2)]
        t, x[i], above[i] = t + wait, threshold[i], not above[i]
        show("gene_negative_feedback", t)
        print(f"{'':28s} x{i + 1} {'up' if above[i] else 'down'}")
    show("gene final", *[target[k] + (x[k] - target[k]) * mp.exp(t - 5) for k in range(2)])


def pendulum_dry_friction():
    # x'' = -sin x - 0.3 sign v. Within a swing v^2/2 - cos x - 0.3 s x is constant (s = -sign v),
    # so a swing's end is the root of that and its time the integral of dx / |v|; the substitution
    # x = end - w^2 on either half removes the singularity of 1/|v|.
    mu = mpf("0.3")
    x, t, side = mpf("2.5"), mpf(0), -1
    while True:
        energy = lambda z: 2 * (cos(z) - cos(x) + side * mu * (x - z))  # v^2 as a function of x
        z, dz = x, mpf(1) / 100
        z += side * dz
        while energy(z) > 0:
            z += side * dz
        end = findroot(energy, (z, z - side * dz), solver="illinois")
        middle = (x + end) / 2
        wait = sum(mp.quad(lambda w: 2 * w / sqrt(energy(a + s * w * w)),
                           [0, sqrt(abs(middle - a))], method="gauss-legendre")
                   for a, s in ((x, side), (end, -side)))
        x, t = end, t + wait
        show("pendulum_dry_friction", t, x)
        if abs(sin(x)) < mu:
            return
        side = -side


def relays(count, amplitude, start, until):
    """x_i' = -a_i sign x_i + cos(t)/2: |x_i| = 0 at the root of x_i0 - s a_i t + sin(t)/2, and then
    the multiplier is cos(t)/(2 a_i)."""
    total, times = mpf(0), []
    for i in range(1, count + 1):
        a, x = amplitude(i), start(i)
        s = 1 if x > 0 else -1
        t = findroot(lambda z: x - s * a * z + sin(z) / 2, abs(x) / (a - s * mpf("0.4")))
        times.append((t, i))
        total += mpf(i) / count * (s * t + (sin(mpf(until)) - sin(t)) / (2 * a))
    return total, sorted(times)


def relays_12():
    total, times = relays(12, lambda i: (60 + 5 * mpf(i)) / 100,
                          lambda i: (-1) ** i * (mpf(2) + i) / 10, 8)
    for t, i in times:
        show(f"relays_12 x{i}", t)
    show("relays_12 x13", total)


def relays_10000():
    mp.dps = 25
    total, times = relays(10000, lambda i: mpf("0.6") + mpf("0.4") * i / 10000,
                          lambda i: (-1) ** i * (mpf("0.2") + mpf(i) / 10000), 8)
    show("relays_10000 first, last", times[0][0], times[-1][0])
    show("relays_10000 x10001", total)
    mp.dps = 45


def double_root_stick():
    # x1' = A sin t - sign x1 slips from asin(1/A) until the integral of A sin t - 1 is back at 0.
    a = 1 + mpf(10) ** -4
    leave = asin(1 / a)
    width = 2 * (pi / 2 - leave)
    back = findroot(lambda t: a * (cos(leave) - cos(t)) - (t - leave), leave + width * mpf("1.5"))
    show("double_root_stick", leave, back, leave + pi, back + pi)


if __name__ == "__main__":
    for problem in (stick_slip_forced, moving_belt, brake_pad_disode, stiff_relay, relay_feedback,
                    gene_negative_feedback, pendulum_dry_friction, relays_12, double_root_stick,
                    relays_10000):
        problem()
