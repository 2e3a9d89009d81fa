import type { PointSource } from '../../data/source.ts'
import { evenly } from './evenly-spaced.ts'
import type { GridImages } from './image-grid.ts'
import type { Picture } from '../../files/picture.ts'

type Color = readonly [red: number, green: number, blue: number]

/** Points that are drawn alike. */
interface Layer {
  /** x and y of one point after the other. */
  readonly points: Float32Array
  readonly color: Color
  /** How much of the paper a point covers, 0 to 1. */
  readonly opacity: number
}

/** The square of the plane that a picture shows. */
interface Frame {
  readonly center: readonly [x: number, y: number]
  readonly half: number
}

/** What is drawn on, and with what. */
interface Colors {
  readonly ground: Color
  readonly real: Color
  readonly fake: Color
}

/** As in the report: paper, ink that has faded, and the generator's orange. */
const onPaper: Colors = { ground: [251, 250, 247], real: [120, 138, 163], fake: [214, 84, 18] }
/** Most terminals are dark. */
const onScreen: Colors = { ground: [16, 17, 20], real: [130, 146, 172], fake: [255, 132, 56] }

/** More real points than these only thicken the picture. */
const mostReal = 5000

/**
 * Points of a generator, in colour, over real ones, pale: a square picture, the same part of the plane whatever is generated.
 * @param fakes x and y of one point after the other; null shows the real ones alone.
 * @param side in pixels.
 */
export function drawScatter(
  { points }: Pick<PointSource, 'points'>,
  fakes: Float32Array | null,
  side: number,
  colors: Colors = onPaper,
): Picture {
  const real: Layer = { points: someOf(points), color: colors.real, opacity: fakes === null ? 0.5 : 0.3 }
  const layers = fakes === null ? [real] : [real, { points: fakes, color: colors.fake, opacity: 0.55 }]
  const canvas = new Float32Array(side * side * 3)
  for (let at = 0; at < canvas.length; at++) canvas[at] = colors.ground[at % 3]
  for (const layer of layers) paint(canvas, side, frameOf(points), layer)
  return { width: side, height: side, channels: 3, pixels: Uint8Array.from(canvas, Math.round) }
}

/** In pixels, of what is to be seen in a terminal. */
const terminalSide = 256

/** The same as the one image that is shown in a terminal. */
export function scatterImage(real: Pick<PointSource, 'points'>, fakes: Float32Array | null): GridImages {
  const { pixels } = drawScatter(real, fakes, terminalSide, onScreen)
  return { images: pixels, shape: [terminalSide, terminalSide, 3] }
}

/** All real points, and some air around them. */
function frameOf(points: Float32Array): Frame {
  const low = [Infinity, Infinity]
  const high = [-Infinity, -Infinity]
  for (let at = 0; at < points.length; at++) {
    low[at % 2] = Math.min(low[at % 2], points[at])
    high[at % 2] = Math.max(high[at % 2], points[at])
  }
  const half = (0.5 + 0.08) * Math.max(high[0] - low[0], high[1] - low[1])
  return { center: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2], half: half > 0 ? half : 1 }
}

function someOf(points: Float32Array): Float32Array {
  const count = points.length / 2
  const chosen = evenly(
    Array.from({ length: count }, (_, index) => index),
    mostReal,
  )
  return Float32Array.from(chosen.flatMap((index) => [points[2 * index], points[2 * index + 1]]))
}

/** Round dots with soft edges, about half a hundredth of the picture wide. */
function paint(canvas: Float32Array, side: number, { center, half }: Frame, { points, color, opacity }: Layer): void {
  const radius = Math.max(0.6, side / 300)
  for (let at = 0; at < points.length; at += 2) {
    const x = ((points[at] - center[0]) / half + 1) * 0.5 * side
    // Rows go down, and the second coordinate up.
    const y = (1 - (points[at + 1] - center[1]) / half) * 0.5 * side
    if (!(x > -radius && x < side + radius && y > -radius && y < side + radius)) continue
    const reach = radius + 0.5
    for (let row = Math.max(0, Math.floor(y - reach)); row <= Math.min(side - 1, y + reach); row++) {
      for (let column = Math.max(0, Math.floor(x - reach)); column <= Math.min(side - 1, x + reach); column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y)
        const share = opacity * Math.max(0, Math.min(1, reach - distance))
        const pixel = 3 * (row * side + column)
        for (let channel = 0; channel < 3; channel++) {
          canvas[pixel + channel] += share * (color[channel] - canvas[pixel + channel])
        }
      }
    }
  }
}
