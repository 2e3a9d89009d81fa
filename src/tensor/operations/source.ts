import { shapeError, makeTensor } from '../tensor.ts'
import type { DType, Shape, Tensor } from '../tensor.ts'
import { sizeOf } from '../shape.ts'

/** A value fed from outside. */
export const input = (name: string, shape: Shape, dtype: DType = 'f32'): Tensor =>
  makeTensor({ kind: 'input', name }, [], shape, dtype)

/** One number, of shape []. */
export const constant = (value: number, dtype: DType = 'f32'): Tensor =>
  makeTensor({ kind: 'constant', value }, [], [], dtype)

/** A small table of numbers, row-major, that becomes part of the program. */
export function literal(values: readonly number[], shape: Shape = [values.length], dtype: DType = 'f32'): Tensor {
  if (values.length !== sizeOf(shape)) throw shapeError('literal', [shape], `got ${values.length} values`)
  return makeTensor({ kind: 'literal', values }, [], shape, dtype)
}

/** 0, 1, ..., count - 1 as i32. */
export const iota = (count: number): Tensor => makeTensor({ kind: 'iota' }, [], [count], 'i32')

/** Where random numbers come from: equal (seed, stream, step) give equal numbers on every device. */
export interface RandomSource {
  /** i32 [2]: low and high word of the seed. */
  readonly seed: Tensor
  /** i32 []: the training step. */
  readonly step: Tensor
}

function requireSource(operation: string, { seed, step }: RandomSource): void {
  if (seed.dtype !== 'i32' || sizeOf(seed.shape) !== 2) throw shapeError(operation, [seed], 'the seed must be i32 [2]')
  if (step.dtype !== 'i32' || step.shape.length !== 0) throw shapeError(operation, [step], 'the step must be i32 []')
}

/** Standard normal numbers, f32. Streams must differ between uses within a step. */
export function randomNormal(source: RandomSource, stream: number, shape: Shape): Tensor {
  requireSource('randomNormal', source)
  return makeTensor({ kind: 'random', distribution: 'normal', stream }, [source.seed, source.step], shape, 'f32')
}

/** Uniform numbers in [0, 1), multiples of 2^-24, f32. */
export function randomUniform(source: RandomSource, stream: number, shape: Shape): Tensor {
  requireSource('randomUniform', source)
  return makeTensor({ kind: 'random', distribution: 'uniform', stream }, [source.seed, source.step], shape, 'f32')
}

/**
 * `count` entries of a shuffled 0 ... total - 1 starting at position `first` (i32 []), in the order of epoch `source.step`;
 * positions past the end wrap round to the start of the same order.
 */
export function shuffle(source: RandomSource, stream: number, total: number, first: Tensor, count: number): Tensor {
  requireSource('shuffle', source)
  if (first.dtype !== 'i32' || first.shape.length !== 0) throw shapeError('shuffle', [first], 'first must be i32 []')
  return makeTensor({ kind: 'shuffle', total, stream }, [source.seed, source.step, first], [count], 'i32')
}
