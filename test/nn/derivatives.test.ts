import fc from 'fast-check'
import { describe, it } from 'vitest'
import { embedding, evaluation } from '../../src/nn/index.ts'
import { add, literal, mul, sin } from '../../src/tensor/operations/index.ts'
import { derivativesAgree } from '../tensor/finite-differences.ts'
import type { Case } from '../tensor/finite-differences.ts'
import { catalogue, random } from './catalogue.ts'
import type { Sample } from './catalogue.ts'

/**
 * A layer as a function of its input and its parameters, in evaluation, where spectral normalization leaves its vectors alone. Small
 * numbers and a sine, so that second derivatives are there and finite differences hold; parameters near those of the beginning, to
 * which the singular vectors belong.
 */
function caseOf({ layer, batch, shape }: Sample): Case {
  const { parameters, buffers } = layer.init(shape, random())
  const names = Object.keys(parameters)
  return {
    shapes: [[batch, ...shape], ...names.map((name) => parameters[name].shape)],
    build: (inputs) => {
      const [x, ...changes] = inputs
      const own = Object.fromEntries(names.map((name, i) => [name, add(parameters[name], mul(changes[i], 0.03))]))
      return sin(layer.apply({ parameters: own, buffers }, mul(x, 0.1), evaluation).output)
    },
  }
}

const embedded: Case = {
  shapes: [[3, 2]],
  build: ([weight]) =>
    sin(
      embedding(3, 2).apply({ parameters: { weight }, buffers: {} }, literal([2, 0, 2], [3], 'i32'), evaluation).output,
    ),
}

describe('first and second derivatives of layers agree with finite differences', () => {
  it.each(Object.entries(catalogue))('%s', (_name, samples) =>
    fc.assert(derivativesAgree(samples.map(caseOf)), { numRuns: 8 }),
  )

  it('embedding', () => fc.assert(derivativesAgree(fc.constant(embedded)), { numRuns: 5 }))
})
