import type { DType, ElementwiseName } from '../tensor/tensor.ts'
import { f32x4, i32x4, op } from './emit.ts'
import type { Code, FunctionContext, Local } from './emit.ts'
import { cos, exp, log, multiplyAdd, sigmoid, sin, softplus, tanh } from './math.ts'
import type { VectorFunction } from './math.ts'

/** What surrounds a function: where it gets locals, whether relaxed instructions are forbidden, its operands' type, its parameter. */
export interface Surroundings {
  readonly f: FunctionContext
  readonly strict: boolean
  readonly dtype: DType
  readonly parameter: number
}

type Emitter = (operands: readonly Code[], surroundings: Surroundings) => Code

const oneMask = (mask: Code, one: Code): Code => op('v128.and', mask, one)

/** The same function on floats and on integers. */
const typed =
  (float: (operands: readonly Code[]) => Code, integer: (operands: readonly Code[]) => Code): Emitter =>
  (operands, { dtype }) =>
    dtype === 'f32' ? float(operands) : integer(operands)

const direct: Partial<Record<ElementwiseName, Emitter>> = {
  neg: typed(
    ([a]) => op('f32x4.neg', a),
    ([a]) => op('i32x4.neg', a),
  ),
  abs: typed(
    ([a]) => op('f32x4.abs', a),
    ([a]) => op('i32x4.abs', a),
  ),
  sqrt: ([a]) => op('f32x4.sqrt', a),
  floor: ([a]) => op('f32x4.floor', a),
  // max(x, slope * x), as the slope is at most 1; for slope 0 the product would turn infinity into NaN.
  leakyRelu: ([a], { parameter }) =>
    op('f32x4.max', a, parameter === 0 ? f32x4(0) : op('f32x4.mul', a, f32x4(parameter))),
  add: typed(
    ([a, b]) => op('f32x4.add', a, b),
    ([a, b]) => op('i32x4.add', a, b),
  ),
  sub: typed(
    ([a, b]) => op('f32x4.sub', a, b),
    ([a, b]) => op('i32x4.sub', a, b),
  ),
  mul: typed(
    ([a, b]) => op('f32x4.mul', a, b),
    ([a, b]) => op('i32x4.mul', a, b),
  ),
  div: ([a, b]) => op('f32x4.div', a, b),
  max: typed(
    ([a, b]) => op('f32x4.max', a, b),
    ([a, b]) => op('i32x4.max_s', a, b),
  ),
  min: typed(
    ([a, b]) => op('f32x4.min', a, b),
    ([a, b]) => op('i32x4.min_s', a, b),
  ),
  less: typed(
    ([a, b]) => op('f32x4.lt', a, b),
    ([a, b]) => op('i32x4.lt_s', a, b),
  ),
  lessEqual: typed(
    ([a, b]) => op('f32x4.le', a, b),
    ([a, b]) => op('i32x4.le_s', a, b),
  ),
  equal: typed(
    ([a, b]) => op('f32x4.eq', a, b),
    ([a, b]) => op('i32x4.eq', a, b),
  ),
  and: ([a, b]) => op('v128.and', a, b),
  or: ([a, b]) => op('v128.or', a, b),
  not: ([a]) => op('v128.not', a),
  select: ([condition, yes, no]) => op('v128.bitselect', yes, no, condition),
  castF32: ([a], { dtype }) => (dtype === 'bool' ? oneMask(a, f32x4(1)) : op('f32x4.convert_i32x4_s', a)),
  castI32: ([a], { dtype }) => {
    if (dtype === 'bool') return oneMask(a, i32x4(1))
    return dtype === 'f32' ? op('i32x4.trunc_sat_f32x4_s', a) : a
  },
}

const transcendental: Partial<Record<ElementwiseName, VectorFunction>> = { exp, log, sin, cos, tanh, sigmoid, softplus }

/** A vector operand: code that leaves it on the stack, and the local that holds it, if one does. */
export interface Operand {
  readonly code: Code
  readonly local: Local | null
}

/** Whether a function's instructions read each operand once; the others need their operands in locals. */
export const readsOnce = (name: ElementwiseName): boolean => transcendental[name] === undefined && name !== 'leakyRelu'

/** Code that leaves an elementwise function of the operands' lanes on the stack. */
export function applyElementwise(
  name: ElementwiseName,
  surroundings: Surroundings,
  operands: readonly Operand[],
): Code {
  const { f, strict } = surroundings
  const vectorFunction = transcendental[name]
  if (vectorFunction) {
    const [{ local }] = operands
    if (local === null) throw new Error(`the operand of ${name} is in no local`)
    return vectorFunction({ local: f.local, madd: multiplyAdd(strict) }, local)
  }
  const emitter = direct[name]
  if (emitter === undefined) throw new Error(`no instructions for ${name}`)
  return emitter(
    operands.map(({ code }) => code),
    surroundings,
  )
}
