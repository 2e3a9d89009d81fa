/** What the benchmark is held to. */

import { dcganNames, denseGameNames } from './peers/stand-in.mjs'
import { fastest, speedup, timesAsLong } from './results.ts'
import type { GameResult } from './results.ts'
import type { GameName } from './peers/stand-in.mjs'
import { geometricMean } from './statistics.ts'

export interface Target {
  readonly what: string
  readonly sense: 'at least' | 'at most'
  readonly goal: number
  /** Undefined where somebody who is needed for it is missing. */
  readonly measured: number | undefined
}

type Goals = Readonly<Partial<Record<GameName, number>>>

/** PyTorch as people run it: images [n, c, h, w], no compiler, Adam as it comes. */
const torchAsRun = 'torch-foreach'

/** How many times as fast as a family Forger is to be, by game. */
const speeds: readonly { readonly family: string; readonly who: string; readonly goals: Goals }[] = [
  { family: 'torch', who: "PyTorch's best", goals: { big: 1.1, small: 2, r1r2: 1.5, r3gan: 1.3 } },
  { family: 'jax', who: "JAX's best", goals: { big: 1, small: 1.3, r1r2: 1 } },
  { family: 'javascript', who: 'the best in JavaScript', goals: { big: 8, small: 8, r1r2: 8 } },
]

const inPages: typeof speeds = [
  { family: 'javascript', who: 'the best in JavaScript', goals: { big: 3, small: 3, r1r2: 3 } },
]

const speedTargets = (table: typeof speeds, result: GameResult): Target[] =>
  table.flatMap(({ family, who, goals }) => {
    const goal = goals[result.game]
    const what = `${result.game}: times as fast as ${who}`
    return goal === undefined ? [] : [{ what, sense: 'at least', goal, measured: speedup(result, family) }]
  })

/** The iteration against its products alone at the speed of the best sgemm: only big is held to it. */
function productTargets(result: GameResult): Target[] {
  const [ours, products] = [fastest(result, 'forger'), fastest(result, 'products')]
  const measured = ours && products && timesAsLong(ours, products)
  const what = `${result.game}: times as long as its products by the best sgemm`
  return result.game === 'big' ? [{ what, sense: 'at most', goal: 1.25, measured }] : []
}

/** Against the leanest of PyTorch's. */
function memoryTarget({ game, entries }: GameResult): Target {
  const least = (family: string) =>
    Math.min(...entries.filter((entry) => entry.family === family).map(({ last }) => last.rssMb ?? NaN))
  const [ours, theirs] = [least('forger'), least('torch')]
  const measured = Number.isFinite(ours) && Number.isFinite(theirs) ? ours / theirs : undefined
  const goal = denseGameNames.some((name) => name === game) ? 1 / 3 : 1 / 2
  return { what: `${game}: share of PyTorch's memory`, sense: 'at most', goal, measured }
}

/** How many times as fast as somebody Forger is to be in convolutional games: in their geometric mean, and in each. */
const dcganSpeeds = [
  { who: torchAsRun, name: 'PyTorch as people run it', mean: 1.2, each: 0.85 },
  { who: 'torch', name: "PyTorch's best", mean: 1, each: 0.85 },
  { who: 'jax', name: 'JAX', mean: 2.5, each: null },
] as const

/** Over those convolutional games that were played. */
export function dcganTargets(results: readonly GameResult[]): Target[] {
  const played = results.filter(({ game }) => dcganNames.some((name) => name === game))
  if (played.length === 0) return []
  const which = played.length === dcganNames.length ? 'all dcgan games' : played.map(({ game }) => game).join(', ')
  return dcganSpeeds.flatMap(({ who, name, mean, each }): Target[] => {
    const measured = played.map((result) => speedup(result, who))
    const known = measured.filter((factor) => factor !== undefined)
    const isComplete = known.length === played.length
    const what = `${which}: times as fast as ${name}`
    const whole = isComplete ? geometricMean(known) : undefined
    const least = isComplete ? Math.min(...known) : undefined
    return [
      { what: `${what}, geometric mean`, sense: 'at least', goal: mean, measured: whole },
      ...(each === null
        ? []
        : [{ what: `${what}, the least`, sense: 'at least', goal: each, measured: least } as const]),
    ]
  })
}

export const targetsOf = (result: GameResult): Target[] => [
  ...speedTargets(speeds, result),
  ...productTargets(result),
  memoryTarget(result),
]

export const targetsInPages = (result: GameResult): Target[] => speedTargets(inPages, result)

export const isMet = ({ sense, goal, measured = NaN }: Target): boolean =>
  sense === 'at least' ? measured >= goal : measured <= goal
