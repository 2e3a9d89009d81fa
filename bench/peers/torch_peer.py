"""PyTorch on the CPU: torch_peer.py MODE GAME [FOLDER]

eager, foreach and fused are Adam's three implementations; compile is torch.compile of both losses (their backward passes
with them) and fused Adam. Images are NCHW but in channels-last, which takes fused Adam, and channels-last-compile, which
compiles as well. FOLDER: see agreement.py. Not named torch.py: a script's own folder comes first among its imports.
"""

import sys
from math import prod

from agreement import agree
from peer import RULES, Batches, game_of, serve, training_set, with_next, words

import torch
import torch.nn.functional as F
from torch import nn

MODE, GAME, *FOLDER = sys.argv[1:]
MODES = {
    "eager": {"foreach": False},
    "foreach": {"foreach": True},
    "fused": {"fused": True},
    "compile": {"fused": True},
    "channels-last": {"fused": True},
    "channels-last-compile": {"fused": True},
}
LAST, COMPILED = MODE.startswith("channels-last"), MODE.endswith("compile")
game = game_of(GAME)
batch, gamma = game.batch, game.gamma


class Residual(nn.Module):
    def __init__(self, branch):
        super().__init__()
        self.branch = branch

    def forward(self, x):
        return x + self.branch(x)


def stack(table, shape):
    """The layers of a table for inputs of that shape ([n] or [c, h, w]), and the shape of what they give."""
    layers = []
    for layer, normed in with_next(table):
        kind, arguments = words(layer)
        if kind == "residual":
            module, shape = stack(arguments, shape)
            module = Residual(module)
        elif kind == "dense":
            module, shape = nn.Linear(shape[0], arguments[0]), arguments
        elif kind == "image":
            h, w, c = arguments
            module, shape = nn.Unflatten(1, (c, h, w)), [c, h, w]
        elif kind == "flatten":
            module, shape = nn.Flatten(), [prod(shape)]
        elif kind in ("down", "up", "conv"):
            channels, (units, *kernel) = shape[0], arguments
            if kind == "conv":
                module, factor = nn.Conv2d(channels, units, kernel[0], padding=kernel[0] // 2, bias=not normed), 1
            elif kind == "down":
                module, factor = nn.Conv2d(channels, units, 4, 2, 1, bias=not normed), 1 / 2
            else:
                module, factor = nn.ConvTranspose2d(channels, units, 4, 2, 1, bias=not normed), 2
            shape = [units, int(shape[1] * factor), int(shape[2] * factor)]
        elif kind == "norm":
            module = nn.BatchNorm2d(shape[0])
        elif kind == "double":
            module, shape = nn.Upsample(scale_factor=2), [shape[0], 2 * shape[1], 2 * shape[2]]
        elif kind == "halve":
            module, shape = nn.AvgPool2d(2), [shape[0], shape[1] // 2, shape[2] // 2]
        else:
            module = {"leaky": lambda: nn.LeakyReLU(RULES["leakyReluSlope"]), "tanh": nn.Tanh}[kind]()
        layers.append(module)
    return nn.Sequential(*layers), shape


class Game:
    def __init__(self):
        shape = game.image if len(game.image) == 1 else [game.image[2], *game.image[:2]]
        self.generator, made = stack(game.generator, [game.latent])
        self.discriminator, logits = stack(game.discriminator, shape)
        assert made == shape and logits == [1]
        if LAST:
            self.generator.to(memory_format=torch.channels_last)
            self.discriminator.to(memory_format=torch.channels_last)
        adam = {"lr": RULES["learningRate"], "betas": (RULES["beta1"], RULES["beta2"]), "eps": RULES["epsilon"]}
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), **adam, **MODES[MODE])
        self.discriminator_optimizer = torch.optim.Adam(self.discriminator.parameters(), **adam, **MODES[MODE])
        losses = {
            "non-saturating": (self.non_saturating, self.non_saturating_generator),
            "relativistic-pairing": (self.relativistic, self.relativistic_generator),
        }[game.objective]
        self.discriminator_loss, self.generator_loss = [torch.compile(loss) if COMPILED else loss for loss in losses]

    def judged(self, inputs):
        """The discriminator's logits, and the mean squared length of their gradient in the inputs."""
        if COMPILED:  # differentiates a compiled torch.autograd.grad no further, but torch.func's it does
            total = lambda x: (lambda logits: (logits.sum(), logits))(self.discriminator(x))
            gradient, logits = torch.func.grad(total, has_aux=True)(inputs)
        else:
            inputs = inputs.detach().requires_grad_()
            logits = self.discriminator(inputs)
            (gradient,) = torch.autograd.grad(logits.sum(), inputs, create_graph=True)
        return logits, gradient.square().flatten(1).sum(1).mean()

    def non_saturating(self, real, z):
        with torch.no_grad():
            fake = self.generator(z)
        return F.softplus(-self.discriminator(real)).mean() + F.softplus(self.discriminator(fake)).mean()

    def relativistic(self, real, z):
        with torch.no_grad():
            fake = self.generator(z)
        (real_logits, r1), (fake_logits, r2) = self.judged(real), self.judged(fake)
        return F.softplus(-(real_logits - fake_logits)).mean() + gamma / 2 * (r1 + r2)

    def non_saturating_generator(self, real, z):
        return F.softplus(-self.discriminator(self.generator(z))).mean()

    def relativistic_generator(self, real, z):
        with torch.no_grad():
            real_logits = self.discriminator(real)
        return F.softplus(-(self.discriminator(self.generator(z)) - real_logits)).mean()

    def step(self, real, noise):
        """Both half steps for real samples as bytes; `noise()` gives latents."""
        real = real.float().mul_(2 / 255).sub_(1)
        self.discriminator_optimizer.zero_grad(set_to_none=True)
        loss_d = self.discriminator_loss(real, noise())
        loss_d.backward()
        self.discriminator_optimizer.step()

        self.discriminator.requires_grad_(False)  # spares the gradients that the generator's step has no use for
        self.generator_optimizer.zero_grad(set_to_none=True)
        loss_g = self.generator_loss(real, noise())
        loss_g.backward()
        self.generator_optimizer.step()
        self.discriminator.requires_grad_(True)
        return loss_d, loss_g


