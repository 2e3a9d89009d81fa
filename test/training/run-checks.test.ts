import { describe, expect, it } from 'vitest'
import { gameReports } from '../../src/gan/players/report.ts'
import { lossesAfter } from '../../src/training/run-checks-node.ts'
import { meansAt } from '../report/some-report-facts.ts'

const reports = gameReports([])

const losses = (step: number, discriminatorLoss: number, generatorLoss = 1) =>
  meansAt(step, { discriminatorLoss, generatorLoss })

describe('losses since a check', () => {
  it('are the mean over steps, however they were summed up', () => {
    // Steps 11 to 20 have 2, 21 to 40 have 5: the mean is 4.
    const whole = [losses(10, 9), losses(20, 2), losses(40, 5)]
    const pieces = [losses(10, 9), losses(13, 2), losses(20, 2), losses(35, 5), losses(40, 5)]
    expect(lossesAfter(whole, 10, reports)).toEqual({ discriminator: 4, generator: 1 })
    expect(lossesAfter(pieces, 10, reports)).toEqual({ discriminator: 4, generator: 1 })
  })

  it('are means over the steps that report a loss, where a stage reports others', () => {
    const warmUp = (step: number, generatorLoss: number) => ({ ...losses(step, 0), scalars: { generatorLoss, l1: 9 } })
    // The generator has 7 in steps 1 to 6 and 1 in 7 to 8; the discriminator 2 in the latter alone.
    expect(lossesAfter([warmUp(4, 7), warmUp(6, 7), losses(8, 2)], 0, reports)).toEqual({
      discriminator: 2,
      generator: 5.5,
    })
    expect(lossesAfter([warmUp(4, 7)], 0, reports)).toEqual({ generator: 7 })
  })

  it('are none where there was no step', () => {
    expect(lossesAfter([], 0, reports)).toBeNull()
    expect(lossesAfter([losses(10, 9)], 10, reports)).toBeNull()
  })
})
