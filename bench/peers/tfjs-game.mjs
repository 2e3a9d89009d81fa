// The games in TensorFlow.js, on the backend that is set, for Node and for pages.

import { initialLayers, minibatches, rules } from './stand-in.mjs'

const { batch, pixels } = rules

/**
 * Prepares a game; gives train(steps), which resolves to the last step's losses.
 * @param tf the package
 */
export async function prepareTfjs(tf, gameName, bytes) {
  const game = rules.games[gameName]
  const latent = game.generator[0]
  const nextBatch = minibatches(bytes)

  const variables = (widths) =>
    initialLayers(widths).map(({ inputs, outputs, weight, bias }) => ({
      weight: tf.variable(tf.tensor2d(weight, [inputs, outputs])),
      bias: tf.variable(tf.tensor1d(bias)),
    }))
  const list = (layers) => layers.flatMap(({ weight, bias }) => [weight, bias])

  // The WebAssembly backend multiplies transposed matrices in a plain loop, 4 to 60 times slower than transposing first.
  tf.registerGradient({
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => tf.matMul(dy, tf.transpose(b)),
      b: () => tf.matMul(tf.transpose(a), dy),
    }),
  })

  // tf.leakyRelu's own gradient goes through tf.greater, which has none: second derivatives would stop there.
  const leakyRelu = tf.customGrad((a, save) => {
    const slope = tf.step(a, rules.leakyReluSlope)
    save([slope])
    return { value: tf.mul(a, slope), gradFunc: (dy, [saved]) => tf.mul(dy, saved) }
  })

  const dense = (layers, input) =>
    layers.reduce((x, { weight, bias }, i) => {
      const sum = tf.add(tf.matMul(x, weight), bias)
      return i + 1 < layers.length ? leakyRelu(sum) : sum
    }, input)

  const generator = variables(game.generator)
  const discriminator = variables(game.discriminator)
  const adam = () => tf.train.adam(rules.learningRate, rules.beta1, rules.beta2, rules.epsilon)
  const generatorAdam = adam()
  const discriminatorAdam = adam()
  const generate = (z) => tf.tanh(dense(generator, z))
  const judge = (x) => dense(discriminator, x)
  const noise = () => tf.randomNormal([batch, latent])
  const squaredGradient = (inputs) => {
    const gradient = tf.grad((x) => tf.sum(judge(x)))(inputs)
    return tf.mean(tf.sum(tf.square(gradient), 1))
  }

  const objectives = {
    'non-saturating': {
      discriminator: (real, fake) =>
        tf.add(tf.mean(tf.softplus(tf.neg(judge(real)))), tf.mean(tf.softplus(judge(fake)))),
      generator: (real, z) => tf.mean(tf.softplus(tf.neg(judge(generate(z))))),
    },
    'relativistic-pairing': {
      discriminator: (real, fake) => {
        const penalty = tf.mul(game.gamma / 2, tf.add(squaredGradient(real), squaredGradient(fake)))
        return tf.add(tf.mean(tf.softplus(tf.sub(judge(fake), judge(real)))), penalty)
      },
      generator: (real, z) => tf.mean(tf.softplus(tf.sub(judge(real), judge(generate(z))))),
    },
  }
  const objective = objectives[game.objective]

  function step() {
    const real = tf.tensor2d(nextBatch(), [batch, pixels])
    const fake = generate(noise())
    const lossD = discriminatorAdam.minimize(() => objective.discriminator(real, fake), true, list(discriminator))
    const z = noise()
    const lossG = generatorAdam.minimize(() => objective.generator(real, z), true, list(generator))
    return [lossD, lossG]
  }

  return async (steps) => {
    for (let i = 1; i < steps; i++) tf.tidy(() => void step())
    const losses = tf.tidy(step)
    const values = await Promise.all(losses.map((loss) => loss.data()))
    tf.dispose(losses)
    return values.map(([value]) => value)
  }
}
