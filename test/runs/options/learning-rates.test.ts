import { describe, expect, it } from 'vitest'
import { ratesAt } from '../../../src/runs/options/learning-rates.ts'

const at = (step: number, rollbacks: number, learningRate: number) => ({ step, rollbacks, learningRate })

describe('ratesAt', () => {
  it('adds a new rate where the run is resumed, in place of one that was set there before', () => {
    expect(ratesAt([], at(8, 1, 0), 0.5)).toEqual([at(8, 1, 0.5)])
    expect(ratesAt([at(8, 1, 0.5)], at(8, 1, 0), 0.25)).toEqual([at(8, 1, 0.25)])
    expect(ratesAt([at(8, 1, 0.5)], at(9, 2, 0), 0.25)).toEqual([at(8, 1, 0.5), at(9, 2, 0.25)])
  })

  it('leaves the rates as they are where none is set', () => {
    expect(ratesAt([], at(8, 1, 0), undefined)).toEqual([])
    expect(ratesAt([at(8, 0, 0.5)], at(9, 1, 0), undefined)).toEqual([at(8, 0, 0.5)])
  })

  it('lets the last rate hold where the run goes on from before it was set', () => {
    const rates = [at(4, 0, 0.5), at(8, 1, 0.25)]
    expect(ratesAt(rates, at(6, 0, 0), undefined)).toEqual([at(4, 0, 0.5), at(6, 0, 0.25)])
    expect(ratesAt(rates, at(0, 0, 0), undefined)).toEqual([at(0, 0, 0.25)])
  })
})
