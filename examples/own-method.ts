/**
 * A method of your own: three players. Beside a generator G and a discriminator D, an encoder E learns to find the latent of an
 * image, as D judges pairs: (x, E(x)) of real images against (G(z), z) (Donahue et al. 2017, "Adversarial Feature Learning"; Dumoulin et
 * al. 2017). Everything a run has comes with it:
 *
 *     forger train examples/own-method.ts --data mnist
 *     forger resume runs/bigan-1 --steps 9000
 */
import { layers, normalPrior, operations, optimizers, imageField, recipe, settings, tracePlayer } from 'forger-gan'
import type { Game, Reports, Tensor } from 'forger-gan'

const { dense, flatten, inUse, leakyRelu, reshape, stack, tanh } = layers
const { add, concat, mean, neg, softplus } = operations

/** What each player's curves are called. */
const reports = {
  discriminatorLoss: { tag: 'loss/discriminator', chart: 'Losses', title: 'discriminator', short: 'loss D' },
  generatorLoss: { tag: 'loss/generator and encoder', chart: 'Losses', title: 'generator and encoder', short: 'G, E' },
} as const satisfies Reports

type State = {
  readonly generator: layers.LayerVariables
  readonly encoder: layers.LayerVariables
  readonly discriminator: layers.LayerVariables
  readonly optimizers: {
    readonly generator: optimizers.OptimizerState
    readonly encoder: optimizers.OptimizerState
    readonly discriminator: optimizers.OptimizerState
  }
}

export default recipe({
  name: 'bigan',
  summary: 'three players: a generator, an encoder, and a discriminator of pairs',
  defaults: { batch: 128, learningRate: 2e-4, discriminatorSteps: 1, steps: 4000, minutes: 2 },
  settings: {
    latent: settings.latentSize.default(32).describe('numbers in one latent'),
    units: settings.layerUnits.default([512]).describe('units of the hidden layers of all players'),
  },
  game({ batch, dataShape, learningRate }, { latent, units }): Game<State> {
    const hidden = units.flatMap((count) => [dense(count), leakyRelu()])
    const size = dataShape.reduce((product, extent) => product * extent, 1)
    const generator = stack([...hidden, dense(size), tanh(), reshape(dataShape)])
    const encoder = stack([flatten(), ...hidden, dense(latent)])
    const discriminator = stack([...hidden, dense(1)])
    const optimizer = optimizers.adam({ learningRate, beta1: 0.5 })
    const prior = normalPrior(latent)
    const image = imageField(dataShape, 'signed')

    return {
      example: { image },
      batch,
      minibatches: 1,
      init(random) {
        const g = generator.init([latent], random)
        const e = encoder.init(dataShape, random)
        const d = discriminator.init([size + latent], random)
        return {
          generator: { parameters: g.parameters, buffers: g.buffers },
          encoder: { parameters: e.parameters, buffers: e.buffers },
          discriminator: { parameters: d.parameters, buffers: d.buffers },
          optimizers: {
            generator: optimizer.init(g.parameters),
            encoder: optimizer.init(e.parameters),
            discriminator: optimizer.init(d.parameters),
          },
        }
      },
      stages: [
        {
          name: 'game',
          steps: null,
          reports,
          step(state, examples, random) {
            const begin = (name: 'generator' | 'encoder' | 'discriminator', layer: layers.Layer) =>
              tracePlayer({
                name,
                layer,
                variables: state[name],
                optimizer,
                optimizerState: state.optimizers[name],
                updates: random.source.step,
                random,
              })
            const [G, E, D] = [
              begin('generator', generator),
              begin('encoder', encoder),
              begin('discriminator', discriminator),
            ]
            const play = (player: typeof G, values: Tensor) => player.play({ values, given: {} }).output
            /** The logit that an image and a latent belong together as real ones do. */
            const judge = (x: Tensor, z: Tensor) => play(D, concat([operations.reshape(x, [batch, -1]), z], 1))

            // Real images with the latents that E finds, and latents with the images that G makes of them.
            const { image: x } = examples.next()
            const z = prior.sample({ random, batch, example: {}, imitates: 'image', trainingSamples: () => x })
            const [found, made] = [play(E, x), play(G, z)]
            const [real, fake] = [judge(x, found), judge(made, z)]

            // D tells both kinds of pairs apart; G and E make them alike, by the labels exchanged.
            const discriminatorLoss = add(mean(softplus(neg(real))), mean(softplus(fake)))
            const generatorLoss = add(mean(softplus(real)), mean(softplus(neg(fake))))
            G.descend(generatorLoss)
            E.descend(generatorLoss)
            D.descend(discriminatorLoss)

            return {
              state: {
                generator: G.variables,
                encoder: E.variables,
                discriminator: D.variables,
                optimizers: {
                  generator: G.optimizerState,
                  encoder: E.optimizerState,
                  discriminator: D.optimizerState,
                },
              },
              report: { discriminatorLoss, generatorLoss },
            }
          },
        },
      ],
      generation: {
        imitates: 'image',
        sample: image,
        prior,
        given: {},
        generate(state, latents, _given, random) {
          if (latents === null) throw new Error('it draws from latents')
          return generator.apply(state.generator, latents, inUse({}, random)).output
        },
      },
    }
  },
})
