"""What the Python peers share: the games, the stand-in training set, and the talk with the driver (see README.md)."""

import json
import resource
import sys
import time
from math import prod
from pathlib import Path
from types import SimpleNamespace

import numpy

HERE = Path(__file__).parent
RULES = json.loads((HERE / "games.json").read_text())
IMAGE_RULES = json.loads((HERE / "image-games.json").read_text())


def game_of(name):
    """A game with its players as lists of layers, whichever of the two tables it is from."""
    if name in RULES["games"]:
        game, shape = RULES["games"][name], [RULES["pixels"]]
        players = {"latent": game["generator"][0], "samples": RULES["samples"], "image": shape}
        players |= {"generator": dense(game["generator"]) + ["tanh"], "discriminator": dense(game["discriminator"])}
        batch, norm = RULES["batch"], False
    else:
        game = IMAGE_RULES["games"][name]
        players, batch, norm = IMAGE_RULES["players"][game["players"]], IMAGE_RULES["batch"], game["norm"]
    kept = {
        player: [layer for layer in players[player] if norm or layer != "norm"] for player in ("generator", "discriminator")
    }
    return SimpleNamespace(**{**players, **kept}, batch=batch, objective=game["objective"], gamma=game["gamma"])


def dense(widths):
    return [layer for units in widths[1:] for layer in (f"dense {units}", "leaky")][:-1]


def words(layer):
    """The kind of a layer and its numbers; of a residual one, the layers of its branch."""
    if isinstance(layer, dict):
        return "residual", layer["residual"]
    kind, *numbers = layer.split()
    return kind, [int(number) for number in numbers]


def with_next(layers):
    """Each layer and whether batch normalization follows, which makes a bias useless."""
    return [(layer, following == "norm") for layer, following in zip(layers, layers[1:] + [None])]


def training_set(game):
    """Random bytes with the sparsity of handwritten digits: four pixels in five are 0. Returns uint8 [samples, pixels]."""
    shape = (game.samples, prod(game.image))
    pixels = numpy.random.default_rng(1).integers(0, 256, shape, dtype=numpy.uint8)
    level = numpy.maximum(numpy.arange(256) - 204, 0).astype(numpy.uint8) * 5
    for rows in range(0, len(pixels), 1000):  # in place and in pieces, so that the peak of memory stays the program's own
        pixels[rows : rows + 1000] = level[pixels[rows : rows + 1000]]
    return pixels


class Batches:
    """Row numbers of shuffled minibatches, a new order every epoch; `permutation(n)` is the library's own shuffle."""

    def __init__(self, permutation, game):
        self.permutation, self.order, self.position = permutation, (), 0
        self.batch, self.samples = game.batch, game.samples

    def next(self):
        if self.position + self.batch > len(self.order):
            self.order, self.position = self.permutation(self.samples), 0
        self.position += self.batch
        return self.order[self.position - self.batch : self.position]


def say(message):
    print(json.dumps(message, allow_nan=False), flush=True)


def serve(version, prepare, make_data, first=1):
    """Answers the driver until it says exit. `prepare(make_data())` returns run(steps) -> [discriminator loss, generator
    loss], and how many parameters each player has, discriminator's second, or None; `first` is how many steps it takes at
    least to have a result."""
    began = time.perf_counter()
    data = make_data()
    made = time.perf_counter()
    run, parameters = prepare(data)
    run(first)
    counts = {} if parameters is None else {"parameters": parameters}
    say({"ready": True, "version": version, "dataMs": 1e3 * (made - began), **counts})
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
