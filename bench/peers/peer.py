"""What the Python peers share: the games, the stand-in training set, and the talk with the driver (see README.md)."""

import json
import resource
import sys
import time
from pathlib import Path

import numpy

RULES = json.loads((Path(__file__).parent / "games.json").read_text())


def training_set():
    """Random bytes with the sparsity of handwritten digits: four pixels in five are 0. Returns uint8 [samples, pixels]."""
    pixels = numpy.random.default_rng(1).integers(0, 256, (RULES["samples"], RULES["pixels"]), dtype=numpy.uint8)
    level = numpy.maximum(numpy.arange(256) - 204, 0).astype(numpy.uint8) * 5
    for rows in range(0, len(pixels), 1000):  # in place and in pieces, so that the peak of memory stays the program's own
        pixels[rows : rows + 1000] = level[pixels[rows : rows + 1000]]
    return pixels


class Batches:
    """Row numbers of shuffled minibatches, a new order every epoch; `permutation(n)` is the library's own shuffle."""

    def __init__(self, permutation):
        self.permutation, self.order, self.position = permutation, (), 0

    def next(self):
        if self.position + RULES["batch"] > len(self.order):
            self.order, self.position = self.permutation(RULES["samples"]), 0
        self.position += RULES["batch"]
        return self.order[self.position - RULES["batch"] : self.position]


def say(message):
    print(json.dumps(message, allow_nan=False), flush=True)


def serve(version, prepare, first=1):
    """Answers the driver until it says exit. `prepare(data)` returns run(steps) -> [discriminator loss, generator loss];
    `first` is how many steps it takes at least to have a result."""
    began = time.perf_counter()
    data = training_set()
    made = time.perf_counter()
    run = prepare(data)
    run(first)
    say({"ready": True, "version": version, "dataMs": 1e3 * (made - began)})
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("exit"):
            return
        began = time.perf_counter()
        losses = run(request["steps"])
        say(
            {
                "ms": 1e3 * (time.perf_counter() - began),
                "steps": request["steps"],
                "rssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "losses": losses,
            }
        )
