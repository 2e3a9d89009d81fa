"""Whether a game is the same game in another library: `PEER MODE GAME FOLDER` plays some steps from given parameters, real
samples and latents, and prints their losses. bench/agreement.ts writes the folder and compares."""

import json
from pathlib import Path

import numpy

from peer import say


def agree(folder, given):
    """`given(arrays)` takes both players' parameters in the order of their tables, as Forger keeps them, and returns
    step(real, latents) -> losses, for real samples as bytes [batch, h * w * c] and the latents of both half steps."""
    folder = Path(folder)
    facts = json.loads((folder / "facts.json").read_text())

    def array(name, shape, dtype=numpy.float32):
        return numpy.fromfile(folder / name, dtype).reshape(shape)

    arrays = [array(f"{i}.bin", shape) for i, shape in enumerate(facts["parameters"])]
    latents = [array(f"latents{i}.bin", facts["latents"]) for i in range(2)]
    step = given(arrays)
    say([step(array(f"real{i}.bin", facts["real"], numpy.uint8), latents) for i in range(facts["steps"])])
