"""Writes the fixtures that hold Forger's training step to PyTorch's, float for float:

    bench/peers/.venv/bin/python bench/peers/fixture-mlp.py

Three games of 20 steps each on a small pair of players. Every input (initial weights, real batches, both latents of every
step) and every result (losses, penalties, final weights, running statistics) is in the file, so a reader needs no random
numbers of its own. Each game is also run in float64 from the same inputs; `float64Deviation` says how far float32 strayed
from it, which is the scale for a test's tolerance.
"""

import copy
import json
import platform
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
from torch import nn

SEED = 20140610  # the day "Generative Adversarial Networks" was posted
STEPS, BATCH, LATENT, HIDDEN, DATA = 20, 8, 8, 16, 12
LEARNING_RATE, BETAS, EPSILON, SLOPE, GAMMA = 1e-2, (0.5, 0.999), 1e-8, 0.2, 1.0
FIXTURES = Path(__file__).resolve().parents[2] / "test" / "fixtures"


def players(batch_norm):
    norm = [nn.BatchNorm1d(HIDDEN)] if batch_norm else []
    # No bias before a norm: its true gradient is 0, and Adam would blow rounding noise up to whole steps.
    generator = nn.Sequential(
        nn.Linear(LATENT, HIDDEN, bias=not batch_norm), *norm, nn.LeakyReLU(SLOPE), nn.Linear(HIDDEN, DATA), nn.Tanh()
    )
    discriminator = nn.Sequential(nn.Linear(DATA, HIDDEN), nn.LeakyReLU(SLOPE), nn.Linear(HIDDEN, 1))
    for layer in norm:  # 1 and 0 would hide a scale or a shift that is left out
        nn.init.normal_(layer.weight, 1, 0.2)
        nn.init.normal_(layer.bias, 0, 0.2)
    return generator, discriminator


def squared_gradient(logits, inputs):
    """Mean over the batch of the squared length of the logits' gradient in the inputs, itself differentiable."""
    (gradient,) = torch.autograd.grad(logits.sum(), inputs, create_graph=True)
    return gradient.square().sum(1).mean()


def non_saturating(discriminator, real, fake):
    return F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean(), {}


def relativistic(discriminator, real, fake):
    real, fake = real.clone().requires_grad_(), fake.clone().requires_grad_()
    real_logits, fake_logits = discriminator(real), discriminator(fake)
    r1, r2 = squared_gradient(real_logits, real), squared_gradient(fake_logits, fake)
    loss = F.softplus(-(real_logits - fake_logits)).mean() + GAMMA / 2 * (r1 + r2)
    return loss, {"r1": r1.detach(), "r2": r2.detach()}


def non_saturating_generator(discriminator, real, fake):
    return F.softplus(-discriminator(fake)).mean()


def relativistic_generator(discriminator, real, fake):
    return F.softplus(-(discriminator(fake) - discriminator(real))).mean()


def train(generator, discriminator, inputs, discriminator_loss, generator_loss):
    """Plays the inputs' steps; returns each step's losses as tensors."""
    adam = {"lr": LEARNING_RATE, "betas": BETAS, "eps": EPSILON}
    discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), **adam)
    generator_optimizer = torch.optim.Adam(generator.parameters(), **adam)
    reports = []
    for real, discriminator_latent, generator_latent in inputs:
        with torch.no_grad():
            fake = generator(discriminator_latent)
        loss_d, penalties = discriminator_loss(discriminator, real, fake)
        discriminator_optimizer.zero_grad()
        loss_d.backward()
        discriminator_optimizer.step()

        loss_g = generator_loss(discriminator, real, generator(generator_latent))
        generator_optimizer.zero_grad()
        loss_g.backward()
        generator_optimizer.step()
        reports.append({"discriminatorLoss": loss_d.detach(), "generatorLoss": loss_g.detach(), **penalties})
    return reports


def numbers(tensor):
    """Row-major, in the fewest digits that name the same float32."""
    return [float(str(x)) for x in tensor.detach().numpy().astype(numpy.float32).ravel()]


def described(player):
    """A player's layers in order. A dense layer's weight is turned to [in, out], as in x @ weight + bias."""
    layers = []
    for layer in player:
        if isinstance(layer, nn.Linear):
            bias = None if layer.bias is None else numbers(layer.bias)
            layers.append({"kind": "dense", "weight": numbers(layer.weight.T), "bias": bias})
        elif isinstance(layer, nn.BatchNorm1d):
            layers.append(
                {
                    "kind": "batchNorm",
                    "scale": numbers(layer.weight),
                    "shift": numbers(layer.bias),
                    "runningMean": numbers(layer.running_mean),
                    "runningVariance": numbers(layer.running_var),
                }
            )
        elif isinstance(layer, nn.LeakyReLU):
            layers.append({"kind": "leakyRelu", "slope": SLOPE})
        else:
            layers.append({"kind": "tanh"})
    return layers


