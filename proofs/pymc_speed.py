"""Times nutpie's sampling of one 84-night series, the compilation left out: for the speed of the trial engine.

    pymc_speed.py [REPEATS] [NAME]

Four chains of 1,000 draws after 1,000 of warm-up: an effective sample of beta of some thousands, what the engine's
0.02 on a probability asks for. NAME is a simulated series of `trial_series.py`. Prints JSON: {"library", "series",
"seconds": [...], "ess_beta": [...]}. The first sampling, after the compilation, is not counted.
"""

import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore", category=FutureWarning)  # arviz announces its next version at import

import arviz
import nutpie
import pymc as pm
from nuts_model import Models
from trial_series import all_series, nights


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    name = sys.argv[2] if len(sys.argv) > 2 else "simulated_5"
    series = next(each for each in all_series() if each["name"] == name)
    models, seconds, ess = Models(), [], []
    models.of(*nights(series), series["priors"])
    for at in range(repeats + 1):
        started = time.perf_counter()
        ready = models.of(*nights(series), series["priors"])
        trace = nutpie.sample(
            ready,
            draws=1000,
            tune=1000,
            chains=4,
            cores=min(4, os.cpu_count()),
            target_accept=0.95,
            seed=at,
            progress_bar=False,
        )
        took = time.perf_counter() - started
        if at > 0:
            seconds.append(round(took, 3))
            ess.append(round(float(arviz.ess(trace.posterior["beta"].values))))
    library = f"PyMC {pm.__version__}, nutpie {nutpie.__version__}"
    print(json.dumps({"library": library, "series": name, "seconds": seconds, "ess_beta": ess}))


if __name__ == "__main__":
    main()
