"""JAX on the CPU: jax_peer.py jit|scan big|small|r1r2

jit compiles a whole iteration and donates its state; scan puts CHUNK iterations into one compiled loop (and has no
result before the first CHUNK is through).
"""

import sys

from peer import RULES, Batches, serve

import jax
import jax.numpy as jnp
import numpy
from jax.nn import softplus

MODE, GAME = sys.argv[1:3]
CHUNK = 10
game = RULES["games"][GAME]
batch, gamma = RULES["batch"], game["gamma"]


def init(widths, key):
    bound = lambda inputs: 1 / inputs**0.5
    return [
        (jax.random.uniform(k, (i, o), minval=-bound(i), maxval=bound(i)), jnp.zeros(o))
        for i, o, k in zip(widths, widths[1:], jax.random.split(key, len(widths) - 1))
    ]


def dense(layers, x):
    for weight, bias in layers[:-1]:
        x = jax.nn.leaky_relu(x @ weight + bias, RULES["leakyReluSlope"])
    weight, bias = layers[-1]
    return x @ weight + bias


def generate(generator, z):
    return jnp.tanh(dense(generator, z))


def judged(discriminator, inputs):
    """The discriminator's logits, and the mean squared length of their gradient in the inputs."""
    total = lambda x: (lambda logits: (logits.sum(), logits))(dense(discriminator, x))
    gradient, logits = jax.grad(total, has_aux=True)(inputs)
    return logits, jnp.square(gradient).sum(1).mean()


def non_saturating(discriminator, real, fake):
    return softplus(-dense(discriminator, real)).mean() + softplus(dense(discriminator, fake)).mean()


def relativistic(discriminator, real, fake):
    (real_logits, r1), (fake_logits, r2) = judged(discriminator, real), judged(discriminator, fake)
    return softplus(-(real_logits - fake_logits)).mean() + gamma / 2 * (r1 + r2)


def non_saturating_generator(generator, discriminator, real, z):
    return softplus(-dense(discriminator, generate(generator, z))).mean()


def relativistic_generator(generator, discriminator, real, z):
    return softplus(-(dense(discriminator, generate(generator, z)) - dense(discriminator, real))).mean()


discriminator_loss, generator_loss = {
    "non-saturating": (non_saturating, non_saturating_generator),
    "relativistic-pairing": (relativistic, relativistic_generator),
}[game["objective"]]


def adam(parameters, gradients, first, second, count):
    beta1, beta2 = RULES["beta1"], RULES["beta2"]
    first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, second, gradients)
    correct1, correct2 = 1 - beta1**count, 1 - beta2**count
    update = lambda p, m, v: p - RULES["learningRate"] * (m / correct1) / (jnp.sqrt(v / correct2) + RULES["epsilon"])
    return jax.tree.map(update, parameters, first, second), first, second


def step(state, pixels):
    generator, discriminator, generator_moments, discriminator_moments, count, key = state
    key, key_d, key_g = jax.random.split(key, 3)
    count = count + 1
    latent = game["generator"][0]
    real = pixels.astype(jnp.float32) * (2 / 255) - 1

    fake = generate(generator, jax.random.normal(key_d, (batch, latent)))
    loss_d, gradients = jax.value_and_grad(discriminator_loss)(discriminator, real, fake)
    discriminator, *discriminator_moments = adam(discriminator, gradients, *discriminator_moments, count)

    z = jax.random.normal(key_g, (batch, latent))
    loss_g, gradients = jax.value_and_grad(generator_loss)(generator, discriminator, real, z)
    generator, *generator_moments = adam(generator, gradients, *generator_moments, count)
    return (generator, discriminator, generator_moments, discriminator_moments, count, key), (loss_d, loss_g)


def prepare(data):
    key_g, key_d, key = jax.random.split(jax.random.key(1), 3)
    generator, discriminator = init(game["generator"], key_g), init(game["discriminator"], key_d)
    zeros = lambda tree: [jax.tree.map(jnp.zeros_like, tree) for _ in range(2)]
    state = (generator, discriminator, zeros(generator), zeros(discriminator), jnp.zeros(()), key)
    batches = Batches(numpy.random.default_rng(2).permutation)
    one = jax.jit(step, donate_argnums=0)
    many = jax.jit(lambda state, pixels: jax.lax.scan(step, state, pixels), donate_argnums=0)

    def run(steps):
        nonlocal state
        chunks = steps // CHUNK if MODE == "scan" else 0
        for _ in range(chunks):
            state, losses = many(state, numpy.stack([data[batches.next()] for _ in range(CHUNK)]))
            losses = [loss[-1] for loss in losses]
        for _ in range(steps - chunks * CHUNK):
            state, losses = one(state, data[batches.next()])
        jax.block_until_ready(state)
        return [float(loss) for loss in losses]

    return run


serve(jax.__version__, prepare, first=CHUNK if MODE == "scan" else 1)
