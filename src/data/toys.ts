/**
 * Two-dimensional data on which it is seen what a generator misses.
 *
 * - ring: 8 normal distributions of deviation 0.02 on a circle of radius 2, as in Metz, Poole, Pfau and Sohl-Dickstein:
 *   Unrolled generative adversarial networks (2017).
 * - grid: 25 of deviation 0.05 at -4, -2, 0, 2 and 4, as in Srivastava et al.: VEEGAN (2017), and in Lin, Khetan, Fanti
 *   and Oh: PacGAN (2018).
 * - spiral, moons, circles: curves, scale and normal noise of the code of Grathwohl et al.: FFJORD (2019).
 * - swissroll: scikit-learn's roll seen from its end, noise and scale of the code of Gulrajani et al.: Improved training
 *   of Wasserstein GANs (2017).
 */
import { UserError } from '../tensor/errors.ts'
import { randomNormal, randomUniform } from '../tensor/threefry.ts'
import { unknownName } from './nearest.ts'
import { createPoints } from './source.ts'
import type { Modes, PointSource, Split } from './source.ts'

/** One of the random numbers of a point. */
type Draw = (point: number) => number

/** Where points come from: a uniform number of [0, 1) and two standard normal ones for each. */
interface Random {
  readonly uniform: Draw
  readonly normal: readonly [Draw, Draw]
}

interface Toy {
  readonly summary: string
  readonly modes: Modes | null
  /** How many labels there are; point i has label i modulo this. */
  readonly classes: number
  point(index: number, random: Random): readonly [x: number, y: number]
}

const clusters = (summary: string, centers: readonly (readonly [number, number])[], deviation: number): Toy => ({
  summary,
  modes: { centers, deviation },
  classes: centers.length,
  point(index, { normal }) {
    const [x, y] = centers[index % centers.length]
    return [x + deviation * normal[0](index), y + deviation * normal[1](index)]
  },
})

/** Curves, one for each class, with noise about them. */
const curves = (
  summary: string,
  classes: number,
  deviation: number,
  curve: (along: number, which: number) => readonly [x: number, y: number],
): Toy => ({
  summary,
  modes: null,
  classes,
  point(index, { uniform, normal }) {
    const [x, y] = curve(uniform(index), index % classes)
    return [x + deviation * normal[0](index), y + deviation * normal[1](index)]
  },
})

const onCircle = (radius: number, turn: number): readonly [number, number] => [
  radius * Math.cos(2 * Math.PI * turn),
  radius * Math.sin(2 * Math.PI * turn),
]

const steps = [-4, -2, 0, 2, 4]

/** All of them, by name. */
export const toys = {
  ring: clusters(
    '8 normal distributions on a circle',
    Array.from({ length: 8 }, (_, mode) => onCircle(2, mode / 8)),
    0.02,
  ),
  grid: clusters(
    '25 normal distributions on a grid',
    steps.flatMap((x) => steps.map((y) => [x, y] as const)),
    0.05,
  ),
  spiral: curves('two arms of a spiral', 2, 0.1, (along, arm) => {
    // The root puts as many points on every piece of the same length.
    const angle = 3 * Math.PI * Math.sqrt(along)
    const side = arm === 0 ? 1 : -1
    return [(-side * Math.cos(angle) * angle) / 3, (side * Math.sin(angle) * angle) / 3]
  }),
  moons: curves('two half circles, one in the other', 2, 0.2, (along, moon) => {
    const [x, y] = onCircle(1, along / 2)
    return moon === 0 ? [2 * x - 1, 2 * y - 0.2] : [2 * (1 - x) - 1, 2 * (0.5 - y) - 0.2]
  }),
  swissroll: curves('a sheet that is rolled up, from its end', 1, 0.25 / 7.5, (along) => {
    const angle = 1.5 * Math.PI * (1 + 2 * along)
    return [(angle * Math.cos(angle)) / 7.5, (angle * Math.sin(angle)) / 7.5]
  }),
  circles: curves('two circles, one in the other', 2, 0.24, (along, circle) => onCircle(circle === 0 ? 3 : 1.5, along)),
} as const satisfies Readonly<Record<string, Toy>>

type ToyName = keyof typeof toys

export const isToy = (name: string): name is ToyName => Object.hasOwn(toys, name)

const usage = Object.fromEntries(Object.keys(toys).map((name) => [name, `toy:${name}`]))

/** Loads 'toy:NAME'. */
export async function loadToy(name: string, split: Split): Promise<PointSource> {
  if (!isToy(name)) throw new UserError(unknownName('toy', name, usage))
  return drawToy(name, split)
}

/** Their random numbers are their own: data does not change with the seed of a run. */
const seed = [0x746f_7973, 0] as const
const parts: Readonly<Record<Split, { readonly count: number; readonly step: number }>> = {
  train: { count: 100_000, step: 0 },
  test: { count: 10_000, step: 1 },
}

/** The points of a toy: the same ones always. Those of one class, or of one mode, are as many as those of another. */
export function drawToy(name: ToyName, split: Split): PointSource {
  const { modes, classes, point }: Toy = toys[name]
  const { count, step } = parts[split]
  const stream = Object.keys(toys).indexOf(name)
  const uniforms = randomUniform(seed, 2 * stream, step, count)
  const normals = randomNormal(seed, 2 * stream + 1, step, 2 * count)
  const random: Random = {
    uniform: (index) => uniforms[index],
    normal: [(index) => normals[2 * index], (index) => normals[2 * index + 1]],
  }
  const points = new Float32Array(2 * count)
  for (let index = 0; index < count; index++) points.set(point(index, random), 2 * index)
  return createPoints({
    name: `toy:${name} ${split}`,
    shape: [2],
    points,
    labels: classes === 1 ? null : Uint8Array.from({ length: count }, (_, index) => index % classes),
    classes: null,
    modes,
  })
}
