"""Series of nights for the outside answers about single-person trials: 36 simulated ones and ten from diaries; and
eight simulated ones of yes and no, whose counts come in bursts.

    trial_series.py OUT.json

A series is {"name", "arm": [0, 1, ...], "y": [count, "2+", null, ...], "priors": {...}}, or, where the numbers may not
be copied, {"name", "file", "selector", "priors"}: `nights` then reads arm and y from the folder CHARLEY_REFERENCE_DATA.
A simulated one also has its "truth". The seeds are fixed: the same numpy gives the same series.
"""

import csv
import json
import math
import os
import pathlib
import sys

import numpy

LENGTHS = [28] * 5 + [56] * 8 + [84] * 10 + [112] * 8 + [168] * 5
BETA_SD = [0.5, 0.75, 1.5]
THORNE = "data/nof1/thorne_kamps_2008_abab_odd.csv"
MIGRAINE = "data/nof1/migraine_diary_kostecki_dillon.csv"
SIM_EFFECT = "data/nof1/sim_effect_84.json"


def priors(beta_sd, **other):
    """The defaults, by the names that sim_effect_84.posterior.json uses."""
    return {
        "alpha_mean": -0.6,
        "alpha_sd": 1.0,
        "beta_mean": 0.0,
        "beta_sd": beta_sd,
        "gamma_mean": 0.0,
        "gamma_sd": 0.3,
        "sigma_halfnormal_sd": 0.5,
        "rho01_beta": [4.0, 2.0],
        "inv_sqrt_phi_halfnormal_sd": 0.7,
        **other,
    }


# Two series under priors that are all different from the defaults: a constant left in code shows.
OTHER_PRIORS = {
    12: {
        "alpha_mean": -0.2,
        "alpha_sd": 0.6,
        "beta_mean": -0.1,
        "gamma_mean": -0.15,
        "gamma_sd": 0.15,
        "sigma_halfnormal_sd": 0.9,
        "rho01_beta": [3.0, 3.0],
        "inv_sqrt_phi_halfnormal_sd": 0.4,
    },
    25: {
        "alpha_mean": -1.0,
        "alpha_sd": 1.6,
        "beta_mean": 0.15,
        "gamma_mean": 0.1,
        "gamma_sd": 0.5,
        "sigma_halfnormal_sd": 0.25,
        "rho01_beta": [6.0, 1.5],
        "inv_sqrt_phi_halfnormal_sd": 1.2,
    },
}


def truths():
    """Each range in as many equal steps as there are series, in an order of its own: all of every range is covered."""
    random = numpy.random.default_rng(20)
    count = len(LENGTHS)

    def spread(low, high):
        return low + (high - low) * (random.permutation(count) + random.random(count)) / count

    lengths = random.permutation(LENGTHS)
    rate, ratio = spread(math.log(0.15), math.log(2.0)), spread(math.log(0.4), math.log(1.5))
    sigma, rho, gamma = spread(0.0, 1.0), spread(-0.3, 0.8), spread(-0.4, 0.2)
    phi, missing = spread(math.log(0.5), math.log(16.0)), spread(0.0, 0.4)
    found = []
    for at in range(count):
        found.append(
            {
                "nights": int(lengths[at]),
                # The rate is that of control nights at the centre, the latent part included on average.
                "alpha": round(float(rate[at] - sigma[at] ** 2 / 2.0), 3),
                "beta": round(float(ratio[at]), 3),
                "gamma": round(float(gamma[at]), 3),
                "sigma": round(float(sigma[at]), 3),
                "rho": round(float(rho[at]), 3),
                "phi": None if phi[at] > math.log(8.0) else round(float(math.exp(phi[at])), 3),  # None is Poisson
                "missing": round(float(missing[at]), 3),
            }
        )
    return found


