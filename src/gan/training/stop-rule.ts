/** What independent judges saw of the generator after so many steps, beside real samples that nobody learned from. */
export interface Check {
  /** Steps done. */
  readonly step: number
  /** How far generated samples are from real ones: 0 is best. Not finite where samples are not. */
  readonly distance: number
  /** How often a fresh classifier told real from generated ones: 0.5 is guessing. With its 95 % interval. */
  readonly toldApart: {
    /** The share of samples that it named rightly. */
    readonly accuracy: number
    /** The lower end of the interval. */
    readonly low: number
    /** The upper end. */
    readonly high: number
  }
  /** The share of all kinds of real samples that are generated at all, beside what other real samples reach; 0 to 1. */
  readonly covered: number
  /**
   * How often the training's own discriminator puts a real sample that it has learned from above a generated one: 0.5 is guessing;
   * null in games that have no opinion.
   * Its scores alone would not tell: where they are compared in pairs, both may be as high as they like.
   */
  readonly ranked: number | null
  /** Means of each loss since the check before, by its name; null where there was no step. */
  readonly losses: Readonly<Record<string, number>> | null
}

/** How a training goes, or how it ended. */
export type State = 'learning' | 'equilibrium' | 'plateau' | 'discriminator won' | 'collapse' | 'diverged'

/** When enough is enough. */
export interface StopRule {
  /** So many checks at least may pass without a better one. */
  readonly patience: number
  /** The same as a share of all checks, where nothing looks wrong: who has learned for long may rest for long. */
  readonly share: number
  /** By which share the distance has to fall to count as better. */
  readonly least: number
}

/** What the checks so far come to. */
export interface Judgement {
  /** How it goes. */
  readonly state: State
  /** Whether to stop. */
  readonly stops: boolean
  /** The step with the smallest distance: the one to keep. */
  readonly best: number
  /** How many checks have passed without a better one. */
  readonly fruitless: number
  /** The state in words: a sentence without its end. */
  readonly reason: string
  /** What may become of a training that goes on, if it stays as it is: such a sentence; null where nothing looks wrong. */
  readonly warning: string | null
}

export const usualRule: StopRule = { patience: 5, share: 0.2, least: 0.01 }

/** The patience with which a training that has stopped goes on, twice as far as it came without a better check. */
export const furtherPatience = (patience: number, judgement: Judgement | null): number =>
  2 * Math.max(patience, judgement?.fruitless ?? 0)

/**
 * Whether to go on. Losses do not tell: they lie where the discriminator has collapsed, and stand still in a game that goes well.
 * What counts is a distance to held-out data, which must have stopped falling; what else the judges saw gives the end its name.
 * @param checks in the order of their steps, the first of the untrained generator.
 */
export function judgeProgress(checks: readonly Check[], rule: StopRule = usualRule): Judgement {
  const best = checks.reduce((least, check) => (check.distance < least.distance ? check : least), checks[0])
  const last = checks[checks.length - 1]
  const fruitless = checks.length - 1 - lastImprovement(checks, rule.least)
  const evidence = { best, last, since: checks.slice(checks.length - fruitless) }
  const { state, isWrong, words } = endings.find(({ applies }) => applies(evidence)) ?? plateau
  const enough = isWrong ? rule.patience : Math.max(rule.patience, Math.ceil(rule.share * checks.length))
  if (fruitless < enough) {
    const since =
      fruitless === 0 ? 'the last check was the best one' : `the last progress was ${counted(fruitless)} ago`
    const reason = `still learning: ${since}`
    return { state: 'learning', stops: false, best: best.step, fruitless, reason, warning: warningOf(checks, best) }
  }
  return { state, stops: true, best: best.step, fruitless, reason: words(evidence), warning: null }
}

/** Before so many checks everything looks wrong, and so it may where samples get better all the same. */
const fewest = 3

function warningOf(checks: readonly Check[], best: Check): string | null {
  const last = checks[checks.length - 1]
  const evidence = { best, last, since: [last] }
  const worst = endings.find(({ isWrong, applies }) => isWrong && applies(evidence))
  return checks.length < fewest || last === best || worst === undefined ? null : worst.words(evidence)
}

/** The number of the last check that was better than all before it, by more than chance would have it. */
function lastImprovement(checks: readonly Check[], least: number): number {
  let index = 0
  checks.forEach(({ distance }, at) => {
    if (distance < checks[index].distance * (1 - least)) index = at
  })
  return index
}

interface Evidence {
  readonly best: Check
  readonly last: Check
  /** All checks since the last improvement. */
  readonly since: readonly Check[]
}

interface Ending {
  readonly state: State
  /** Whether it is worth a warning before it is the end. */
  readonly isWrong: boolean
  readonly applies: (evidence: Evidence) => boolean
  readonly words: (evidence: Evidence) => string
}

const plateau: Ending = {
  state: 'plateau',
  isWrong: false,
  applies: () => true,
  words: ({ since }) => `no better samples in ${counted(since.length)}, though they can still be told from real ones`,
}

/**
 * How a training that no longer gets better has ended; the first that applies. The numbers are those that tell the runs of
 * `npm run evidence:stop` apart, see docs/results.md.
 */
const endings: readonly Ending[] = [
  {
    state: 'diverged',
    isWrong: true,
    applies: ({ last, best }) => !Number.isFinite(last.distance) || last.distance > 3 * best.distance,
    words: ({ last, best }) =>
      Number.isFinite(last.distance)
        ? `samples became ${(last.distance / best.distance).toFixed(1)} times as bad as they were at step ${best.step}`
        : 'samples are no numbers any more',
  },
  {
    state: 'diverged',
    isWrong: true,
    applies: ({ since }) => runawayIn(since) > mostLoss,
    words: ({ since }) => `losses ran away, up to ${runawayIn(since).toExponential(0)}`,
  },
  {
    state: 'discriminator won',
    isWrong: true,
    applies: ({ last: { ranked, toldApart } }) => ranked !== null && ranked > 0.97 && toldApart.low > 0.9,
    words: ({ last: { ranked } }) =>
      `the discriminator is right in ${(100 * (ranked ?? 0)).toFixed(1)} % of its comparisons: it is too strong for this generator, or learns too fast`,
  },
  {
    state: 'collapse',
    isWrong: true,
    applies: ({ last }) => last.covered < 0.4,
    words: ({ last }) => `the generator makes only ${percent(last.covered)} of the kinds of samples that there are`,
  },
  {
    state: 'equilibrium',
    isWrong: false,
    // Few samples leave a wide interval, whose lower end alone would prove nothing.
    applies: ({ last: { toldApart } }) => toldApart.low <= 0.55 && toldApart.accuracy <= 0.6,
    words: ({ last }) =>
      `a fresh judge tells generated samples from real ones ${percent(last.toldApart.accuracy)} of the time, hardly more than by guessing`,
  },
  plateau,
]

/** Losses are of the order of 1 in all games, and of the distance between samples where a critic measures that. */
const mostLoss = 1000

const runawayIn = (checks: readonly Check[]): number =>
  Math.max(0, ...checks.flatMap(({ losses }) => (losses ? Object.values(losses).map(Math.abs) : [])))

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

const counted = (checks: number): string => (checks === 1 ? 'one check' : `${checks} checks`)
