/** Programs that do the same work, timed in turn, so that all of them meet the same minutes of the same machine. */

import type { Report } from './peers/talk.ts'

/** A program or page that trains a game and waits, without using the machine, until it is asked for steps. */
export interface Contestant {
  readonly name: string
  train(steps: number): Promise<Report>
  close(): Promise<void>
}

/** What a contestant did. Index i of `rounds` is the same round for all that were timed together. */
export interface Timing {
  /** Milliseconds a step, round by round. */
  readonly rounds: readonly number[]
  /** Its last report. */
  readonly last: Report
}

/** A turn is about this long, in milliseconds. */
const turnMs = 1500

/**
 * Times everybody in that many rounds, after two turns each to warm up; whoever fails is closed, told about and left out.
 * @param multiple a turn is always a multiple of so many steps (README.md says why)
 * @param tell is told what happens, in half a line
 */
export async function takeTurns<C extends Contestant>(
  contestants: readonly C[],
  rounds: number,
  multiple: number,
  tell: (news: string) => void,
): Promise<Map<C, Timing>> {
  const stepsOfTurn = ({ ms, steps: done }: Report): number =>
    multiple * Math.max(1, Math.round(turnMs / (ms / done) / multiple))
  const steps = new Map<C, number>()
  const timings = new Map<C, Timing>()
  const attempt = async (contestant: C, what: () => Promise<void>) => {
    try {
      await what()
    } catch (error) {
      tell(`${contestant.name} failed and is left out: ${error instanceof Error ? error.message : String(error)}`)
      steps.delete(contestant)
      timings.delete(contestant)
      await contestant.close()
    }
  }

  for (const contestant of contestants) {
    tell(`warm-up: ${contestant.name}`)
    await attempt(contestant, async () => {
      const first = await contestant.train(multiple)
      const second = await contestant.train(stepsOfTurn(first))
      steps.set(contestant, stepsOfTurn(second))
    })
  }
  for (let round = 0; round < rounds; round++) {
    tell(`round ${round + 1} of ${rounds}`)
    for (const contestant of rotated([...steps.keys()], round)) {
      await attempt(contestant, async () => {
        const last = await contestant.train(steps.get(contestant) ?? multiple)
        const before = timings.get(contestant)?.rounds ?? []
        timings.set(contestant, { rounds: [...before, last.ms / last.steps], last })
      })
    }
  }
  return timings
}

/** Everybody is first once, so that nobody always follows the same neighbor. */
const rotated = <T>(list: readonly T[], by: number): T[] => {
  const start = by % Math.max(1, list.length)
  return [...list.slice(start), ...list.slice(0, start)]
}
