"""JAX on the CPU: jax_peer.py jit|scan GAME [FOLDER]

jit compiles a whole iteration and donates its state; scan puts CHUNK iterations into one compiled loop (and has no
result before the first CHUNK is through). FOLDER: see agreement.py.
"""

import sys
from math import prod

from agreement import agree
from peer import RULES, Batches, game_of, serve, training_set, with_next, words

import jax
import jax.numpy as jnp
import numpy
from jax import lax
from jax.nn import softplus

MODE, GAME, *FOLDER = sys.argv[1:]
CHUNK = 10
game = game_of(GAME)
batch, gamma = game.batch, game.gamma
AXES = ("NHWC", "HWIO", "NHWC")
MOMENTUM, NORM_EPSILON = 0.1, 1e-5


def init(table, shape, key):
    """A table's parameters and running statistics, a tuple for each of its layers, and the shape of what it gives."""
    parameters, running = [], []
    for (layer, normed), key in zip(with_next(table), jax.random.split(key, len(table))):
        kind, arguments = words(layer)
        own, followed = (), ()
        if kind == "residual":
            own, followed, shape = init(arguments, shape, key)
        elif kind == "dense":
            own, shape = (uniform(key, (shape[0], arguments[0]), shape[0]), jnp.zeros(arguments[0])), arguments
        elif kind == "image":
            shape = arguments
        elif kind == "flatten":
            shape = [prod(shape)]
        elif kind in ("down", "up", "conv"):
            units, *others = arguments
            kernel, factor = {"down": (4, 1 / 2), "up": (4, 2), "conv": (others and others[0], 1)}[kind]
            inputs = kernel**2 * (units if kind == "up" else shape[2])  # as PyTorch counts them
            weight = uniform(key, (kernel, kernel, shape[2], units), inputs)
            own = (weight,) if normed else (weight, jnp.zeros(units))
            shape = [int(shape[0] * factor), int(shape[1] * factor), units]
        elif kind == "norm":
            own = followed = (jnp.ones(shape[2]), jnp.zeros(shape[2]))  # scale and shift; variance and mean
        elif kind == "double":
            shape = [2 * shape[0], 2 * shape[1], shape[2]]
        elif kind == "halve":
            shape = [shape[0] // 2, shape[1] // 2, shape[2]]
        parameters.append(own)
        running.append(jax.tree.map(jnp.copy, followed))
    return parameters, running, shape


def uniform(key, shape, inputs):
    return jax.random.uniform(key, shape, minval=-(inputs**-0.5), maxval=inputs**-0.5)


def apply(table, parameters, running, x):
    """What the layers make of x, and the running statistics afterwards."""
    after = []
    for layer, own, followed in zip(table, parameters, running):
        kind, arguments = words(layer)
        if kind == "residual":
            branch, followed = apply(arguments, own, followed, x)
            x = x + branch
        elif kind == "dense":
            x = x @ own[0] + own[1]
        elif kind == "image":
            x = x.reshape(-1, *arguments)
        elif kind == "flatten":
            x = x.reshape(x.shape[0], -1)
        elif kind in ("down", "up", "conv"):
            if kind == "up":
                x = lax.conv_transpose(x, own[0], (2, 2), "SAME", dimension_numbers=AXES)
            elif kind == "down":
                x = lax.conv_general_dilated(x, own[0], (2, 2), ((1, 1), (1, 1)), dimension_numbers=AXES)
            else:
                x = lax.conv_general_dilated(x, own[0], (1, 1), "SAME", dimension_numbers=AXES)
            x = x + own[1] if len(own) == 2 else x
        elif kind == "norm":
            count, mean, variance = prod(x.shape[:3]), x.mean((0, 1, 2)), x.var((0, 1, 2))
            x = (x - mean) * (lax.rsqrt(variance + NORM_EPSILON) * own[0]) + own[1]
            seen = lax.stop_gradient((variance * (count / (count - 1)), mean))
            followed = tuple(old + MOMENTUM * (new - old) for old, new in zip(followed, seen))
        elif kind == "double":
            x = x.repeat(2, 1).repeat(2, 2)
        elif kind == "halve":
            b, h, w, c = x.shape
            x = x.reshape(b, h // 2, 2, w // 2, 2, c).mean((2, 4))
        else:
            x = {"leaky": lambda: jax.nn.leaky_relu(x, RULES["leakyReluSlope"]), "tanh": lambda: jnp.tanh(x)}[kind]()
        after.append(followed)
    return x, after


def judged(discriminator, running, inputs):
    """The discriminator's logits, the mean squared length of their gradient in the inputs, its statistics afterwards."""

    def total(x):
        logits, after = apply(game.discriminator, discriminator, running, x)
        return logits.sum(), (logits, after)

    gradient, (logits, after) = jax.grad(total, has_aux=True)(inputs)
    return logits, jnp.square(gradient).reshape(batch, -1).sum(1).mean(), after


def non_saturating(discriminator, running, real, fake):
    real_logits, running = apply(game.discriminator, discriminator, running, real)
    fake_logits, running = apply(game.discriminator, discriminator, running, fake)
    return softplus(-real_logits).mean() + softplus(fake_logits).mean(), running


def relativistic(discriminator, running, real, fake):
    real_logits, r1, running = judged(discriminator, running, real)
    fake_logits, r2, running = judged(discriminator, running, fake)
    return softplus(-(real_logits - fake_logits)).mean() + gamma / 2 * (r1 + r2), running


def non_saturating_generator(generator, running, discriminator, running_d, real, z):
    fake, running = apply(game.generator, generator, running, z)
    logits, running_d = apply(game.discriminator, discriminator, running_d, fake)
    return softplus(-logits).mean(), (running, running_d)


def relativistic_generator(generator, running, discriminator, running_d, real, z):
    fake, running = apply(game.generator, generator, running, z)
    fake_logits, running_d = apply(game.discriminator, discriminator, running_d, fake)
    real_logits, running_d = apply(game.discriminator, discriminator, running_d, real)
    return softplus(-(fake_logits - real_logits)).mean(), (running, running_d)


discriminator_loss, generator_loss = {
    "non-saturating": (non_saturating, non_saturating_generator),
    "relativistic-pairing": (relativistic, relativistic_generator),
}[game.objective]


def adam(parameters, gradients, first, second, count):
    beta1, beta2 = RULES["beta1"], RULES["beta2"]
    first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, second, gradients)
    correct1, correct2 = 1 - beta1**count, 1 - beta2**count
    update = lambda p, m, v: p - RULES["learningRate"] * (m / correct1) / (jnp.sqrt(v / correct2) + RULES["epsilon"])
    return jax.tree.map(update, parameters, first, second), first, second


def half_steps(state, pixels, noises):
    """Both half steps for real samples as bytes and latents for each."""
    generator, discriminator, running, running_d, generator_moments, discriminator_moments, count = state
    count = count + 1
    real = pixels.astype(jnp.float32).reshape(batch, *game.image) * (2 / 255) - 1

    fake, running = apply(game.generator, generator, running, noises[0])
    differentiated = jax.value_and_grad(discriminator_loss, has_aux=True)
    (loss_d, running_d), gradients = differentiated(discriminator, running_d, real, fake)
    discriminator, *discriminator_moments = adam(discriminator, gradients, *discriminator_moments, count)

    differentiated = jax.value_and_grad(generator_loss, has_aux=True)
    (loss_g, (running, running_d)), gradients = differentiated(
        generator, running, discriminator, running_d, real, noises[1]
    )
    generator, *generator_moments = adam(generator, gradients, *generator_moments, count)
    state = (generator, discriminator, running, running_d, generator_moments, discriminator_moments, count)
    return state, (loss_d, loss_g)


def step(state, pixels):
    state, key = state
    key, key_d, key_g = jax.random.split(key, 3)
    noises = [jax.random.normal(k, (batch, game.latent)) for k in (key_d, key_g)]
    state, losses = half_steps(state, pixels, noises)
    return (state, key), losses


def initial():
    key_g, key_d = jax.random.split(jax.random.key(1))
    generator, running, made = init(game.generator, [game.latent], key_g)
    discriminator, running_d, logits = init(game.discriminator, game.image, key_d)
    assert made == game.image and logits == [1]
    return generator, discriminator, running, running_d


def whole(generator, discriminator, running, running_d):
    zeros = lambda tree: [jax.tree.map(jnp.zeros_like, tree) for _ in range(2)]
    return generator, discriminator, running, running_d, zeros(generator), zeros(discriminator), jnp.zeros(())


def prepare(data):
    players = initial()
    counts = [sum(array.size for array in jax.tree.leaves(player)) for player in players[:2]]
    state = whole(*players), jax.random.key(2)
    batches = Batches(numpy.random.default_rng(2).permutation, game)
    one = jax.jit(step, donate_argnums=0)
    many = jax.jit(lambda state, pixels: lax.scan(step, state, pixels), donate_argnums=0)

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

    return run, counts


def given(arrays):
    """The step of a game whose parameters are given, for agreement.py: see there."""
    generator, discriminator, *running = initial()
    arrays = iter(arrays)

    def take(table, parameters):
        taken = []
        for layer, own in zip(table, parameters):
            kind, arguments = words(layer)
            if kind == "residual":
                taken.append(take(arguments, own))
                continue
            values = [next(arrays) for _ in own]
            if kind == "up":  # Forger and PyTorch turn the kernel round and have its outputs before its inputs
                values[0] = values[0][::-1, ::-1].transpose(0, 1, 3, 2)
            taken.append(tuple(jnp.array(value.reshape(old.shape)) for value, old in zip(values, own)))
        return taken

    state = whole(take(game.generator, generator), take(game.discriminator, discriminator), *running)
    one = jax.jit(half_steps)

    def run(real, latents):
        nonlocal state
        state, losses = one(state, real, latents)
        return [float(loss) for loss in losses]

    return run


if FOLDER:
    agree(FOLDER[0], given)
else:
    serve(jax.__version__, prepare, lambda: training_set(game), first=CHUNK if MODE == "scan" else 1)
