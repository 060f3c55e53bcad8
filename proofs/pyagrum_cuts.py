"""Posteriors of cuts of the network, by pyAgrum: an outside answer for `cargo xtask prove exact`.

    pyagrum_cuts.py CUTS.json OUT.json

CUTS.json is a list of cuts in plain numbers (xtask/src/net/cut.rs). Every table is written out here, entry by entry,
from noisy-OR and noisy-MAX weights; evidence is entered as such, nothing is absorbed beforehand. OUT.json holds, for
each cut, the probability that each condition is present.
"""

import itertools
import json
import sys

try:
    import pyagrum as gum
except ImportError:  # the name before version 2
    import pyAgrum as gum


def network(cut):
    """The cut as a Bayesian network: c0, c1, ... conditions (0 absent, 1 present), f0, f1, ... findings."""
    net = gum.BayesNet("cut")
    for at, _ in enumerate(cut["conditions"]):
        net.add(gum.LabelizedVariable(f"c{at}", "", 2))
    for source, to, _ in cut["links"]:
        net.addArc(f"c{source}", f"c{to}")
    for at, condition in enumerate(cut["conditions"]):
        into = [(source, weight) for source, to, weight in cut["links"] if to == at]
        table = net.cpt(f"c{at}")
        for states in itertools.product((0, 1), repeat=len(into)):
            absent = 1.0 - condition["prior"]
            where = {}
            for (source, weight), state in zip(into, states):
                where[f"c{source}"] = state
                if state:
                    absent *= 1.0 - weight
            table[where] = [absent, 1.0 - absent]
    for at, finding in enumerate(cut["findings"]):
        count = len(finding["leak"]) + 1
        net.add(gum.LabelizedVariable(f"f{at}", "", count))
        parents = finding["parents"]
        for condition, _ in parents:
            net.addArc(f"c{condition}", f"f{at}")
        table = net.cpt(f"f{at}")
        for states in itertools.product((0, 1), repeat=len(parents)):
            where = {f"c{condition}": state for (condition, _), state in zip(parents, states)}
            table[where] = states_of(finding["leak"], [w for (_, w), state in zip(parents, states) if state])
    return net


def states_of(leak, weights):
    """Noisy-MAX: the highest state that any cause proposes. Each cause proposes state i + 1 with its weight i."""
    count = len(leak) + 1
    at_most = []
    for state in range(count):
        product = 1.0 - sum(leak[state:])
        for own in weights:
            product *= 1.0 - sum(own[state:])
        at_most.append(product)
    return [at_most[0]] + [at_most[state] - at_most[state - 1] for state in range(1, count)]


def posterior(cut):
    inference = gum.LazyPropagation(network(cut))
    inference.setEvidence({f"f{at}": finding["observed"] for at, finding in enumerate(cut["findings"])})
    inference.makeInference()
    return [float(inference.posterior(f"c{at}")[1]) for at in range(len(cut["conditions"]))]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cuts = json.load(file)
    answers = {"library": f"pyAgrum {gum.__version__}, LazyPropagation", "posteriors": [posterior(cut) for cut in cuts]}
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main()
