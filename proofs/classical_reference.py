"""Classical companions of a single-person trial, by scipy, dense matrices and (where installed) R's nlme.

    classical_reference.py OUT.json

CHARLEY_REFERENCE_DATA names the folder that holds data/nof1. Set OMP_NUM_THREADS=1: the matrices are small, and threads
make it ten times slower. The formulas, in plain words and with their sources:

Welch's t (Welch 1947, Biometrika 34:28; scipy.stats.ttest_ind(equal_var=False)). Nights with a value only; v = sample
variance with divisor n-1; B = treatment nights (a = 1), A = control nights (a = 0):
    t  = (mean_B - mean_A) / sqrt(v_B/n_B + v_A/n_A)
    df = (v_B/n_B + v_A/n_A)^2 / ((v_B/n_B)^2/(n_B-1) + (v_A/n_A)^2/(n_A-1));      p two-sided

Paired t (Student 1908, Biometrika 6:1; scipy.stats.ttest_rel). d_i = x_i - y_i over the pairs with both values:
    t = mean(d) / sqrt(var(d)/n),  df = n-1;  p two-sided
    Student's 4.062 is L-hyoscine less L-hyoscyamine over the ten patients that also have control nights; patient 11 has
    none and stays out (with patient 11: t 4.0568, p .0023).

GLS with AR(1) errors by REML (Pinheiro & Bates 2000, Mixed-Effects Models in S and S-PLUS, chapter 5; R: nlme::gls with
corAR1(form = ~t), method = "REML"). n nights with a value at nights t_i, p columns in X:
    R_ij = phi^|t_i - t_j|                              a missing night only widens the gap: no row, no imputed value
    b(phi)   = (X'R^-1 X)^-1 X'R^-1 y,   Q(phi) = (y - Xb)'R^-1(y - Xb)
    phi      = argmax over (-1, 1) of  -(n-p)/2 log Q  - 1/2 log|R|  - 1/2 log|X'R^-1 X|
    sigma^2  = Q/(n-p)          the variance of one night, not of the innovation, which is sigma^2 (1 - phi^2)
    se_k     = sqrt(sigma^2 [(X'R^-1 X)^-1]_kk)         phi taken as known
    t_k      = b_k/se_k,  df = n-p,  p two-sided        as summary(gls)
    Columns here: 1, a_t and, with "trend", s_t = (t - (T-1)/2)/28 with t = 0 .. T-1 over all nights. The published 1.00
    (SE 0.96), phi 0.26 of the melatonin series has the trend (1.0003, 0.9639, 0.2574); without it the same method gives
    1.0339 (0.9287), phi 0.5089. How the trend is scaled changes neither the effect, its error nor phi.

Log response ratio (Pustejovsky 2015, Psychological Methods 20:342; 2018, J School Psychology 68:99; R package
SingleCaseES, LRRd/LRRi with scale = "count"). A = control sessions, B = treatment sessions, v = sample variance (n-1):
    m   = max(mean, 1/(2 n))                            only an arm without any event meets the floor
    LRR = log m_B + v_B/(2 n_B m_B^2) - log m_A - v_A/(2 n_A m_A^2)
    SE  = sqrt(v_A/(n_A m_A^2) + v_B/(n_B m_B^2))
    The published p1 -1.2173 (0.2497), p3 -0.6544 (0.1375), p5 -1.1427 (0.1948) are exactly this with count_rounded and
    ALL A sessions against ALL B sessions (not the first AB pair, not a mean of pairs, not digitised_value). Its sign is
    that of the log rate ratio: LRRd with improvement = "decrease", or LRRi with improvement = "increase".
    SingleCaseES from 0.4.4 also keeps the variance from being 0; that never acts here and is not part of these answers.

The REML search is checked three ways: the same criterion from error contrasts (log density of K'y, K an orthonormal
basis orthogonal to X); maximum likelihood in the same code against statsmodels' Kalman filter (SARIMAX); nlme itself.
"""

import csv
import json
import math
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import warnings

import numpy
import scipy
import statsmodels
from scipy import linalg, optimize, stats
from statsmodels.tsa.statespace.sarimax import SARIMAX

THORNE = "data/nof1/thorne_kamps_2008_abab_odd.csv"
CUSHNY = "data/nof1/cushny_peebles_1905_sleep.csv"
MELATONIN = "data/nof1/melatonin_mood_70day.csv"


