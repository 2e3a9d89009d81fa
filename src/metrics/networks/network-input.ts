import type { ImageShape } from '../../data/source.ts'
import type { OnnxModel } from '../../onnx/read/model.ts'
import { betweenMiddles, linearShares, resample, smoothShares } from '../../tensor/composite/resample.ts'
import type { Shares } from '../../tensor/composite/resample.ts'
import { UserError } from '../../tensor/errors.ts'
import { broadcast, div, literal, sub, transpose } from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/**
 * Ways to another size. 'linear': between the four nearest pixels, as PyTorch's interpolate and pytorch-fid have it. 'smooth': the
 * same where images grow, and over all covered pixels where they shrink (antialiased, as Pillow has it). 'tensorflow': 'linear' from the
 * corners of pixels, as TensorFlow 1 had it, and the first Inception distances with it.
 */
const resizes: Readonly<Record<string, (extent: number, size: number) => Shares>> = {
  linear: (extent, size) => linearShares(betweenMiddles(extent, size)),
  smooth: (extent, size) => smoothShares(betweenMiddles(extent, size)),
  tensorflow: (extent, size) => linearShares({ extent, size, position: (output) => (output * extent) / size }),
}

/** What is taken from pixels of 0 ... 1, and what they are then divided by: one number, or one for each channel. */
export interface Normalization {
  /** What is taken away. */
  readonly mean: readonly number[]
  /** What the rest is divided by. */
  readonly std: readonly number[]
}

/** What networks are used to: 0 ... 1, -1 ... 1, 0 ... 255, ImageNet's mean and deviation, and (bytes - 128) / 128. */
const ranges: Readonly<Record<string, Normalization>> = {
  unit: { mean: [0], std: [1] },
  signed: { mean: [0.5], std: [0.5] },
  bytes: { mean: [0], std: [1 / 255] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  tensorflow: { mean: [128 / 255], std: [128 / 255] },
}

/** What a network expects of its images. What is left out is read from its file. */
export interface ImageRules {
  /** 'unit', 'signed', 'bytes', 'imagenet' or 'tensorflow', or a mean and a deviation of pixels of 0 ... 1. */
  readonly range?: string | Normalization
  /** 'linear', 'smooth' or 'tensorflow'; default 'linear'. */
  readonly resize?: string
  /** Height and width, where the network takes any. */
  readonly size?: readonly [height: number, width: number]
}

/** The input of a network, and how images become one. */
export interface NetworkInput {
  /** [channels, height, width] of one of them. */
  readonly shape: readonly [number, number, number]
  /** Images [batch, height, width, channels] of 0 ... 1 as the network's input [batch, channels, height, width]. */
  prepare(images: Tensor): Tensor
}

/**
 * What a model with one input [batch, channels, height, width] expects of its images. Its file may say, under `image_range`
 * ("[0,1]", "[-1,1]", "[0,255]" or a name), `image_mean` and `image_std` (lists, for pixels of 0 ... 1) and `image_resize`. Throws
 * UserError where something is missing or does not fit.
 */
export function networkInput({ inputs, metadata }: OnnxModel, rules: ImageRules): NetworkInput {
  const [input, ...more] = inputs
  const declared = input?.shape ?? []
  if (input === undefined || more.length > 0 || declared.length !== 4 || input.dtype !== 'f32') {
    const found = inputs.map(({ name, dtype, shape }) => `'${name}' ${dtype}[${shape?.join(', ') ?? '?'}]`).join(', ')
    throw new UserError(
      `A feature network takes one input of images, f32 [batch, channels, height, width]; this ONNX model takes ${found || 'none'}.`,
    )
  }
  const [, channels, ...sides] = declared
  const [height, width] = sides.map((side, axis) => (typeof side === 'number' ? side : (rules.size?.[axis] ?? 0)))
  if (typeof channels !== 'number')
    throw new UserError('The feature network does not say how many channels it takes; export it with a fixed number.')
  if (!(Number.isInteger(height) && Number.isInteger(width) && height >= 1 && width >= 1))
    throw new UserError('The feature network takes images of any size; say which size it was trained for.')
  const { mean, std } = normalizationOf(metadata, rules, channels)
  const shares = named(resizes, rules.resize ?? metadata.image_resize ?? 'linear', 'way to resize')

  return {
    shape: [channels, height, width],
    prepare(images) {
      const [, ...from] = images.shape
      const resized = [height, width].reduce(
        (x, side, axis) => (side === from[axis] ? x : resample(x, axis + 1, shares(from[axis], side))),
        images,
      )
      const [batch, , , own] = images.shape
      const colored = own === channels ? resized : broadcast(resized, [batch, height, width, channels])
      return transpose(div(sub(colored, literal(mean)), literal(std)), [0, 3, 1, 2])
    },
  }
}

/** Throws UserError where a network of that many channels cannot take such images; gray ones become as many equal channels. */
export function requireFittingChannels([, , own]: ImageShape, channels: number): void {
  if (own === channels || own === 1) return
  throw new UserError(`The feature network sees images of ${channels} channels, and these have ${own}.`)
}

/** The names of the ranges in files. */
const rangesInFiles: Readonly<Record<string, string>> = { '[0,1]': 'unit', '[-1,1]': 'signed', '[0,255]': 'bytes' }

function normalizationOf(
  metadata: Readonly<Record<string, string>>,
  rules: ImageRules,
  channels: number,
): Normalization {
  const { image_range: declared, image_mean: mean, image_std: std } = metadata
  const range =
    rules.range ??
    (mean !== undefined && std !== undefined ? { mean: numbers(mean), std: numbers(std) } : undefined) ??
    (declared === undefined ? undefined : (rangesInFiles[declared.replaceAll(' ', '')] ?? declared))
  if (range === undefined) {
    throw new UserError(
      `The file of the feature network does not say which range of pixels it takes; say one of ${Object.keys(ranges).join(', ')}, or a mean and a deviation.`,
    )
  }
  const found = typeof range === 'string' ? named(ranges, range, 'range of pixels') : range
  const fits = ({ length }: readonly number[]) => length === 1 || length === channels
  if (
    fits(found.mean) &&
    fits(found.std) &&
    [...found.mean, ...found.std].every(Number.isFinite) &&
    found.std.every((s) => s > 0)
  )
    return found
  throw new UserError(
    `The mean [${found.mean.join(', ')}] and the deviation [${found.std.join(', ')}] do not fit a feature network of ${channels} channels.`,
  )
}

function named<Value>(table: Readonly<Record<string, Value>>, name: string, what: string): Value {
  if (Object.hasOwn(table, name)) return table[name]
  throw new UserError(`'${name}' is no ${what} for feature networks; give one of ${Object.keys(table).join(', ')}.`)
}

/** A list of numbers as a file tells it, perhaps of one. */
const numbers = (text: string): number[] =>
  text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(',')
    .map(Number)
