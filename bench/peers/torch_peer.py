"""PyTorch on the CPU: torch_peer.py eager|foreach|fused|compile big|small|r1r2

eager, foreach and fused are Adam's three implementations; compile is torch.compile of both losses (their backward passes
with them) and fused Adam. Not named torch.py: a script's own folder comes first among its imports.
"""

import sys

from peer import RULES, Batches, serve

import torch
import torch.nn.functional as F
from torch import nn

MODE, GAME = sys.argv[1:3]
ADAM = {"eager": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}, "compile": {"fused": True}}
game = RULES["games"][GAME]
batch, gamma = RULES["batch"], game["gamma"]


def dense(widths, *output):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), nn.LeakyReLU(RULES["leakyReluSlope"])]
    return nn.Sequential(*layers[:-1], *output)


def prepare(data):
    pixels = torch.from_numpy(data)
    latent = game["generator"][0]
    generator, discriminator = dense(game["generator"], nn.Tanh()), dense(game["discriminator"])
    adam = {"lr": RULES["learningRate"], "betas": (RULES["beta1"], RULES["beta2"]), "eps": RULES["epsilon"], **ADAM[MODE]}
    generator_optimizer = torch.optim.Adam(generator.parameters(), **adam)
    discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), **adam)
    batches = Batches(torch.randperm)

    def judged(inputs):
        """The discriminator's logits, and the mean squared length of their gradient in the inputs."""
        if MODE == "compile":  # differentiates a compiled torch.autograd.grad no further, but torch.func's it does
            total = lambda x: (lambda logits: (logits.sum(), logits))(discriminator(x))
            gradient, logits = torch.func.grad(total, has_aux=True)(inputs)
        else:
            inputs = inputs.detach().requires_grad_()
            logits = discriminator(inputs)
            (gradient,) = torch.autograd.grad(logits.sum(), inputs, create_graph=True)
        return logits, gradient.square().sum(1).mean()

    def non_saturating(real, z):
        with torch.no_grad():
            fake = generator(z)
        return F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()

    def relativistic(real, z):
        with torch.no_grad():
            fake = generator(z)
        (real_logits, r1), (fake_logits, r2) = judged(real), judged(fake)
        return F.softplus(-(real_logits - fake_logits)).mean() + gamma / 2 * (r1 + r2)

    def non_saturating_generator(real, z):
        return F.softplus(-discriminator(generator(z))).mean()

    def relativistic_generator(real, z):
        with torch.no_grad():
            real_logits = discriminator(real)
        return F.softplus(-(discriminator(generator(z)) - real_logits)).mean()

    discriminator_loss, generator_loss = {
        "non-saturating": (non_saturating, non_saturating_generator),
        "relativistic-pairing": (relativistic, relativistic_generator),
    }[game["objective"]]
    if MODE == "compile":
        discriminator_loss, generator_loss = torch.compile(discriminator_loss), torch.compile(generator_loss)

    def step():
        real = pixels[batches.next()].float().mul_(2 / 255).sub_(1)
        discriminator_optimizer.zero_grad(set_to_none=True)
        loss_d = discriminator_loss(real, torch.randn(batch, latent))
        loss_d.backward()
        discriminator_optimizer.step()

        discriminator.requires_grad_(False)  # spares the gradients that the generator's step has no use for
        generator_optimizer.zero_grad(set_to_none=True)
        loss_g = generator_loss(real, torch.randn(batch, latent))
        loss_g.backward()
        generator_optimizer.step()
        discriminator.requires_grad_(True)
        return loss_d, loss_g

    def run(steps):
        for _ in range(steps):
            losses = step()
        return [loss.item() for loss in losses]

    return run


torch.manual_seed(1)
torch.set_num_threads(RULES["threads"])
serve(torch.__version__, prepare)
