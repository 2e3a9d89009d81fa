// The games in jax-js, on its WebAssembly backend, for Node and for pages.
//
// Its functions own their arguments: `.ref` and `tree.ref` hand over one more reference to what is needed again.

import { minibatches, rules, rulesOf, uniformWeight } from './stand-in.mjs'

const { beta1, beta2 } = rules

/**
 * Prepares a game; gives train(steps), which resolves to the last step's losses.
 * @param jax the package
 */
export async function prepareJaxjs(jax, gameName, bytes) {
  const { grad, jit, lax, nn, numpy: np, random, tree, valueAndGrad } = jax
  const game = rulesOf(gameName)
  const { batch, latent, image } = game
  const words = (layer) => {
    const [kind, ...numbers] = layer.split(' ')
    return [kind, ...numbers.map(Number)]
  }
  const product = (shape) => shape.reduce((size, extent) => size * extent)
  /** Images have their channels first here. */
  const channelsFirst = ([height, width, channels]) => [channels, height, width]
  const sample = image.length === 3 ? channelsFirst(image) : image

  /** The first weights of a table's layers, nothing for those that have none. */
  function arrays(table, input) {
    let shape = input
    const affine = (weight, fan, units) => ({
      weight: np.array(uniformWeight(product(weight), fan), { shape: weight }),
      bias: np.zeros([units]),
    })
    return table.map((layer) => {
      const [kind, ...sizes] = words(layer)
      const [units] = sizes
      const [channels, height, width] = shape
      switch (kind) {
        case 'dense':
          shape = [units]
          return affine([channels, units], channels, units)
        case 'down':
          shape = [units, height / 2, width / 2]
          return affine([units, channels, 4, 4], 16 * channels, units)
        case 'up':
          shape = [units, height * 2, width * 2]
          return affine([channels, units, 4, 4], 16 * units, units)
        case 'image':
          shape = channelsFirst(sizes)
          return {}
        case 'flatten':
          shape = [product(shape)]
          return {}
        case 'leaky':
        case 'tanh':
          return {}
        default:
          throw new Error(`jax-js is not timed with layers of ${kind}`)
      }
    })
  }

  /** What a table's layers make of an input; the owner of their weights. */
  const through = (table, layers, input) =>
    table.reduce((x, layer, i) => {
      const [kind, ...sizes] = words(layer)
      const biased = (y) => (y.ndim === 4 ? y.add(layers[i].bias.reshape([1, -1, 1, 1])) : y.add(layers[i].bias))
      switch (kind) {
        case 'dense':
          return biased(np.matmul(x, layers[i].weight))
        case 'down':
          return biased(lax.convGeneralDilated(x, layers[i].weight, [2, 2], around(1)))
        case 'up':
          return biased(lax.convTranspose(x, layers[i].weight, [2, 2], around(1), { transposeKernel: true }))
        case 'image':
          return x.reshape([-1, ...channelsFirst(sizes)])
        case 'flatten':
          return x.reshape([x.shape[0], -1])
        case 'leaky':
          return nn.leakyRelu(x, rules.leakyReluSlope)
        default:
          return np.tanh(x)
      }
    }, input)

  const judge = (layers, input) => through(game.discriminator, layers, input)
  const generate = (generator, z) => through(game.generator, generator, z)
  const meanSoftplus = (x) => nn.softplus(x).mean()

  /** The discriminator's logits, and the mean squared length of their gradient in the inputs. */
  function judged(discriminator, inputs) {
    const total = (x) => {
      const logits = judge(tree.ref(discriminator), x)
      return [logits.ref.sum(), logits]
    }
    const [gradient, logits] = grad(total, { hasAux: true })(inputs)
    tree.dispose(discriminator)
    return [logits, np.square(gradient).sum(1).mean()]
  }

  const objectives = {
    'non-saturating': {
      discriminator: (discriminator, real, fake) => {
        const onReal = meanSoftplus(judge(tree.ref(discriminator), real).neg())
        return onReal.add(meanSoftplus(judge(discriminator, fake)))
      },
      generator: (generator, discriminator, real, z) => {
        real.dispose()
        return meanSoftplus(judge(discriminator, generate(generator, z)).neg())
      },
    },
    'relativistic-pairing': {
      discriminator: (discriminator, real, fake) => {
        const [realLogits, r1] = judged(tree.ref(discriminator), real)
        const [fakeLogits, r2] = judged(discriminator, fake)
        return meanSoftplus(fakeLogits.sub(realLogits)).add(r1.add(r2).mul(game.gamma / 2))
      },
      generator: (generator, discriminator, real, z) => {
        const realLogits = judge(tree.ref(discriminator), real)
        return meanSoftplus(realLogits.sub(judge(discriminator, generate(generator, z))))
      },
    },
  }
  const objective = objectives[game.objective]

  /** One update; `power1` and `power2` are the betas to the power of the step's number, for the bias corrections. */
  function adam(parameters, gradients, [first, second], power1, power2) {
    const newFirst = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), first, tree.ref(gradients))
    const newSecond = tree.map((v, g) => v.mul(beta2).add(np.square(g).mul(1 - beta2)), second, gradients)
    const correct1 = np.subtract(1, power1)
    const correct2 = np.subtract(1, power2)
    const update = (p, m, v) => {
      const size = np.sqrt(v.div(correct2.ref)).add(rules.epsilon)
      return p.sub(m.div(correct1.ref).div(size).mul(rules.learningRate))
    }
    const updated = tree.map(update, parameters, tree.ref(newFirst), tree.ref(newSecond))
    tree.dispose([correct1, correct2])
    return [updated, [newFirst, newSecond]]
  }

  function step({ generator, discriminator, generatorMoments, discriminatorMoments, powers, key }, real) {
    const [power1, power2] = [powers[0].mul(beta1), powers[1].mul(beta2)]
    const keys = random.split(key, 3)
    const keyAt = (i) => keys.ref.slice(i)

    const fake = generate(tree.ref(generator), random.normal(keyAt(1), [batch, latent]))
    const [lossD, gradientsD] = valueAndGrad(objective.discriminator)(tree.ref(discriminator), real.ref, fake)
    const [newDiscriminator, newDiscriminatorMoments] = adam(
      discriminator,
      gradientsD,
      discriminatorMoments,
      power1.ref,
      power2.ref,
    )

    const z = random.normal(keyAt(2), [batch, latent])
    const [lossG, gradientsG] = valueAndGrad(objective.generator)(
      tree.ref(generator),
      tree.ref(newDiscriminator),
      real,
      z,
    )
    const [newGenerator, newGeneratorMoments] = adam(generator, gradientsG, generatorMoments, power1.ref, power2.ref)

    const state = {
      generator: newGenerator,
      discriminator: newDiscriminator,
      generatorMoments: newGeneratorMoments,
      discriminatorMoments: newDiscriminatorMoments,
      powers: [power1, power2],
      key: keyAt(0),
    }
    keys.dispose()
    return [state, [lossD, lossG]]
  }

  const nextBatch = minibatches(bytes, game)
  await jax.init('wasm')
  jax.defaultDevice('wasm')
  const generator = arrays(game.generator, [latent])
  const discriminator = arrays(game.discriminator, sample)
  const moments = (layers) => [0, 1].map(() => tree.map((x) => np.zerosLike(x), tree.ref(layers)))
  let state = {
    generator,
    discriminator,
    generatorMoments: moments(generator),
    discriminatorMoments: moments(discriminator),
    powers: [np.array(1), np.array(1)],
    key: random.key(1),
  }
  const compiled = jit(step)

  return async (steps) => {
    let losses
    for (let i = 0; i < steps; i++) {
      tree.dispose(losses)
      ;[state, losses] = compiled(state, np.array(nextBatch(), { shape: [batch, ...sample] }))
      // Its work waits to be asked for, and holds its memory meanwhile: unasked, the penalties' game passes 4 GB.
      await jax.blockUntilReady(state)
    }
    return Promise.all(losses.map((loss) => loss.jsAsync()))
  }
}

/** Zeros on every side. */
const around = (zeros) => [
  [zeros, zeros],
  [zeros, zeros],
]
