/** The convolutions that the dcgan games are made of. */

import { dcganNames, rulesOf } from './peers/stand-in.mjs'

export interface ConvolutionShape {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly units: number
  readonly kernel: number
  readonly stride: number
  readonly padding: number
}

/** What 'down' is, and the convolution that 'up' turns round. */
const halving = { kernel: 4, stride: 2, padding: 1 } as const

/**
 * Each of them once: those of the discriminators. A generator's are the same turned round, so that its outputs are the
 * gradients of their inputs here.
 */
export function convolutionShapes(): ConvolutionShape[] {
  const found = dcganNames.flatMap((name) => {
    const { batch, image, discriminator } = rulesOf(name)
    let [height, width, channels] = image
    return discriminator.flatMap((layer) => {
      const units = typeof layer === 'string' ? /^down (\d+)$/.exec(layer)?.[1] : undefined
      if (units === undefined) return []
      const shape = { batch, height, width, channels, units: Number(units), ...halving }
      ;[height, width, channels] = [height / 2, width / 2, shape.units]
      return [shape]
    })
  })
  return [...new Map(found.map((shape) => [shapeText(shape), shape])).values()]
}

export const shapeText = ({ height, width, channels, units }: ConvolutionShape): string =>
  `${height} x ${width} x ${channels} -> ${units}`

/** Floating-point operations of one: two for each product that is summed, those with the padding's zeros included. */
export const flopsOf = ({ batch, height, width, channels, units, kernel, stride }: ConvolutionShape): number =>
  2 * batch * (height / stride) * (width / stride) * kernel ** 2 * channels * units
