import { sizeOf } from '../tensor/shape.ts'
import type { Attributes, DType, ElementwiseName, Pair, Shape, Tensor } from '../tensor/tensor.ts'
import type { Directions } from './winograd.ts'

/** How an element stands in memory: as its type says, or, between kernels, a boolean as a byte of equal bits. */
export type Stored = DType | 'mask'

/** A piece of linear memory that holds one row-major array. */
export interface Block {
  readonly name: string
  readonly dtype: Stored
  readonly size: number
  /** Who decides where it stands: the memory plan, or the caller's state, data or report. */
  readonly role: 'temporary' | 'literal' | 'external'
  readonly values: readonly number[]
}

/** Bytes of an element: what the caller owns holds booleans as lane masks of 4 bytes. */
export const bytesOf = (stored: Stored): number => (stored === 'u8' || stored === 'mask' ? 1 : 4)

/** Where the element at a point of a loop nest stands: block[offset + sum(point * strides)], in elements. */
export interface Access {
  readonly block: Block
  readonly offset: number
  readonly strides: readonly number[]
}

/** One step of the elementwise work at a point; `inputs` are indices of earlier steps. */
export type Value =
  | { readonly kind: 'load'; readonly access: Access; readonly dtype: DType }
  | { readonly kind: 'constant'; readonly value: number; readonly dtype: DType }
  /** What the producer made for this point. */
  | { readonly kind: 'produced'; readonly dtype: DType }
  | {
      readonly kind: 'apply'
      readonly name: ElementwiseName
      readonly parameter: number
      readonly inputs: readonly number[]
      readonly dtype: DType
    }

export interface Store {
  readonly value: number
  readonly access: Access
}

/** Elementwise work over all points of a nest: values, each computed once, and which of them are kept. */
export interface Body {
  readonly values: readonly Value[]
  readonly stores: readonly Store[]
}

/** What fills a tile before the body runs over it. Accesses are over the axes named beside them. */
export type Producer =
  /**
   * out[batch..., m..., n...] = sum over k of a[batch..., m..., k...] * b[batch..., k..., n...], k in row-major order: matrix
   * products have one axis of each, convolutions several.
   */
  | {
      readonly kind: 'contract'
      readonly batch: Shape
      readonly m: Shape
      readonly n: Shape
      readonly k: Shape
      readonly a: Access
      readonly b: Access
    }
  /** A convolution, or the gradient of one's kernel, by Winograd's algorithm. */
  | ({ readonly kind: 'winograd' } & Winograd)
  /** Over [terms / depth, units / panel, points, depth, panel]. */
  | ({ readonly kind: 'points' } & KernelPoints)
  /** Over `kept` axes followed by `reduced` axes; the last value of `input` is what is reduced. */
  | {
      readonly kind: 'reduce'
      readonly name: Attributes['reduce']['name']
      readonly kept: Shape
      readonly reduced: Shape
      readonly input: readonly Value[]
    }
  /** Over [rows, columns]. */
  | { readonly kind: 'argmax'; readonly rows: number; readonly columns: number; readonly input: Access }
  /** Rows of `columns` elements. */
  | {
      readonly kind: 'gather'
      readonly rows: number
      readonly columns: number
      readonly tableRows: number
      readonly table: Access
      readonly indices: Access
    }
  | {
      readonly kind: 'scatterAdd'
      readonly rows: number
      readonly columns: number
      readonly updateRows: number
      readonly indices: Access
      readonly updates: Access
    }
  | {
      readonly kind: 'random'
      readonly distribution: 'uniform' | 'normal'
      readonly stream: number
      readonly count: number
      readonly seed: Access
      readonly step: Access
    }
  | {
      readonly kind: 'shuffle'
      readonly total: number
      readonly stream: number
      readonly count: number
      readonly seed: Access
      readonly epoch: Access
      readonly first: Access
    }

/** What all that is done by Winograd's algorithm has in common (winograd.ts). */
interface WinogradSizes {
  readonly directions: Directions
  readonly channels: number
  readonly units: number
}

/**
 * Products of points of tiles, pairs by pairs of pixels: data (images) are seen over [images, pairs, pairs, residues, residues,
 * channels], and `dataSteps` away for the next point of a tile.
 */
