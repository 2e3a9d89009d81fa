import fc from 'fast-check'
import { describe, it } from 'vitest'
import { inUse } from '../../src/nn/index.ts'
import { add, input, literal, mul, sin } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { wholeSpread } from '../onnx/onnx-runtime.ts'
import { derivativesAgree } from '../tensor/finite-differences.ts'
import type { Case } from '../tensor/finite-differences.ts'
import { catalogue, random } from './catalogue.ts'
import type { Sample } from './catalogue.ts'

/**
 * A layer as a function of its input, its parameters and the numbers it is given, in use, where spectral normalization leaves its vectors
 * alone and where equal streams draw equal numbers. Small numbers and a sine, so that second derivatives are there and finite differences
 * hold; parameters near those of the beginning, to which the singular vectors belong.
 */
function caseOf({ layer, batch, shape, count, fields = {} }: Sample): Case {
  const { parameters, buffers } = layer.init(shape, random(), fields)
  const whole = (own: readonly number[], most: number) =>
    literal(wholeSpread([batch, ...own], 1, 0, most), [batch, ...own], 'i32')
  const names = Object.keys(parameters)
  const numbers = Object.entries(fields).filter(([, { kind }]) => kind === 'numbers')
  const fixed = Object.entries(fields).flatMap(([name, field]) =>
    field.kind === 'whole' ? [[name, whole(field.shape, field.count)] as const] : [],
  )
  return {
    shapes: [
      ...(count === undefined ? [[batch, ...shape]] : []),
      ...names.map((name) => parameters[name].shape),
      ...numbers.map(([, field]) => [batch, ...field.shape]),
    ],
    build: (inputs) => {
      const rest = [...inputs]
      const next = (): Tensor => rest.shift() ?? input('none', [])
      const x = count === undefined ? mul(next(), 0.1) : whole(shape, count)
      const own = Object.fromEntries(names.map((name) => [name, add(parameters[name], mul(next(), 0.03))]))
      const given = Object.fromEntries([...numbers.map(([name]) => [name, mul(next(), 0.1)] as const), ...fixed])
      return sin(layer.apply({ parameters: own, buffers }, x, inUse(given, random())).output)
    },
  }
}

describe('first and second derivatives of layers agree with finite differences', () => {
  it.each(Object.entries(catalogue))('%s', (_name, samples) =>
    fc.assert(derivativesAgree(samples.map(caseOf)), { numRuns: 8 }),
  )
})