def rows(file):
    path = pathlib.Path(os.environ["CHARLEY_REFERENCE_DATA"]) / file
    with open(path, encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def digits(value, count=10):
    """The same structure with every float at `count` significant digits."""
    if isinstance(value, dict):
        return {key: digits(item, count) for key, item in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [digits(item, count) for item in value]
    if isinstance(value, (float, numpy.floating)):
        return float(f"{value:.{count}g}")
    return value


def arms(arm, y):
    control = numpy.array([value for a, value in zip(arm, y) if a == 0 and value is not None], float)
    treatment = numpy.array([value for a, value in zip(arm, y) if a == 1 and value is not None], float)
    return control, treatment


def welch(arm, y):
    a, b = arms(arm, y)
    share_a, share_b = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    se = math.sqrt(share_a + share_b)
    t = (b.mean() - a.mean()) / se
    df = (share_a + share_b) ** 2 / (share_a**2 / (len(a) - 1) + share_b**2 / (len(b) - 1))
    p = 2.0 * stats.t.sf(abs(t), df)
    other = stats.ttest_ind(b, a, equal_var=False)
    assert math.isclose(t, other.statistic, rel_tol=1e-9) and math.isclose(p, other.pvalue, rel_tol=1e-9)
    return {"difference": b.mean() - a.mean(), "se": se, "t": t, "df": df, "p": p}


def paired(x, y):
    d = numpy.array(x) - numpy.array(y)
    t = d.mean() / math.sqrt(d.var(ddof=1) / len(d))
    p = 2.0 * stats.t.sf(abs(t), len(d) - 1)
    other = stats.ttest_rel(x, y)
    assert math.isclose(t, other.statistic, rel_tol=1e-9) and math.isclose(p, other.pvalue, rel_tol=1e-9)
    return {"pairs": len(d), "difference": d.mean(), "t": t, "df": len(d) - 1, "p": p}


def log_response_ratio(arm, y):
    m, v, n = zip(*((max(x.mean(), 0.5 / len(x)), x.var(ddof=1), len(x)) for x in arms(arm, y)))
    relative = [v[at] / (n[at] * m[at] ** 2) for at in (0, 1)]
    plain = math.log(m[1] / m[0])
    return {
        "control": n[0],
        "treatment": n[1],
        "uncorrected": plain,
        "lrr": plain + (relative[1] - relative[0]) / 2.0,
        "se": math.sqrt(sum(relative)),
    }


def design(arm, y, trend):
    """(X, y, t) over the nights with a value."""
    kept = [at for at, value in enumerate(y) if value is not None]
    columns = [[1.0, float(arm[at])] + ([(at - (len(y) - 1) / 2.0) / 28.0] if trend else []) for at in kept]
    return numpy.array(columns), numpy.array([y[at] for at in kept], float), numpy.array(kept)


def fit(x, y, t, phi, restricted=True):
    """What the docstring calls b, Q and the criterion, at one phi."""
    n, p = x.shape
    root = numpy.linalg.cholesky(phi ** numpy.abs(t[:, None] - t[None, :]))
    xs, ys = (linalg.solve_triangular(root, each, lower=True) for each in (x, y))
    b, _, _, _ = numpy.linalg.lstsq(xs, ys, rcond=None)
    rest = ys - xs @ b
    q, information = rest @ rest, xs.T @ xs
    criterion = -numpy.log(numpy.diag(root)).sum()
    if restricted:
        criterion += -0.5 * (n - p) * math.log(q) - 0.5 * numpy.linalg.slogdet(information)[1]
    else:
        criterion += -0.5 * n * math.log(q)
    return b, q, information, criterion


def best_phi(x, y, t, restricted=True):
    """The highest of 397 points, then Brent's method between its neighbours: a second maximum is not missed."""
    grid = numpy.linspace(-0.99, 0.99, 397)
    at = int(numpy.argmax([fit(x, y, t, phi, restricted)[3] for phi in grid]))
    assert 0 < at < len(grid) - 1, "phi at the edge"
    return optimize.minimize_scalar(
        lambda phi: -fit(x, y, t, phi, restricted)[3],
        bounds=(grid[at - 1], grid[at + 1]),
        method="bounded",
        options={"xatol": 1e-12},
    ).x


def contrasts(x, y, t, phi):
    """The profiled log density of the error contrasts K'y, up to a constant: REML by its definition."""
    k = linalg.null_space(x.T)
    covariance = k.T @ phi ** numpy.abs(t[:, None] - t[None, :]) @ k
    z = k.T @ y
    return -0.5 * len(z) * math.log(z @ numpy.linalg.solve(covariance, z)) - 0.5 * numpy.linalg.slogdet(covariance)[1]


def kalman_check(x, y, t, length):
    """Maximum likelihood with gaps, dense against statsmodels' Kalman filter."""
    mine = best_phi(x, y, t, restricted=False)
    b, q, _, _ = fit(x, y, t, mine, restricted=False)
    full, columns = numpy.full(length, numpy.nan), numpy.zeros((length, x.shape[1]))
    full[t], columns[t] = y, x
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SARIMAX(full, exog=columns, order=(1, 0, 0))
        started = [*b, mine, q / len(y) * (1.0 - mine**2)]
        other = model.fit(start_params=started, method="lbfgs", disp=0, maxiter=2000, pgtol=1e-10, factr=10.0)
    dense = stats.multivariate_normal(x @ b, q / len(y) * mine ** numpy.abs(t[:, None] - t[None, :])).logpdf(y)
    assert math.isclose(model.loglike(started), dense, rel_tol=1e-8), (model.loglike(started), dense)
    assert other.llf - dense < 1e-5, "the Kalman filter found a better maximum"


def gls(arm, y, trend):
    x, values, t = design(arm, y, trend)
    n, p = x.shape
    phi = best_phi(x, values, t)
    b, q, information, criterion = fit(x, values, t, phi)
    other = phi * 0.5
    shift = criterion - fit(x, values, t, other)[3]
    assert abs(shift - (contrasts(x, values, t, phi) - contrasts(x, values, t, other))) < 1e-8, "error contrasts"
    kalman_check(x, values, t, len(y))
    sigma = math.sqrt(q / (n - p))
    se = sigma * numpy.sqrt(numpy.diag(numpy.linalg.inv(information)))
    answer = {
        "nights": n,
        "coefficients": b,
        "se": se,
        "phi": phi,
        "sigma": sigma,
        "t": b[1] / se[1],
        "df": n - p,
        "p": 2.0 * stats.t.sf(abs(b[1] / se[1]), n - p),
    }
    theirs = nlme(x, values, t)
    if theirs:
        apart = []
        for name in theirs:
            scale = numpy.maximum(1.0, numpy.abs(answer[name]))
            apart.append(numpy.max(numpy.abs(numpy.subtract(answer[name], theirs[name])) / scale))
        assert max(apart) < 2e-5, (answer, theirs)
        answer["apart_from_nlme"] = round(float(max(apart)), 8)
    return answer


NLME = """
library(nlme)
d <- read.csv(commandArgs(TRUE)[1])
f <- gls(as.formula(commandArgs(TRUE)[2]), d, corAR1(form = ~t), method = "REML",
         control = glsControl(tolerance = 1e-10, msTol = 1e-12))
phi <- coef(f$modelStruct$corStruct, unconstrained = FALSE)
cat(format(c(coef(f), sqrt(diag(vcov(f))), phi, f$sigma), digits = 12), sep = "\\n")
"""


def nlme(x, y, t):
    """The same by R, where R is installed; else None."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "series.csv"
        script = pathlib.Path(folder) / "fit.R"
        names = ["one", "a", "s"][: x.shape[1]]
        lines = [",".join([*names, "y", "t"])]
        lines += [",".join(repr(float(cell)) for cell in [*row, value, at]) for row, value, at in zip(x, y, t)]
        table.write_text("\n".join(lines), encoding="utf-8")
        script.write_text(NLME, encoding="utf-8")
        formula = "y ~ " + " + ".join(names[1:])
        out = subprocess.run(["Rscript", script, table, formula], capture_output=True, text=True, check=True).stdout
    numbers = [float(line) for line in out.split()]
    p = x.shape[1]
    return {"coefficients": numbers[:p], "se": numbers[p : 2 * p], "phi": numbers[-2], "sigma": numbers[-1]}


def nlme_version():
    if not shutil.which("Rscript"):
        return None
    ask = 'cat(R.version$major, ".", R.version$minor, " ", as.character(packageVersion("nlme")), sep = "")'
    r, package = subprocess.run(["Rscript", "-e", ask], capture_output=True, text=True, check=True).stdout.split()
    return f"R {r}, nlme {package}"


def simulated(seed):
    """A Gaussian AR(1) series in randomised pairs of 7-night periods; some nights missing, in two of five series the
    first nights of every period too."""
    random = numpy.random.default_rng(8100 + seed)
    length = [28, 42, 56, 56, 84, 84, 112, 112, 168, 168][seed]
    phi = [0.0, 0.3, -0.3, 0.6, 0.26, 0.8, 0.5, -0.1, 0.4, 0.7][seed]
    share = [0.0, 0.1, 0.25, 0.4, 0.05, 0.15, 0.3, 0.2, 0.1, 0.4][seed]
    washout = [0, 0, 0, 0, 3, 0, 0, 2, 3, 1][seed]
    arm = []
    for _ in range(length // 14):
        first = int(random.integers(2))
        arm += [first] * 7 + [1 - first] * 7
    sigma, effect, slope = random.uniform(0.5, 2.5), random.uniform(-1.5, 1.0), random.uniform(-0.4, 0.4)
    noise = [sigma * random.standard_normal()]
    for _ in range(length - 1):
        noise.append(phi * noise[-1] + sigma * math.sqrt(1.0 - phi**2) * random.standard_normal())
    y = [
        round(5.0 + effect * arm[at] + slope * (at - (length - 1) / 2.0) / 28.0 + noise[at], 3)
        for at in range(length)
    ]
    gone = random.random(length) < share
    y = [None if gone[at] or at % 7 < washout else y[at] for at in range(length)]
    return {"arm": arm, "y": y}


def near(value, published, decimals):
    assert round(value, decimals) == published, (value, published)


def both_ways(arm, y):
    return {"welch": welch(arm, y), "gls_ar1_reml": gls(arm, y, False), "gls_ar1_reml_trend": gls(arm, y, True)}


def answers():
    found = []

    def add(name, series, answer):
        found.append({"name": name, "series": series, **answer})
        return answer

    nights = rows(MELATONIN)
    assert [int(row["study_day"]) for row in nights] == list(range(1, 71))
    arm, mood = [int(row["melatonin"]) for row in nights], [float(row["mood"]) for row in nights]
    selector = {"arm": "melatonin", "y": "mood"}
    got = add("melatonin", {"file": MELATONIN, "selector": selector}, both_ways(arm, mood))
    near(got["welch"]["difference"], 0.919, 3)
    near(got["welch"]["p"], 0.489, 3)
    near(got["gls_ar1_reml_trend"]["coefficients"][1], 1.00, 2)
    near(got["gls_ar1_reml_trend"]["se"][1], 0.96, 2)
    near(got["gls_ar1_reml_trend"]["phi"], 0.26, 2)

    patients = rows(CUSHNY)
    columns = {"x": "L_hyoscine_mean_hours", "y": "L_hyoscyamine_mean_hours"}
    for count in (10, 11):
        values = [[float(row[name]) for row in patients[:count]] for name in columns.values()]
        selector = {**columns, "patients": [1, count]}
        got = add(f"cushny_peebles_{count}", {"file": CUSHNY, "selector": selector}, {"paired_t": paired(*values)})
        if count == 10:
            near(got["paired_t"]["t"], 4.062, 3)
            near(got["paired_t"]["p"], 0.0028, 4)

    published = {1: (-1.2173, 0.2497), 3: (-0.6544, 0.1375), 5: (-1.1427, 0.1948)}
    for pupil in (1, 3, 5, 7, 9, 11):
        sessions = [row for row in rows(THORNE) if int(row["participant"]) == pupil]
        arm = [int(row["treatment"]) for row in sessions]
        counts = [int(row["count_rounded"]) for row in sessions]
        selector = {"participant": pupil, "arm": "treatment", "y": "count_rounded"}
        answer = {"log_response_ratio": log_response_ratio(arm, counts), "welch": welch(arm, counts)}
        got = add(f"thorne_kamps_p{pupil}", {"file": THORNE, "selector": selector}, answer)["log_response_ratio"]
        if pupil in published:
            near(got["lrr"], published[pupil][0], 4)
            near(got["se"], published[pupil][1], 4)

    for seed in range(10):
        series = simulated(seed)
        add(f"gaussian_{seed}", series, both_ways(series["arm"], series["y"]))
    return found


def main():
    versions = f"Python {platform.python_version()}, numpy {numpy.__version__}, scipy {scipy.__version__}, "
    versions += f"statsmodels {statsmodels.__version__}"
    found = digits(answers())
    header = {
        "library": versions,
        "check": nlme_version(),
        "coefficients": "intercept, arm and, with trend, per 28 nights; t, df and p are of the arm",
    }
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(json.dumps(header, separators=(",", ":"))[:-1] + ',"answers":[\n')
        file.write(",\n".join(json.dumps(each, separators=(",", ":")) for each in found))
        file.write("\n]}\n")


if __name__ == "__main__":
    main()
