"""An iteration's matrix products alone: sgemm.py torch|numpy PRODUCTS, which is JSON as bench/products.ts makes it.

Arrays that the iteration reads twice are one array here too, results go to arrays that are there already.
"""

import json
import sys

from peer import RULES, serve

import numpy
import torch

MODE, PRODUCTS = sys.argv[1], json.loads(sys.argv[2])


def prepare(_):
    random = numpy.random.default_rng(1)
    arrays = {}

    def array(name, rows, columns, transposed=False):
        shape = (columns, rows) if transposed else (rows, columns)
        if name not in arrays:
            arrays[name] = random.uniform(-1, 1, shape).astype(numpy.float32) / shape[0] ** 0.5
        found = arrays[name] if MODE == "numpy" else torch.from_numpy(arrays[name])
        return found.T if transposed else found

    calls = [
        (
            array(p["left"], p["m"], p["k"], p["transposed"] == "left"),
            array(p["right"], p["k"], p["n"], p["transposed"] == "right"),
            array(p["out"], p["m"], p["n"]),
        )
        for p in PRODUCTS
    ]
    multiply = numpy.matmul if MODE == "numpy" else torch.mm

    def run(steps):
        for _ in range(steps):
            for left, right, out in calls:
                multiply(left, right, out=out)
        return [0, 0]

    return run, None


torch.set_num_threads(RULES["threads"])
serve({"torch": torch, "numpy": numpy}[MODE].__version__, prepare, lambda: None)
