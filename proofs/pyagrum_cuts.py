"""Posteriors of cuts of the network, by pyAgrum: an outside answer for `cargo xtask prove exact`.

    pyagrum_cuts.py CUTS.json OUT.json

CUTS.json is a list of cuts in plain numbers (xtask/src/net/cut.rs). Every table is written out here in full
from noisy-OR and noisy-MAX weights; evidence is entered as such, nothing is absorbed beforehand. OUT.json holds, for
each cut, the probability that each condition is present.
"""

import functools
import json
import sys

import numpy

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
        absent = [numpy.array([1.0, 1.0 - weight]) for _, weight in into]
        fill(net, f"c{at}", [f"c{source}" for source, _ in into], [1.0 - condition["prior"]], [absent])
    for at, finding in enumerate(cut["findings"]):
        count = len(finding["leak"]) + 1
        net.add(gum.LabelizedVariable(f"f{at}", "", count))
        parents = finding["parents"]
        for condition, _ in parents:
            net.addArc(f"c{condition}", f"f{at}")
        leak = [1.0 - sum(finding["leak"][state:]) for state in range(count - 1)]
        factors = [
            [numpy.array([1.0, 1.0 - sum(weights[state:])]) for _, weights in parents] for state in range(count - 1)
        ]
        fill(net, f"f{at}", [f"c{condition}" for condition, _ in parents], leak, factors)
    return net


def fill(net, name, parents, leak, factors):
    """Writes a whole table. P(at most this state) is the leak's times that of each parent, present or absent; the
    probability of a state is that of at most it, less that of at most the one below (noisy-MAX)."""
    table = net.cpt(name)
    assert list(table.names) == [name, *parents], "axes of an array run backwards over these names"
    at_most = [
        start * functools.reduce(numpy.multiply.outer, reversed(own), numpy.float64(1.0))
        for start, own in zip(leak, factors)
    ]
    at_most.append(numpy.ones_like(at_most[0]))
    states = [at_most[0]] + [at_most[at] - at_most[at - 1] for at in range(1, len(at_most))]
    table[:] = numpy.stack(states, axis=-1)


def states_of(leak, weights):
    """The same for one combination: the list of state probabilities."""
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
