import { UserError } from './errors.ts'

/** Element types. `u8` holds raw pictures, `bool` the result of a comparison (stored as 0 or all bits set). */
export type DType = 'f32' | 'i32' | 'u8' | 'bool'

/** Sizes of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[]

/** Elementwise functions: everything that maps element i of the inputs to element i of the output. */
export type ElementwiseName =
  | 'neg'
  | 'abs'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'floor'
  | 'round'
  | 'leakyRelu'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'max'
  | 'min'
  | 'less'
  | 'lessEqual'
  | 'equal'
  | 'and'
  | 'or'
  | 'not'
  | 'select'
  | 'castF32'
  | 'castI32'

/** Down and across. */
export type Pair = readonly [number, number]

/** Which pixels a convolution reads; whole numbers. Strides and dilations are not 0, but may be negative. */
export interface Convolution {
  /** Height and width of the output. */
  readonly size: Pair
  /** Pixels from one output to the next. */
  readonly stride: Pair
  /** Pixels from one element of the kernel to the next. */
  readonly dilation: Pair
  /** The pixel under the first element of the kernel at the first output. */
  readonly offset: Pair
  /** How the result stands: image by image, or position by position as in kernels. */
  readonly order: 'images' | 'positions'
}

/** What each primitive needs to know beyond its inputs. Few primitives, so that a derivative or a device is written once each. */
export interface Attributes {
  /** A value that is fed from outside: state, a batch, a seed. */
  input: { readonly name: string }
  /** One number, of shape []. */
  constant: { readonly value: number }
  /** A small table of numbers, row-major. */
  literal: { readonly values: readonly number[] }
  /** 0, 1, 2, ... as i32. */
  iota: object
  /** `parameter` is the slope of leakyRelu and unused (0) elsewhere. */
  elementwise: { readonly name: ElementwiseName; readonly parameter: number }
  /** Removes `axes` (ascending). */
  reduce: { readonly name: 'sum' | 'max'; readonly axes: readonly number[] }
  /** Index of the first largest element along the last axis, which it removes. */
  argmax: object
  /** [..., m, k] x [..., k, n] -> [..., m, n] with equal leading axes. */
  matmul: object
  /**
   * x [g, n, h, w, c] and kernel [g, kh, kw, c, o] -> [g, n, ...size, o]: the sum over kernel positions and channels of
   * x at offset + out * stride + position * dilation, times the kernel there; outside of x there are zeros. With `order`
   * 'positions' the result is [g, ...size, n, o], as kernels are: so gradients of kernels are convolutions as well.
   */
  convolve: Convolution
  /** The same value, through which no gradient flows. */
  stopGradient: object
  reshape: object
  transpose: { readonly permutation: readonly number[] }
  /** NumPy's rule: axes are aligned at the right, axes of size 1 and missing axes are repeated. */
  broadcast: object
  slice: { readonly start: readonly number[] }
  /** Zeros around. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] }
  concat: { readonly axis: number }
  /** table[n, ...], indices[m] -> [m, ...]. */
  gather: object
  /** indices[m], updates[m, ...] -> [size, ...], rows of the same index added in order. */
  scatterAdd: { readonly size: number }
  /** seed i32 [2], step i32 [] -> numbers of the counter-based generator; equal (seed, stream, step) give equal numbers. */
  random: { readonly distribution: 'uniform' | 'normal'; readonly stream: number }
  /** seed i32 [2], epoch i32 [], first i32 [] -> positions first, first + 1, ... of a shuffled 0 ... total - 1 (wrapping round), as i32. */
  shuffle: { readonly total: number; readonly stream: number }
}

export type Kind = keyof Attributes

/** A primitive with its attributes; correlated over K so that tables indexed by kind stay typed. */
export type Primitive<K extends Kind = Kind> = { [P in K]: { readonly kind: P } & Readonly<Attributes[P]> }[K]

/**
 * Compositions that are known by a name elsewhere, and what they need to know beyond what they are computed from (in brackets).
 * Images are [batch, h, w, channels].
 */