def deviation(game, double_game):
    """Largest distance between two runs: over the parameters and running statistics, and over the reports."""
    furthest = lambda pairs: max(float((a.double() - b.double()).abs().max()) for a, b in pairs)
    state = lambda players: [t for player in players for t in player.state_dict().values()]
    (single, reports), (double, double_reports) = game, double_game
    return {
        "weights": furthest(zip(state(single), state(double))),
        "losses": furthest((a[key], b[key]) for a, b in zip(reports, double_reports) for key in a),
    }


def fixture(title, objective, batch_norm=False):
    torch.manual_seed(SEED)
    pair = players(batch_norm)
    initial = [described(player) for player in pair]
    double_pair = [copy.deepcopy(player).double() for player in pair]
    center = torch.randn(DATA)
    inputs = [
        (torch.tanh(center + 0.5 * torch.randn(BATCH, DATA)), torch.randn(BATCH, LATENT), torch.randn(BATCH, LATENT))
        for _ in range(STEPS)
    ]
    losses = {
        "non-saturating": (non_saturating, non_saturating_generator),
        "relativistic-pairing": (relativistic, relativistic_generator),
    }[objective]
    reports = train(*pair, inputs, *losses)
    double_reports = train(*double_pair, [[t.double() for t in step] for step in inputs], *losses)
    return {
        "how": (
            f"{title}. Made by bench/peers/fixture-mlp.py with PyTorch {torch.__version__}, "
            f"Python {platform.python_version()}, one thread of an {platform.machine()} CPU, float32, seed {SEED}. "
            "A step: fake = generator(discriminatorLatent) without gradient; the discriminator descends its loss on "
            "(real, fake); then the generator descends its loss on generator(generatorLatent) through the updated "
            "discriminator, with the same real batch where the loss asks for one. Losses are those before the update. "
            "Weights are row-major [in, out]; real [batch, data] and latents [batch, latent] row-major; "
            "read the numbers into a Float32Array for the very floats."
            + (
                " BatchNorm1d is in training mode: biased variance normalizes, and the running statistics "
                "(momentum 0.1, unbiased variance) move in both half steps, twice an iteration. "
                "The dense layer before it has no bias (null)."
                if batch_norm
                else ""
            )
        ),
        "objective": objective,
        "gamma": GAMMA if objective == "relativistic-pairing" else 0,
        "sizes": {"batch": BATCH, "latent": LATENT, "hidden": HIDDEN, "data": DATA},
        "adam": {"learningRate": LEARNING_RATE, "beta1": BETAS[0], "beta2": BETAS[1], "epsilon": EPSILON},
        **({"batchNorm": {"epsilon": 1e-5, "momentum": 0.1}} if batch_norm else {}),
        "initial": {"generator": initial[0], "discriminator": initial[1]},
        "steps": [
            {
                "real": numbers(real),
                "discriminatorLatent": numbers(discriminator_latent),
                "generatorLatent": numbers(generator_latent),
                **{name: numbers(value)[0] for name, value in report.items()},
            }
            for (real, discriminator_latent, generator_latent), report in zip(inputs, reports)
        ],
        "final": {"generator": described(pair[0]), "discriminator": described(pair[1])},
        "float64Deviation": deviation((pair, reports), (double_pair, double_reports)),
    }


torch.set_num_threads(1)
for name, made in {
    "torch-mlp-game": fixture("The plain game of two small dense networks", "non-saturating"),
    "torch-mlp-r1r2": fixture(
        "The relativistic pairing game with both zero-centered gradient penalties, gamma/2 (R1 + R2), second derivatives "
        "taken; discriminatorLoss includes them, r1 and r2 are the bare penalties",
        "relativistic-pairing",
    ),
    "torch-batchnorm-game": fixture(
        "The plain game with batch normalization after the generator's first dense layer", "non-saturating", True
    ),
}.items():
    path = FIXTURES / f"{name}.json"
    path.write_text(json.dumps(made, separators=(",", ":")) + "\n")
    first, last = made["steps"][0], made["steps"][-1]
    print(
        f"{path.name}: {path.stat().st_size // 1024} KB, "
        f"losses {first['discriminatorLoss']:.4f} {first['generatorLoss']:.4f} -> "
        f"{last['discriminatorLoss']:.4f} {last['generatorLoss']:.4f}, float64 deviation {made['float64Deviation']}"
    )
