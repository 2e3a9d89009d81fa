import { inUse } from '../nn/layer.ts'
import { compile } from '../runtime/compile.ts'
import { readFloats, write } from '../runtime/device.ts'
import { reshape } from '../tensor/operations/index.ts'
import { sizeOf } from '../tensor/shape.ts'
import { withPath } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { givenOf } from './labeled.ts'
import { logitsOf } from './look.ts'
import type { Trainer } from './trainer.ts'

/**
 * What a discriminator that is in use, not learning, gives for samples [count, ...dataShape] in the data's range: a logit each, the higher
 * the more real. In games with classes, each sample is taken for one of the class that its label says.
 */
export type Scorer = (samples: Float32Array, labelOf: (sample: number) => number) => Promise<Float32Array>

/** Samples are shown this many at a time. */
const block = 100

/** A scorer for the discriminator of a trainer, as it is at any time; compiled when it is first used. */
export function createScorer({ device, game, variables }: Trainer): Scorer {
  const { condition, discriminator, dataShape } = game
  const size = sizeOf(dataShape)
  const tensorsOf = (kind: string): Record<string, Tensor> => {
    const prefix = `discriminator.${kind}.`
    return Object.fromEntries(
      [...variables].flatMap(([name, { tensor }]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
      ),
    )
  }
  const prepare = async () => {
    const shown = device.variable('scoredSamples', [block, ...dataShape])
    const indices = condition ? device.variable('scoredLabels', [block], 'i32') : null
    const logits = device.variable('scores', [block])
    const labels = condition && indices ? { indices: indices.tensor, classes: condition.classes } : null
    const state = { parameters: tensorsOf('parameters'), buffers: tensorsOf('buffers') }
    const { output } = withPath('discriminator', () => discriminator.apply(state, shown.tensor, inUse(givenOf(labels))))
    const program = await compile(device, {
      updates: [[logits, reshape(logitsOf(condition, output), [block])]],
      report: {},
    })
    return { shown, indices, logits, program }
  }
  let prepared: ReturnType<typeof prepare> | undefined
  return async (samples, labelOf) => {
    const { shown, indices, logits, program } = await (prepared ??= prepare())
    const scores = new Float32Array(samples.length / size)
    for (let first = 0; first < scores.length; first += block) {
      const some = new Float32Array(block * size)
      some.set(samples.subarray(first * size, Math.min(first + block, scores.length) * size))
      write(device, shown, some)
      const wanted = (_: unknown, at: number) => labelOf(Math.min(first + at, scores.length - 1))
      if (indices) write(device, indices, Int32Array.from({ length: block }, wanted))
      await program.run()
      scores.set(readFloats(device, logits.tensor).subarray(0, scores.length - first), first)
    }
    return scores
  }
}
