"""Times pyAgrum on cuts of the network: for `cargo xtask prove speed`.

    pyagrum_speed.py CUTS.json OUT.json tables|chains SECONDS GIGABYTES

All cuts have the same conditions and differ in findings and evidence. `tables` writes each noisy-OR as one table over
all its parents; `chains` as a chain of tables over two, which is kinder to a general algorithm where a finding has many
parents. Each cut runs in a process of its own with a limit of time and memory, so that one that is too large does not
take the others with it. The time is: enter the evidence, infer, read the posterior of every condition.
"""

import json
import multiprocessing
import resource
import sys
import time

from pyagrum_cuts import gum, network, states_of


def chained(cut):
    """The network with chains: the state so far is the larger of the state before and what the next cause proposes."""
    net = network({**cut, "findings": []})
    for at, finding in enumerate(cut["findings"]):
        count = len(finding["leak"]) + 1
        parents = finding["parents"]
        before = f"f{at}_leak"
        net.add(gum.LabelizedVariable(before, "", count))
        net.cpt(before)[:] = states_of(finding["leak"], [])
        for step, (condition, weights) in enumerate(parents):
            name = f"f{at}" if step == len(parents) - 1 else f"f{at}_{step}"
            net.add(gum.LabelizedVariable(name, "", count))
            net.addArc(before, name)
            net.addArc(f"c{condition}", name)
            for low in range(count):
                for present in (0, 1):
                    proposed = states_of([0.0] * (count - 1), [weights] if present else [])
                    row = [0.0] * count
                    for state, probability in enumerate(proposed):
                        row[max(low, state)] += probability
                    net.cpt(name)[{before: low, f"c{condition}": present}] = row
            before = name
    return net


def answer(cut, way, seconds, gigabytes, queue):
    limit = gigabytes << 30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        net = network(cut) if way == "tables" else chained(cut)
        last = {f"f{at}": finding["observed"] for at, finding in enumerate(cut["findings"])}
        queue.put(("built", None, None))
        started = time.perf_counter()
        inference = gum.LazyPropagation(net)
        inference.setEvidence(last)
        inference.makeInference()
        present = [float(inference.posterior(f"c{at}")[1]) for at in range(len(cut["conditions"]))]
        queue.put(("done", 1000.0 * (time.perf_counter() - started), present))
    except (MemoryError, Exception) as error:  # pyAgrum raises its own kinds when memory ends
        queue.put(("failed", None, str(error)))


def run(cut, way, seconds, gigabytes):
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=answer, args=(cut, way, seconds, gigabytes, queue))
    process.start()
    took, present = None, None
    try:
        # Building may take as long again; only inference counts.
        if queue.get(timeout=seconds)[0] == "built":
            kind, took, present = queue.get(timeout=seconds)
            if kind != "done":
                took, present = None, None
    except Exception:  # nothing came in time
        pass
    process.kill()
    process.join()
    return took, present


def main():
    asked, answered, way, seconds, gigabytes = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    with open(asked, encoding="utf-8") as file:
        cuts = json.load(file)
    found = [run(cut, way, seconds, gigabytes) for cut in cuts]
    answers = {
        "library": f"pyAgrum {gum.__version__}, LazyPropagation",
        "times_ms": [took for took, _ in found],
        "posteriors": [present for _, present in found],
    }
    with open(answered, "w", encoding="utf-8") as file:
        json.dump(answers, file)


if __name__ == "__main__":
    main()
