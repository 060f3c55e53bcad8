"""The model of one person's trial, for PyMC and nutpie: what `nuts_reference.py` and `pymc_speed.py` sample.

    y_t ~ NegBin2(mean mu_t, shape phi)                     log mu_t = alpha + beta a_t + gamma s_t + u_t
    s_t = (t - (T-1)/2)/28                                  over all nights, missing ones included
    u_0 ~ N(0, sigma^2)                                     u_t = rho u_(t-1) + sigma sqrt(1 - rho^2) e_t
    alpha, beta, gamma normal; sigma, isq half-normal       (rho + 1)/2 ~ Beta;  phi = 1/(isq^2 + 1e-4)
    a missing night has no term; "2+" is log P(Y >= 2)

    yes or no: P(y_t = 1) = 1 - exp(-mu_t), the same log mu_t; without phi

One model is compiled for each length of `COMPILED`, all else is data. A shorter series is filled up with missing nights
at its end: they have no term, and u runs on through them, so the posterior of everything else is the same.

The two spreads are sampled by length and angle, sigma = r sin(angle), isq = r cos(angle): the data fix r much better
than its parts. With sigma and isq themselves, two runs of 64,000 draws differ by three of their own standard errors,
and divergences gather where isq is near 0.

The latent series is sampled by its innovations z: u = sigma w, w_0 = z_0, w_t = rho w_(t-1) + sqrt(1 - rho^2) z_t. With
B the shift by a night, 1/(1 - rho B) = (1 + rho B)(1 + rho^2 B^2)(1 + rho^4 B^4)..., so a few shifted sums do what the
recursion does.
"""

import numpy
import nutpie
import pymc as pm
import pytensor.tensor as pt

COMPILED = [28, 40, 56, 84, 112, 168]
COUNTS = 64  # no night has more cramps
NAMES = ["alpha", "beta", "gamma", "sigma", "rho", "isq"]
YES_NO_NAMES = NAMES[:5]


def data_of(arm, y, priors, length):
    """The arrays of one series, filled up to `length` nights."""
    nights = len(y)
    assert nights <= length and all(value in (None, "2+") or 0 <= value < COUNTS for value in y)

    def filled(values):
        return numpy.concatenate([numpy.asarray(values, float), numpy.zeros(length - nights)])

    counts = [value for value in y if value not in (None, "2+")]
    return {
        "arm": filled(arm),
        "slope": filled((numpy.arange(nights) - (nights - 1) / 2.0) / 28.0),
        "counted": filled([value not in (None, "2+") for value in y]),
        "many": filled([value == "2+" for value in y]),
        "count": filled([0 if value in (None, "2+") else value for value in y]),
        # Nights with more than k cramps: sum over nights and k < y of log(1 + k/phi) is one sum over k.
        "above": numpy.array([sum(value > k for value in counts) for k in range(COUNTS)], float),
        "normal": numpy.array([[priors[f"{name}_{what}"] for what in ("mean", "sd")] for name in NAMES[:3]]),
        "half": numpy.array([priors["sigma_halfnormal_sd"], priors["inv_sqrt_phi_halfnormal_sd"]]),
        "beta_of_rho": numpy.array(priors["rho01_beta"], float),
    }


def log_two_or_more(mu, inverse):
    """log P(Y >= 2) = log(1 - p0 - p1) with p0 = exp(-l), p1/p0 = r: log(-expm1(log1p(r) - l)), which keeps ten digits
    down to mu = 1e-6; below that its first term, mu^2 (1 + 1/phi)/2."""
    small = mu < 1e-6
    safe = pt.switch(small, 1.0, mu)
    exponent = pt.log1p(safe / (1.0 + safe * inverse)) - pt.log1p(safe * inverse) / inverse
    return pt.switch(small, 2.0 * pt.log(mu) + pt.log((1.0 + inverse) / 2.0), pt.log(-pt.expm1(exponent)))


def spreads(data):
    """sigma and isq by length and angle, with their half-normal priors."""
    log_length, turn = pm.Flat("log_length"), pm.Flat("turn")
    whole, angle = pt.exp(log_length), 0.5 * numpy.pi * pt.sigmoid(turn)
    sigma = pm.Deterministic("sigma", whole * pt.sin(angle))
    isq = pm.Deterministic("isq", whole * pt.cos(angle))
    normals = -0.5 * (sigma / data["half"][0]) ** 2 - 0.5 * (isq / data["half"][1]) ** 2
    pm.Potential("spread", normals + 2.0 * log_length - pt.softplus(turn) - pt.softplus(-turn))
    return sigma, isq


def model_of(length, yes_no=False):
    with pm.Model() as model:
        ones = dict.fromkeys(PRIOR_NAMES, 1.0) | {"rho01_beta": [2.0, 2.0]}
        blank = data_of([0] * length, [0] * length, ones, length)
        data = {name: pm.Data(name + "_data", value) for name, value in blank.items()}
        alpha, beta, gamma = (
            pm.Normal(name, data["normal"][at, 0], data["normal"][at, 1]) for at, name in enumerate(NAMES[:3])
        )
        sigma, isq = (pm.HalfNormal("sigma", data["half"][0]), None) if yes_no else spreads(data)
        half = pm.Beta("rho01", data["beta_of_rho"][0], data["beta_of_rho"][1])
        rho = pm.Deterministic("rho", 2.0 * half - 1.0)

        z = pm.Normal("z", shape=length)
        w = pt.concatenate([z[:1], pt.sqrt(1.0 - rho**2) * z[1:]])
        lag, power = 1, rho
        while lag < length:
            w = w + power * pt.concatenate([pt.zeros(lag), w[:-lag]])
            lag, power = 2 * lag, power**2

        eta = alpha + beta * data["arm"] + gamma * data["slope"] + sigma * w
        mu = pt.exp(eta)
        if yes_no:
            cramp = pt.log(-pt.expm1(-mu))
            pm.Potential("nights", pt.sum(data["counted"] * pt.switch(data["count"] > 0.5, cramp, -mu)))
            return model
        inverse = isq**2 + 1e-4
        logs = pt.log1p(mu * inverse)
        exact = data["count"] * eta - (data["count"] + 1.0 / inverse) * logs
        shape = pt.sum(data["above"] * pt.log1p(numpy.arange(COUNTS, dtype=float) * inverse))
        many = pt.switch(data["many"] > 0.5, log_two_or_more(mu, inverse), 0.0)
        pm.Potential("nights", pt.sum(data["counted"] * exact) + shape + pt.sum(many))
    return model


PRIOR_NAMES = [f"{name}_{what}" for name in NAMES[:3] for what in ("mean", "sd")]
PRIOR_NAMES += ["sigma_halfnormal_sd", "inv_sqrt_phi_halfnormal_sd", "rho01_beta"]


class Models:
    """Compiled models by length; each is compiled when first asked for."""

    def __init__(self, yes_no=False):
        self.compiled, self.yes_no = {}, yes_no
        self.names = YES_NO_NAMES if yes_no else NAMES

    def of(self, arm, y, priors):
        length = min(each for each in COMPILED if each >= len(y))
        if length not in self.compiled:
            self.compiled[length] = nutpie.compile_pymc_model(model_of(length, self.yes_no))
        data = data_of(arm, y, priors, length)
        if self.yes_no:
            # What a model does not use is not in it.
            data = {name: value for name, value in data.items() if name not in ("many", "above")}
        return self.compiled[length].with_data(**{name + "_data": value for name, value in data.items()})
