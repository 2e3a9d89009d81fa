import type { ElementwiseName } from '../tensor/tensor.ts'
import type { AttributeProto } from './generated/onnx_pb.ts'
import { castTo, float } from './messages.ts'

/** How an elementwise function is written in ONNX, and whether it is read alike. */
interface FunctionForm {
  /** The operator, from the function's parameter. */
  readonly written: (parameter: number) => readonly [type: string, attributes?: readonly AttributeProto[]]
  /** The operator that is this function; null where ONNX's does more and has a reader of its own (read/operators). */
  readonly read: string | null
}

const same = (type: string): FunctionForm => ({ written: () => [type], read: type })
const wider = (written: string | FunctionForm['written']): FunctionForm => ({
  written: typeof written === 'string' ? () => [written] : written,
  read: null,
})

export const functionForms: Readonly<Record<ElementwiseName, FunctionForm>> = {
  neg: same('Neg'),
  abs: same('Abs'),
  exp: same('Exp'),
  log: same('Log'),
  sqrt: same('Sqrt'),
  sin: same('Sin'),
  cos: same('Cos'),
  tanh: same('Tanh'),
  sigmoid: same('Sigmoid'),
  softplus: same('Softplus'),
  floor: same('Floor'),
  round: same('Round'),
  leakyRelu: wider((slope) => (slope === 0 ? ['Relu'] : ['LeakyRelu', [float('alpha', slope)]])),
  add: same('Add'),
  sub: same('Sub'),
  mul: same('Mul'),
  div: wider('Div'),
  max: wider('Max'),
  min: wider('Min'),
  less: same('Less'),
  lessEqual: same('LessOrEqual'),
  equal: wider('Equal'),
  and: same('And'),
  or: same('Or'),
  not: same('Not'),
  select: wider('Where'),
  castF32: wider(() => ['Cast', castTo('f32')]),
  castI32: wider(() => ['Cast', castTo('i32')]),
}
