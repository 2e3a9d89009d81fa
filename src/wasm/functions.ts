import type { DType, ElementwiseName } from '../tensor/tensor.ts'
import { f32x4, i32x4, op } from './emit.ts'
import type { Code, FunctionContext, Local, Mnemonic } from './emit.ts'
import { cos, exp, log, multiplyAdd, sigmoid, sin, softplus, tanh } from './math.ts'
import type { VectorFunction } from './math.ts'

/** What surrounds a function: where it gets locals, whether relaxed instructions are forbidden, its operands' type, its parameter. */
export interface Surroundings {
  readonly f: FunctionContext
  readonly strict: boolean
  readonly dtype: DType
  readonly parameter: number
}

/** A vector operand: code that leaves it on the stack, and the local that holds it, if one does. */
export interface Operand {
  readonly code: Code
  readonly local: Local | null
}

/** A function of vectors of four. */
interface Body {
  /** Whether its instructions read each operand once; the others need their operands in locals. */
  readonly readsOnce: boolean
  readonly code: (operands: readonly Operand[], surroundings: Surroundings) => Code
}

type Emitter = (operands: readonly Code[], surroundings: Surroundings) => Code

/** A function of few instructions. */
const inline = (emitter: Emitter, readsOnce = true): Body => ({
  readsOnce,
  code: (operands, surroundings) =>
    emitter(
      operands.map(({ code }) => code),
      surroundings,
    ),
})

/** One instruction for floats, and another for integers where there is one. */
const instruction = (float: Mnemonic, integer: Mnemonic = float): Body =>
  inline((operands, { dtype }) => op(dtype === 'f32' ? float : integer, ...operands))

/** A function of math.ts. */
const ofMath = (vectorFunction: VectorFunction): Body => ({
  readsOnce: false,
  code([{ local }], { f, strict }) {
    if (local === null) throw new Error('the operand of a function of math.ts is in no local')
    return vectorFunction({ local: f.local, madd: multiplyAdd(strict) }, local)
  },
})

const oneMask = (mask: Code, one: Code): Code => op('v128.and', mask, one)

const bodies: Readonly<Record<ElementwiseName, Body>> = {
  neg: instruction('f32x4.neg', 'i32x4.neg'),
  abs: instruction('f32x4.abs', 'i32x4.abs'),
  exp: ofMath(exp),
  log: ofMath(log),
  sqrt: instruction('f32x4.sqrt'),
  sin: ofMath(sin),
  cos: ofMath(cos),
  tanh: ofMath(tanh),
  sigmoid: ofMath(sigmoid),
  softplus: ofMath(softplus),
  floor: instruction('f32x4.floor'),
  round: instruction('f32x4.nearest'),
  // max(x, slope * x), as the slope is at most 1; for slope 0 the product would turn infinity into NaN.
  leakyRelu: inline(
    ([a], { parameter }) => op('f32x4.max', a, parameter === 0 ? f32x4(0) : op('f32x4.mul', a, f32x4(parameter))),
    false,
  ),
  add: instruction('f32x4.add', 'i32x4.add'),
  sub: instruction('f32x4.sub', 'i32x4.sub'),
  mul: instruction('f32x4.mul', 'i32x4.mul'),
  div: instruction('f32x4.div'),
  max: instruction('f32x4.max', 'i32x4.max_s'),
  min: instruction('f32x4.min', 'i32x4.min_s'),
  less: instruction('f32x4.lt', 'i32x4.lt_s'),
  lessEqual: instruction('f32x4.le', 'i32x4.le_s'),
  equal: instruction('f32x4.eq', 'i32x4.eq'),
  and: instruction('v128.and'),
  or: instruction('v128.or'),
  not: instruction('v128.not'),
  select: inline(([condition, yes, no]) => op('v128.bitselect', yes, no, condition)),
  castF32: inline(([a], { dtype }) => (dtype === 'bool' ? oneMask(a, f32x4(1)) : op('f32x4.convert_i32x4_s', a))),
  castI32: inline(([a], { dtype }) => {
    if (dtype === 'bool') return oneMask(a, i32x4(1))
    return dtype === 'f32' ? op('i32x4.trunc_sat_f32x4_s', a) : a
  }),
}

/** Whether a function's instructions read each operand once; the others need their operands in locals. */
export const readsOnce = (name: ElementwiseName): boolean => bodies[name].readsOnce

/** Code that leaves an elementwise function of the operands' lanes on the stack. */
export const applyElementwise = (
  name: ElementwiseName,
  surroundings: Surroundings,
  operands: readonly Operand[],
): Code => bodies[name].code(operands, surroundings)
