"""Posteriors of one person's trial by NUTS: the outside answers for the trial engine.

    nuts_reference.py [--yes-no] OUT.json [NAME ...]

Samples every series of `trial_series.py` (or those named; with --yes-no those of yes and no) under the model of
`nuts_model.py` and writes OUT.json after each: a run that was stopped goes on where it was. A series whose numbers may
not be copied is written as file and selector; CHARLEY_REFERENCE_DATA names the folder they are read from. Set
OMP_NUM_THREADS=1.

First the density is held against scipy's negative binomial at random points. Then four chains a series: again in
smaller steps where more than five diverged; again with twice the draws where an R-hat is 1.01 or more, the effective
sample of beta 4,000 or less, or that of another parameter 2,000 or less. The answer for sim_effect_84 must lie near the
one that was delivered with it (another sampler's run).
"""

import json
import math
import os
import pathlib
import platform
import sys
import time
import warnings

warnings.filterwarnings("ignore", category=FutureWarning)  # arviz announces its next version at import

import arviz
import numba
import numpy
import nutpie
import pymc as pm
import pytensor
import scipy
from nuts_model import NAMES, Models, data_of, model_of
from scipy import stats
from trial_series import SIM_EFFECT, all_series, nights, priors, yes_no_series

QUANTILES = {"q025": 0.025, "q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95, "q975": 0.975}
CHAINS, DRAWS, WARMUP, TARGETS = 4, 16000, 3000, (0.95, 0.99)
MOST_DIVERGENCES = 5


def digits(value):
    return float(f"{value:.6g}")


def by_scipy(arm, y, own, alpha, beta, gamma, sigma, rho, isq, z):
    """The log density of the parameters and innovations, night by night."""
    phi, w, total = 1.0 / (isq**2 + 1e-4), z[0], 0.0
    for t, value in enumerate(y):
        if t > 0:
            w = rho * w + math.sqrt(1.0 - rho**2) * z[t]
        mu = math.exp(alpha + beta * arm[t] + gamma * (t - (len(y) - 1) / 2.0) / 28.0 + sigma * w)
        law = stats.nbinom(phi, phi / (phi + mu))
        if value is not None:
            total += math.log(law.sf(1)) if value == "2+" else law.logpmf(value)
    total += sum(stats.norm(own[f"{n}_mean"], own[f"{n}_sd"]).logpdf(v) for n, v in zip(NAMES, (alpha, beta, gamma)))
    total += stats.halfnorm(scale=own["sigma_halfnormal_sd"]).logpdf(sigma)
    total += stats.halfnorm(scale=own["inv_sqrt_phi_halfnormal_sd"]).logpdf(isq)
    return total + stats.beta(*own["rho01_beta"]).logpdf((rho + 1.0) / 2.0) + stats.norm.logpdf(z).sum()


def check_density():
    """Differences of log density between random points, on a series of 24 nights filled up to 28."""
    arm, y = [0, 1] * 12, [0, 1, 2, "2+", None, 5, 0, 0, 3, 1, "2+", 0] * 2
    own = priors(0.75, alpha_mean=-0.2, beta_mean=0.1, gamma_sd=0.2, rho01_beta=[3.0, 1.5])
    random, apart = numpy.random.default_rng(5), []
    with model_of(28) as model:
        pm.set_data({name + "_data": value for name, value in data_of(arm, y, own, 28).items()})
    density = model.compile_logp(jacobian=False)
    for _ in range(20):
        alpha, beta, gamma = random.normal(size=3)
        sigma, isq, rho, z = *random.uniform(0.02, 1.5, size=2), random.uniform(-0.9, 0.95), random.normal(size=28)
        whole, angle = math.hypot(sigma, isq), math.atan2(sigma, isq)
        share = angle / (numpy.pi / 2.0)
        point = {"alpha": alpha, "beta": beta, "gamma": gamma, "z": z, "log_length": math.log(whole)}
        point |= {"turn": math.log(share / (1.0 - share)), "rho01_logodds__": math.log((1.0 + rho) / (1.0 - rho))}
        # The two spreads are sampled by length and angle: their area element is part of the density.
        area = 2.0 * math.log(whole) + math.log(share * (1.0 - share))
        theirs = by_scipy(arm, y, own, alpha, beta, gamma, sigma, rho, isq, z[:24]) + stats.norm.logpdf(z[24:]).sum()
        apart.append(float(density(point)) - area - theirs)
    assert max(apart) - min(apart) < 1e-7, apart


def sample(models, series, seed, draws=DRAWS, target=TARGETS[0]):
    arm, y = nights(series)
    ready = models.of(arm, y, series["priors"])
    started = time.perf_counter()
    trace = nutpie.sample(
        ready,
        draws=draws,
        tune=WARMUP,
        chains=CHAINS,
        cores=2,
        target_accept=target,
        seed=seed,
        progress_bar=False,
    )
    seconds = time.perf_counter() - started
    kept = {name: trace.posterior[name].values for name in models.names}
    ess = {name: float(arviz.ess(value)) for name, value in kept.items()}
    rhat = max(float(arviz.rhat(value)) for value in kept.values())
    divergences = int(trace.sample_stats.diverging.values.sum())
    if divergences > MOST_DIVERGENCES and target < TARGETS[-1]:
        return sample(models, series, seed + 1000, draws, TARGETS[-1])
    if (rhat >= 1.01 or ess["beta"] <= 4000 or min(ess.values()) <= 2000) and draws < 8 * DRAWS:
        return sample(models, series, seed + 2000, 2 * draws, target)
    posterior = {}
    for name, value in kept.items():
        spread = {"mean": value.mean(), "sd": value.std(ddof=1)}
        spread |= {key: numpy.quantile(value, at) for key, at in QUANTILES.items()}
        posterior[name] = {key: digits(number) for key, number in spread.items()}
    return {
        "series": {key: value for key, value in series.items() if key != "truth"},
        **({"truth": series["truth"]} if "truth" in series else {}),
        "posterior": posterior,
        "p_rr_below_1": digits((kept["beta"] < 0.0).mean()),
        "p_rr_below_0_8": digits((kept["beta"] < math.log(0.8)).mean()),
        "diag": {
            "ess_beta": round(ess["beta"]),
            "ess_least": round(min(ess.values())),
            "max_rhat": round(rhat, 5),
            "divergences": divergences,
            "target_accept": target,
            "draws": CHAINS * draws,
            "sampling_seconds": round(seconds, 1),
        },
    }


def check_delivered(answer):
    path = pathlib.Path(os.environ["CHARLEY_REFERENCE_DATA"]) / SIM_EFFECT.replace(".json", ".posterior.json")
    given = json.loads(path.read_text(encoding="utf-8"))
    assert given["prior"] == answer["series"]["priors"]
    ours, theirs = answer["posterior"]["beta"], given["posterior"]["beta"]
    apart = {key: (ours[key] - theirs[key]) / theirs["sd"] for key in theirs}
    print("sim_effect_84 less the delivered answer, in its sd:", {key: round(value, 4) for key, value in apart.items()})
    assert abs(apart["mean"]) < 0.03 and abs(apart["sd"]) < 0.03
    assert abs(answer["p_rr_below_1"] - given["posterior"]["_prob"]["P(RR<1)"]) < 0.01
    assert abs(answer["p_rr_below_0_8"] - given["posterior"]["_prob"]["P(RR<0.8)"]) < 0.01


def machine():
    cpu = pathlib.Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}"


