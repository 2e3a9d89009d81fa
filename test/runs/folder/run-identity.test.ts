import { describe, expect, it } from 'vitest'
import { identityOf } from '../../../src/runs/folder/run-identity.ts'
import { planRun } from '../../../src/runs/options/run-plan.ts'
import { runOptions } from '../../../src/runs/options/run-options.ts'

const identity = (given: object, rates: Parameters<typeof planRun>[2] = []) => {
  const options = runOptions.parse(given)
  return identityOf(options, planRun(options, { name: 'cats', count: 1000 }, rates), 'a3b192cd')
}

const usual =
  '{"recipe":"mlp","game":{},"data":"a3b192cd","batch":128,"learningRate":0.001,"seed":0,"strict":false,"checkpointEvery":500}'

describe('identityOf', () => {
  it('is what checkpoints have always said', () => {
    expect(identity({})).toBe(usual)
  })

  it('is that of the beginning when a learning rate is set later', () => {
    expect(identity({}, [{ step: 8, rollbacks: 1, learningRate: 0.5 }])).toBe(usual)
  })

  it('depends on what was taken from another run, not on where that is', () => {
    const [one, moved, other] = ['a@8:0123456789abcdef', 'b/c@9:0123456789abcdef', 'a@8:0123456789abcdee'].map((from) =>
      identity({ from }),
    )
    expect(one).toBe(moved)
    expect(one).not.toBe(other)
    expect(one).toBe(usual.replace('}}', '}').replace(/\}$/, ',"from":"0123456789abcdef"}'))
  })
})
