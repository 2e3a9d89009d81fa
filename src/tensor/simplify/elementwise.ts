import { onNumbers } from '../elementwise/function.ts'
import { elementwiseFunctions } from '../elementwise/table.ts'
import { broadcast, constant } from '../operations/index.ts'
import { commonShape, sameShape } from '../shape.ts'
import { isKind, makeTensor } from '../tensor.ts'
import type { Shape, Tensor } from '../tensor.ts'
import { isUniform, uniform } from './match.ts'
import type { Rule } from './match.ts'

/** Whether the two operands may change places. If so, the rules expect a number that is the same everywhere on the right. */
export const isCommutative = (x: Tensor): boolean =>
  isKind(x, 'elementwise') && elementwiseFunctions[x.primitive.name].commutes === true

const withNeutral: Rule<'elementwise'> = ({ primitive: { name }, inputs: [a, b] }) => {
  const { neutral } = elementwiseFunctions[name]
  return neutral !== undefined && isUniform(b, neutral) ? a : null
}

const withAbsorbing: Rule<'elementwise'> = (tensor) => {
  const { absorbing } = elementwiseFunctions[tensor.primitive.name]
  return absorbing !== undefined && isUniform(tensor.inputs[1], absorbing) ? uniform(absorbing, tensor) : null
}

/** Constants are computed now, in float64. */
const fold: Rule<'elementwise'> = ({ primitive: { name, parameter }, inputs, dtype }) => {
  const values = inputs.map((input) => (isKind(input, 'constant') ? input.primitive.value : null))
  if (values.includes(null)) return null
  const [a, b = 0, c = 0] = values.map(Number)
  return constant(onNumbers(elementwiseFunctions[name], dtype)(a, b, c, parameter), dtype)
}

/** What is repeated alike in all inputs is computed once and then repeated. */
const narrow: Rule<'elementwise'> = ({ primitive, inputs, shape, dtype }) => {
  const sources = inputs.map((input) => (isKind(input, 'broadcast') ? input.inputs[0] : input))
  const common = sources.reduce<Shape>((sofar, source) => commonShape(sofar, source.shape) ?? shape, [])
  if (sameShape(common, shape)) return null
  return broadcast(
    makeTensor(
      primitive,
      sources.map((source) => broadcast(source, common)),
      common,
      dtype,
    ),
    shape,
  )
}

export const elementwiseSimplifications: readonly Rule<'elementwise'>[] = [
  withNeutral,
  withAbsorbing,
  ({ primitive: { name }, inputs }) => elementwiseFunctions[name].simplify?.(...inputs) ?? null,
  fold,
  narrow,
]