def header():
    library = f"PyMC {pm.__version__}, nutpie {nutpie.__version__}, PyTensor {pytensor.__version__}, "
    library += f"numba {numba.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}, "
    library += f"arviz {arviz.__version__}, Python {platform.python_version()}"
    sampler = f"NUTS, {CHAINS} chains, at least {DRAWS} draws each after {WARMUP}, target_accept {TARGETS[0]}, "
    sampler += f"or {TARGETS[-1]} where more than {MOST_DIVERGENCES} steps diverged"
    return {"library": library, "sampler": sampler, "machine": machine()}


def write(path, answers):
    new = path.with_suffix(".new")
    with open(new, "w", encoding="utf-8") as file:
        file.write(json.dumps(header(), separators=(",", ":"))[:-1] + ',"answers":[\n')
        file.write(",\n".join(json.dumps(answer, separators=(",", ":")) for answer in answers))
        file.write("\n]}\n")
    new.replace(path)


def check_yes_no_density():
    """The same for yes and no."""
    arm, y = [0, 1] * 12, [0, 1, 1, 0, None, 1, 0, 0] * 3
    own = priors(0.75, alpha_mean=-0.2, beta_mean=0.1, gamma_sd=0.2, rho01_beta=[3.0, 1.5])
    random, apart = numpy.random.default_rng(6), []
    with model_of(28, yes_no=True) as model:
        pm.set_data({name + "_data": value for name, value in data_of(arm, y, own, 28).items()})
    density = model.compile_logp(jacobian=False)
    for _ in range(20):
        alpha, beta, gamma = random.normal(size=3)
        sigma, rho, z = random.uniform(0.02, 1.5), random.uniform(-0.9, 0.95), random.normal(size=28)
        point = {"alpha": alpha, "beta": beta, "gamma": gamma, "z": z, "sigma_log__": math.log(sigma)}
        point |= {"rho01_logodds__": math.log((1.0 + rho) / (1.0 - rho))}
        w, theirs = z[0], 0.0
        for t, value in enumerate(y):
            if t > 0:
                w = rho * w + math.sqrt(1.0 - rho**2) * z[t]
            mu = math.exp(alpha + beta * arm[t] + gamma * (t - (len(y) - 1) / 2.0) / 28.0 + sigma * w)
            # The chance of a cramp is that of at least one event of a Poisson night.
            night = stats.poisson(mu)
            theirs += 0.0 if value is None else night.logsf(0) if value else night.logpmf(0)
        for name, value in zip(NAMES, (alpha, beta, gamma)):
            theirs += stats.norm(own[f"{name}_mean"], own[f"{name}_sd"]).logpdf(value)
        theirs += stats.halfnorm(scale=own["sigma_halfnormal_sd"]).logpdf(sigma)
        theirs += stats.beta(*own["rho01_beta"]).logpdf((rho + 1.0) / 2.0) + stats.norm.logpdf(z).sum()
        apart.append(float(density(point)) - theirs)
    assert max(apart) - min(apart) < 1e-7, apart


def main():
    yes_no, given = "--yes-no" in sys.argv, [each for each in sys.argv[1:] if each != "--yes-no"]
    out, wanted = pathlib.Path(given[0]), given[1:]
    done = {}
    if out.exists():
        done = {each["series"]["name"]: each for each in json.loads(out.read_text(encoding="utf-8"))["answers"]}
    if yes_no:
        check_yes_no_density()
    else:
        check_density()
    models, order = Models(yes_no), yes_no_series() if yes_no else all_series()
    for at, series in enumerate(order):
        name = series["name"]
        same = {key: value for key, value in series.items() if key != "truth"}
        if (name in done and done[name]["series"] == same) or (wanted and name not in wanted):
            continue
        done[name] = sample(models, series, 100 + at)
        if series.get("file") == SIM_EFFECT:
            check_delivered(done[name])
        write(out, [done[each["name"]] for each in order if each["name"] in done])
        beta, diag = done[name]["posterior"]["beta"], done[name]["diag"]
        print(f"{name}: beta {beta['mean']:.3f} (sd {beta['sd']:.3f}), {diag}", flush=True)


if __name__ == "__main__":
    main()