def images(pixels):
    """Samples as a user of the mode keeps them: rows as they are, images [n, c, h, w], laid out as [n, h, w, c] for channels last."""
    if len(game.image) == 1:
        return pixels
    h, w, c = game.image
    return pixels.view(-1, h, w, c).permute(0, 3, 1, 2) if LAST else pixels.view(-1, c, h, w)


def prepare(data):
    pixels = images(torch.from_numpy(data))
    played = Game()
    batches = Batches(torch.randperm, game)

    def run(steps):
        for _ in range(steps):
            losses = played.step(pixels[batches.next()], lambda: torch.randn(batch, game.latent))
        return [loss.item() for loss in losses]

    players = (played.generator, played.discriminator)
    return run, [sum(parameter.numel() for parameter in player.parameters()) for player in players]


def given(arrays):
    """The step of a game whose parameters are given, for agreement.py: see there."""
    played = Game()
    h, w, c = game.image
    with torch.no_grad():
        for player, table in ((played.generator, game.generator), (played.discriminator, game.discriminator)):
            parameters = list(player.parameters())
            for parameter, value in zip(parameters, in_torch_order(table, arrays[: len(parameters)]), strict=True):
                parameter.copy_(torch.from_numpy(value.copy()).view(parameter.shape))
            arrays = arrays[len(parameters) :]
    assert not arrays

    def step(real, latents):
        real = torch.from_numpy(real).view(-1, h, w, c).permute(0, 3, 1, 2)
        noises = iter([torch.from_numpy(latent) for latent in latents])
        return [loss.item() for loss in played.step(real if LAST else real.contiguous(), lambda: next(noises))]

    return step


def in_torch_order(table, arrays):
    """Parameters as Forger keeps them (channels and outputs last), in PyTorch's order of axes."""
    kinds = [words(layer) for layer in table]
    made = next((shape for kind, shape in kinds if kind == "image"), None)  # what vectors become images of
    channels = [numbers[0] for kind, numbers in kinds if kind in ("down", "up", "conv")][-1]
    for value in arrays:
        if value.ndim == 4:
            yield value.transpose(3, 2, 0, 1)
        elif made and value.shape[-1] == prod(made):
            yield channels_first(value, made[2]).T
        elif value.ndim == 2:  # looks at a flattened image
            yield channels_first(value.T, channels)
        else:
            yield value


def channels_first(value, channels):
    """The last axis from [h, w, c] to [c, h, w]."""
    return value.reshape(*value.shape[:-1], -1, channels).swapaxes(-1, -2).reshape(value.shape)


torch.manual_seed(1)
torch.set_num_threads(RULES["threads"])
if FOLDER:
    agree(FOLDER[0], given)
else:
    serve(torch.__version__, prepare, lambda: training_set(game))
