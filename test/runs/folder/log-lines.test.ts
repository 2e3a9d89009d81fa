import { describe, expect, it } from 'vitest'
import { isRollback, parseLog } from '../../../src/runs/folder/log-lines.ts'

const rollback = {
  step: 33,
  time: '2026-11-23T05:15:24.165Z',
  rollback: 'The loss of the generator is NaN.',
  backTo: 30,
  learningRate: 5e-4,
}

describe('a log', () => {
  it('of an earlier version calls a rollback a setback', () => {
    const { rollback: setback, ...rest } = rollback
    const lines = parseLog(`${JSON.stringify({ ...rest, setback })}\n${JSON.stringify(rollback)}\n`)
    expect(lines).toEqual([rollback, rollback])
    expect(lines.every(isRollback)).toBe(true)
  })
})