interface NamedAttributes {
  /** Of [x], along the axes, which are kept with size 1 or are gone. */
  mean: { readonly axes: readonly number[]; readonly keep: boolean }
  /** Of [x], along one axis, counted from the front. */
  softmax: { readonly axis: number }
  logSoftmax: { readonly axis: number }
  /** A matrix product at every pixel, of [images, weight] or [images, weight, bias]: a convolution of kernel 1. */
  pointwise: object
  /** What `convolve` by a walk forwards from the edge or outside does to gradients, of [gradients, kernel]: a transposed convolution. */
  spread: Pick<Convolution, 'stride' | 'dilation' | 'offset'>
  /** By known moments of every feature (last axis): [x, scale, shift, mean, variance]. */
  batchNormalization: { readonly epsilon: number }
  /** Of [x] or [x, scale, shift], over the axes from `axis` on. */
  layerNormalization: { readonly axis: number; readonly epsilon: number }
  /** Of [x] or [x, scale, shift], over pixels and the features of each group. */
  groupNormalization: { readonly groups: number; readonly epsilon: number }
  /** Of [x] or [x, scale, shift], over pixels. */
  instanceNormalization: { readonly epsilon: number }
  /** Of [images]. */
  upsample: { readonly way: 'nearest' | 'bilinear'; readonly factor: number }
  pixelShuffle: { readonly factor: number }
  pixelUnshuffle: { readonly factor: number }
  pool: { readonly way: 'average' | 'max'; readonly kernel: number; readonly stride: number; readonly padding: number }
  /** Of [images], with so many rows and columns around. */
  border: { readonly way: 'reflect' | 'replicate'; readonly before: Pair; readonly after: Pair }
}

export type Name = keyof NamedAttributes

/** A named composition: what a tensor is, told in one word. */
export type Origin<N extends Name = Name> = {
  [M in N]: { readonly name: M; readonly inputs: readonly Tensor[]; readonly attributes: Readonly<NamedAttributes[M]> }
}[N]

/**
 * A symbolic value: what is to be computed, never numbers. The functions of `operations` and `composite` whose first argument is a
 * tensor are its methods as well: `x.mul(w).add(b)` is `add(mul(x, w), b)`.
 */
export class Tensor<K extends Kind = Kind> {
  /** What makes it of its inputs. */
  declare readonly primitive: Primitive<K>
  /** What it is computed from. */
  declare readonly inputs: readonly Tensor[]
  /** Sizes of its axes. */
  declare readonly shape: Shape
  /** The type of its elements. */
  declare readonly dtype: DType
  /** Where it was traced, as 'generator/dense2'; for messages and kernel names only. */
  declare readonly path: string
  /**
   * What it is by name, where it is the end of a named composition. Nothing that is computed depends on it.
   * @internal
   */
  declare readonly origin?: Origin
  /**
   * Exists only for the type checker: an object of the same fields, as `{ ...tensor }` makes one, has no methods and is no tensor.
   * @internal
   */
  declare protected readonly isMade: true

  /** @internal */
  constructor(
    primitive: Primitive<K>,
    inputs: readonly Tensor[],
    shape: Shape,
    dtype: DType,
    path: string,
    origin?: Origin,
  ) {
    this.primitive = primitive
    this.inputs = inputs
    this.shape = shape
    this.dtype = dtype
    this.path = path
    if (origin !== undefined) this.origin = origin
  }
}

/** A tensor, or a number that stands for a constant of the other operand's type. */
export type Operand = Tensor | number

let currentPath = ''

/** Traces `body` with `name` appended to the path that error messages and kernels show. */
export function withPath<T>(name: string, body: () => T): T {
  const outer = currentPath
  currentPath = outer === '' ? name : `${outer}/${name}`
  try {
    return body()
  } finally {
    currentPath = outer
  }
}

/** Traces `body` under a path of its own, whatever the path is now: what is derived from a tensor is named after it. */
export function atPath<T>(path: string, body: () => T): T {
  const outer = currentPath
  currentPath = path
  try {
    return body()
  } finally {
    currentPath = outer
  }
}

export function makeTensor(
  primitive: Primitive,
  inputs: readonly Tensor[],
  shape: Shape,
  dtype: DType,
  path = currentPath,
): Tensor {
  return new Tensor(primitive, inputs, shape, dtype, path)
}

/** The tensor with other inputs, another shape or another name. */
export function altered(
  tensor: Tensor,
  { inputs = tensor.inputs, shape = tensor.shape, origin = tensor.origin }: Partial<Changeable>,
): Tensor {
  return new Tensor(tensor.primitive, inputs, shape, tensor.dtype, tensor.path, origin)
}

type Changeable = Pick<Tensor, 'inputs' | 'shape' | 'origin'>

/**
 * The end of a composition, under its name. It computes what it did; who writes the graph down for others may say the name.
 * @param origin is computed from nothing but what its inputs are, and from constants.
 */
export const named = (origin: Origin, end: Tensor): Tensor =>
  origin.inputs.includes(end) ? end : altered(end, { origin })

export const isKind = <K extends Kind>(tensor: Tensor, kind: K): tensor is Tensor<K> => tensor.primitive.kind === kind

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

/** An error of the person who traces: names the operation, the shapes and the layer's path. */
export function shapeError(operation: string, inputs: readonly (Tensor | Shape)[], why: string): UserError {
  const shapes = inputs.map((input) =>
    'shape' in input ? `${input.dtype}${showShape(input.shape)}` : showShape(input),
  )
  const where = currentPath === '' ? '' : ` in ${currentPath}`
  return new UserError(`${operation} of ${shapes.join(' and ')}${where}: ${why}`)
}
