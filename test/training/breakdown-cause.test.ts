import { describe, expect, it } from 'vitest'
import { gameReports } from '../../src/gan/players/report.ts'
import { likelyCause } from '../../src/training/breakdown-cause.ts'

const reports = gameReports([])

const good = { discriminatorLoss: 1, generatorLoss: 2, realScore: 0.5, fakeScore: 0.25, penalty: 0, finite: 1 }
const lost = { ...good, discriminatorLoss: NaN, generatorLoss: NaN, finite: 0 }
const before = Array.from({ length: 50 }, () => good)

describe('likelyCause', () => {
  it('is the learning rate where losses had grown', () => {
    const history = [...before, { ...good, generatorLoss: -4e7 }, lost]
    expect(likelyCause(history, 1e-3, reports)).toBe(
      'losses had grown from 2 to 40000000 before, so most likely the learning rate (0.001) is too high',
    )
  })

  it('is the penalty where nearly all of the loss was its own', () => {
    const history = [...before, { ...good, discriminatorLoss: 4.1e7, penalty: 4e7 }, lost]
    expect(likelyCause(history, 1e-3, reports)).toMatch(/^the gradient penalty had grown to 40000000 before/)
  })

  it('looks at whatever losses a game has', () => {
    const own = { energy: { tag: 'loss/energy', chart: 'Losses', title: 'energy' } }
    const history = [
      ...before.map(() => ({ energy: 2, finite: 1 })),
      { energy: 4e7, finite: 1 },
      { energy: NaN, finite: 0 },
    ]
    expect(likelyCause(history, 1e-3, own)).toBe(
      'losses had grown from 2 to 40000000 before, so most likely the learning rate (0.001) is too high',
    )
  })

  it('is a learning rate that nobody takes, where it was too fast to see', () => {
    expect(likelyCause([lost], 0.5, reports)).toBe('most likely the learning rate (0.5) is too high')
  })

  it('is an operation that has no result, where all was well before', () => {
    expect(likelyCause([...before, lost], 1e-3, reports)).toMatch(/^no loss had grown before, .*divides by zero/)
  })
})
