/** The section of docs/results.md on points in the plane. */
import { cpus } from 'node:os'
import { objectiveNames } from '../src/gan/losses/objectives.ts'
import type { ObjectiveName } from '../src/gan/losses/objectives.ts'
import { recipes } from '../src/recipes/index.ts'
import { code, table } from './results-page.ts'
import { isUsual, penaltyKinds, samples, toyNames } from './toys-runs.ts'
import type { ToyGame, ToyName, ToyOutcome } from './toys-runs.ts'
import type { PanelRow } from './toys-picture.ts'

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const whole = (count: number): string => count.toLocaleString('en')

const words: Readonly<Record<ToyName, string>> = { grid: 'grid of 25', ring: 'ring of 8' }
const withOrWithout: Readonly<Record<ToyGame['penalties'], string>> = {
  with: 'with R1 and R2',
  without: 'without penalties',
}

/** Those of a game, one for each seed. */
type Outcomes = readonly ToyOutcome[]

const pick = (outcomes: Outcomes, game: Omit<ToyGame, 'seed'>): Outcomes =>
  outcomes.filter(
    ({ toy, objective, penalties }) => toy === game.toy && objective === game.objective && penalties === game.penalties,
  )

/** @param picture how the page calls the picture. */
export function toysSection(outcomes: Outcomes, picture: string): string {
  const usual = outcomes.filter(({ objective, penalties }) => isUsual(objective) && penalties === 'with')
  const [{ steps, threads }] = usual
  const { batch } = recipes.points.defaults
  const seeds = new Set(outcomes.map(({ seed }) => seed)).size
  const slowest = Math.max(...usual.map(({ quietSeconds }) => quietSeconds))
  return `## Points in the plane

${code(['npm run evidence:toys', 'forger train points --data toy:grid      # one of them'])}

The recipe \`points\` on 25 normal distributions on a grid (deviation 0.05) and 8 on a ring (0.02), ${whole(steps)} steps of ${batch} points, ${seeds} seeds.
Of ${whole(samples)} samples, those count that lie within three deviations of a mode's mean (*near*; of real points 98.9 % do); a mode is found if
one of them is its own. *KL* is the divergence of the samples' shares of modes from equal ones, in nats, and *spread* how far near samples lie
from their means, real ones being 1. *Seconds* are from the game to the trained generator: preparation, and steps times the least
time of a step on ${threads === 1 ? 'one thread' : `${threads} threads`} of an ${cpus()[0]?.model ?? 'unknown processor'}; ${slowest.toFixed(0)} at most. In parentheses what the clock showed, while others used
the machine as well.

${table(
  ['toy', 'seed', 'modes', 'near', 'KL', 'spread', 'seconds'],
  usual.map(({ toy, seed, found, seconds, quietSeconds }) => [
    words[toy],
    String(seed),
    `${found.covered} of ${found.modes}`,
    percent(found.near),
    found.divergence?.toFixed(3) ?? '–',
    found.spread?.toFixed(2) ?? '',
    `${quietSeconds.toFixed(1)} (${seconds.toFixed(0)})`,
  ]),
)}

The same with every other objective (\`--set game.objective=hinge\`), and with the penalties taken away as well (\`--set game.gamma=0\`). Modes are
the fewest and the most over ${seeds} seeds, *near* is their mean, and an objective that lost a mode on any seed has them in bold. Without penalties most games put their points on a few
modes, or on none.

${table(
  ['objective', ...penaltyKinds.flatMap((kind) => toyNames.map((toy) => `${words[toy]}, ${withOrWithout[kind]}`))],
  objectiveNames.map((objective) => [
    `\`${objective}\``,
    ...penaltyKinds.flatMap((penalties) =>
      toyNames.map((toy) => cellOf(pick(outcomes, { toy, objective, penalties }))),
    ),
  ]),
)}

![Samples of every objective over the modes of both toys](${picture})

Pale discs are the real modes, three deviations wide and a little more to be seen; orange dots are 1,000 samples of the first seed.
`
}

function cellOf(outcomes: Outcomes): string {
  const found = outcomes.map((outcome) => outcome.found.covered)
  const [least, most] = [Math.min(...found), Math.max(...found)]
  const near = outcomes.reduce((sum, outcome) => sum + outcome.found.near, 0) / outcomes.length
  const modes = least === most ? String(least) : `${least} - ${most}`
  return `${least < outcomes[0].found.modes ? `**${modes}**` : modes}, ${percent(near)}`
}

/** One row for each toy with and without penalties, one panel for each objective, of the first seed. */
export const toysPanels = (outcomes: Outcomes): PanelRow[] =>
  toyNames.flatMap((toy) =>
    penaltyKinds.map((penalties) => ({
      title: `${words[toy][0].toUpperCase()}${words[toy].slice(1)}, ${withOrWithout[penalties]}`,
      panels: objectiveNames.map((objective: ObjectiveName) => {
        const [outcome] = pick(outcomes, { toy, objective, penalties })
        const { covered, near } = outcome.found
        return { label: `${objective}: ${covered}, ${(100 * near).toFixed(0)} %`, outcome }
      }),
    })),
  )