interface WinogradOfData extends WinogradSizes {
  readonly images: number
  readonly data: Access
  readonly dataSteps: Pair
}

/** A convolution, with the kernel's points, one block behind the other. */
export interface WinogradOfImages extends WinogradOfData {
  readonly order: 'images'
  readonly filter: Access
  /** Units that stand side by side in the kernel's points. */
  readonly panel: number
  /** Terms of a sum that are multiplied at a time. */
  readonly depth: number
}

/** The gradient of a kernel, with gradients seen over [images, pairs, pairs, units], and `filterSteps` away for the other of a pair. */
export interface WinogradOfGradients extends WinogradOfData {
  readonly order: 'positions'
  readonly filter: Access
  readonly filterSteps: Pair
}

export type Winograd = WinogradOfImages | WinogradOfGradients

/** G g G^T of a kernel seen over [residues, residues, channels, units], and `steps` away for the next tap. */
export interface KernelPoints extends WinogradSizes {
  readonly kernel: Access
  readonly steps: Pair
  readonly panel: number
  readonly depth: number
}

/** A kernel as data: the loops that one generated function runs, a tile at a time. */
export interface Nest {
  readonly name: string
  /** The points that the body runs over. */
  readonly space: Shape
  readonly producer: Producer | null
  readonly body: Body
}

/** Multiply-adds count two; every elementwise function counts one. */
export function flopsOf({ space, producer, body }: Nest): number {
  const points = space.reduce((a, b) => a * b, 1)
  const perPoint = body.values.filter(({ kind }) => kind === 'apply').length
  if (producer?.kind === 'contract') return points * (2 * sizeOf(producer.k) + perPoint)
  if (producer?.kind === 'winograd') return points * perPoint + 2 * productsOf(producer)
  if (producer?.kind === 'reduce') {
    const reduced = producer.reduced.reduce((a, b) => a * b, 1)
    return points * (reduced * (1 + producer.input.filter(({ kind }) => kind === 'apply').length) + perPoint)
  }
  return points * perPoint
}

/** Of all points of all tiles. */
function productsOf({ directions, images, channels, units }: Winograd): number {
  const perTile = directions.map(({ transforms, pitch }) => transforms.data.length * pitch)
  const tiles = images * sizeOf(directions.map(({ pairs }) => pairs))
  return tiles * sizeOf(perTile) * channels * units
}

/** Where the values of some elementwise work are read. */
export const loadsOf = (values: readonly Value[]): Access[] =>
  values.flatMap((value) => (value.kind === 'load' ? [value.access] : []))

/** Everything that a kernel reads or writes, with repetition. */
export function accessesOf({ producer, body }: Nest): { reads: Access[]; writes: Access[] } {
  const produced = producer === null ? [] : readBy(producer)
  return { reads: [...loadsOf(body.values), ...produced], writes: body.stores.map(({ access }) => access) }
}

/** What a producer reads. */
export function readBy(producer: Producer): Access[] {
  switch (producer.kind) {
    case 'contract':
      return [producer.a, producer.b]
    case 'winograd':
      return [producer.data, producer.filter]
    case 'points':
      return [producer.kernel]
    case 'reduce':
      return loadsOf(producer.input)
    case 'argmax':
      return [producer.input]
    case 'gather':
      return [producer.table, producer.indices]
    case 'scatterAdd':
      return [producer.indices, producer.updates]
    case 'random':
      return [producer.seed, producer.step]
    case 'shuffle':
      return [producer.seed, producer.epoch, producer.first]
  }
}

export const bytesIn = ({ size, dtype }: Block): number => size * bytesOf(dtype)

/** Blocks for which a kernel needs the memory plan to find a place. */
export function temporariesOf(nest: Nest): Block[] {
  const { reads, writes } = accessesOf(nest)
  return [...new Set([...reads, ...writes].map(({ block }) => block))].filter(({ role }) => role === 'temporary')
}

export const kernelName = (what: string, tensor: Tensor): string =>
  tensor.path === '' ? what : `${tensor.path}/${what}`