def simulated(at, truth):
    random = numpy.random.default_rng(2000 + at)
    length = truth["nights"]
    arm = []
    for _ in range(length // 14):
        first = int(random.integers(2))
        arm += [first] * 7 + [1 - first] * 7
    u = [truth["sigma"] * random.standard_normal()]
    for _ in range(length - 1):
        new = math.sqrt(1.0 - truth["rho"] ** 2) * random.standard_normal()
        u.append(truth["rho"] * u[-1] + truth["sigma"] * new)
    y = []
    for t in range(length):
        eta = truth["alpha"] + truth["beta"] * arm[t] + truth["gamma"] * (t - (length - 1) / 2.0) / 28.0 + u[t]
        mean = math.exp(eta)
        if truth["phi"]:
            mean *= random.gamma(truth["phi"]) / truth["phi"]
        y.append(int(random.poisson(mean)))
    # Every other series loses whole runs of nights, the rest single ones.
    lost, goal = set(), round(truth["missing"] * length)
    while len(lost) < goal:
        start, run = int(random.integers(length)), 1 if at % 2 else int(random.integers(2, 9))
        lost.update(range(start, min(length, start + run, start + goal - len(lost))))
    if at % 3 == 1:
        many = [t for t in range(length) if y[t] >= 2 and t not in lost]
        share = [1.0, 2.0 / 3.0, 1.0 / 3.0][at // 3 % 3]
        for t in random.permutation(many)[: math.ceil(share * len(many))]:
            y[t] = "2+"
    y = [None if t in lost else y[t] for t in range(length)]
    return arm, y


def of_diaries():
    """(name, file, selector) of the series that stay in their files."""
    found = [("sim_effect_84", SIM_EFFECT, {})]
    for pupil in (1, 3, 5, 7, 9, 11):
        found.append((f"thorne_kamps_p{pupil}", THORNE, {"participant": pupil}))
    # The three with most days both before and after the treatment began at day 0.
    for person in (10, 120, 75):
        found.append((f"migraine_{person}", MIGRAINE, {"id": person}))
    return found


def nights(series):
    """(arm, y) of a series, from its file where they do not stand in it."""
    if "y" in series:
        return series["arm"], series["y"]
    path = pathlib.Path(os.environ["CHARLEY_REFERENCE_DATA"]) / series["file"]
    if series["file"] == SIM_EFFECT:
        whole = json.loads(path.read_text(encoding="utf-8"))
        return whole["arm"], whole["y"]
    (column, wanted), *_ = series["selector"].items()
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row[column]) == wanted]
    if series["file"] == THORNE:
        assert [int(row["session"]) for row in rows] == list(range(1, len(rows) + 1))
        return [int(row["treatment"]) for row in rows], [int(row["count_rounded"]) for row in rows]
    # Days from the first to the last entry; a day without one is missing; from day 0 on the arm is 1.
    days = {int(row["time"]): int(row["headache"] == "yes") for row in rows}
    every = range(min(days), max(days) + 1)
    return [int(day >= 0) for day in every], [days.get(day) for day in every]


def all_series():
    found = []
    for at, (name, file, selector) in enumerate(of_diaries()):
        sd = 0.5 if file == SIM_EFFECT else BETA_SD[at % 3]
        found.append({"name": name, "file": file, "selector": selector, "priors": priors(sd)})
    for at, truth in enumerate(truths()):
        arm, y = simulated(at, truth)
        own = priors(BETA_SD[at % 4 % 3], **OTHER_PRIORS.get(at, {}))
        found.append({"name": f"simulated_{at}", "arm": arm, "y": y, "priors": own, "truth": truth})
    return found


# (nights, rate of bursts a night, log rate ratio, sigma, rho, share missing, prior sd of the log rate ratio)
BURSTS = [
    (28, 0.6, -0.9, 0.3, 0.2, 0.0, 0.75),
    (84, 0.15, -0.5, 0.4, 0.3, 0.1, 0.75),
    (84, 0.5, -0.7, 0.6, 0.5, 0.1, 0.5),
    (84, 0.7, 0.0, 0.2, -0.2, 0.3, 1.5),
    (112, 0.4, -0.4, 0.8, 0.6, 0.2, 0.75),
    (112, 0.9, -1.2, 0.0, 0.0, 0.05, 1.5),
    (168, 0.3, -0.2, 0.5, 0.4, 0.15, 0.75),
    (168, 1.8, 0.3, 0.7, 0.7, 0.1, 0.5),
]


def bursts(at, truth):
    """A night has a burst or not; a burst has a geometric number of cramps. Yes and no see the burst only."""
    length, rate, beta, sigma, rho, missing, _ = truth
    random = numpy.random.default_rng(7000 + at)
    arm = []
    for _ in range(length // 14):
        first = int(random.integers(2))
        arm += [first] * 7 + [1 - first] * 7
    state, y = sigma * random.standard_normal(), []
    for t in range(length):
        mean = rate * math.exp(beta * arm[t] + state - sigma**2 / 2.0)
        cramps = int(random.geometric(0.3)) if random.random() < -math.expm1(-mean) else 0
        y.append(None if random.random() < missing else cramps)
        state = rho * state + sigma * math.sqrt(1.0 - rho**2) * random.standard_normal()
    return arm, y


def yes_no_series():
    found = []
    for at, truth in enumerate(BURSTS):
        arm, counts = bursts(at, truth)
        y = [None if count is None else int(count > 0) for count in counts]
        names = ("nights", "rate", "beta", "sigma", "rho", "missing")
        series = {"name": f"bursts_{at}", "arm": arm, "counts": counts, "y": y, "priors": priors(truth[-1])}
        found.append(series | {"truth": dict(zip(names, truth))})
    return found


def main():
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(all_series(), file)


if __name__ == "__main__":
    main()
