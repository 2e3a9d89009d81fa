import { describe, expect, it } from 'vitest'
import { branchRun } from '../../evidence/branch-run.ts'
import { trainToEnd } from '../../evidence/image-runs.ts'
import { runsInFolder } from '../training/running.ts'

const runs = runsInFolder()
const told = {
  data: 'toy:ring',
  checkpointEvery: 2,
  keep: 9,
  game: { latent: 3, generator: { units: [8] }, discriminator: { units: [8] } },
}
const checkpoint = (out: string, step: number) => runs.read(out, `checkpoints/step-00000${step}.safetensors`)
const train = (out: string) => trainToEnd(runs.at(out), null, () => {})

describe('a run that branches off', () => {
  it('has the bytes of the other one gone on with, where the rate is the same', async () => {
    await runs.train('trunk', { ...told, steps: 4, learningRate: 0.001 })
    await runs.train('whole', { ...told, steps: 8, learningRate: 0.001 })
    await branchRun(runs.at('trunk'), runs.at('same'), { learningRate: 0.001, steps: 8 })
    await train('same')
    expect(checkpoint('same', 8).equals(checkpoint('whole', 8))).toBe(true)
  })

  it('goes other ways at another rate, and leaves the other one as it was', async () => {
    const trunk = () => [runs.read('trunk', 'options.json'), runs.read('trunk', 'log.jsonl'), checkpoint('trunk', 4)]
    const before = trunk()
    await branchRun(runs.at('trunk'), runs.at('slower'), { learningRate: 0.0001, steps: 8 })
    await train('slower')
    expect(JSON.parse(runs.read('slower', 'options.json').toString())).toMatchObject({
      options: { learningRate: 0.0001, steps: 8 },
    })
    expect(checkpoint('slower', 8).equals(checkpoint('whole', 8))).toBe(false)
    expect(trunk()).toEqual(before)
    // What is there is not begun again.
    const done = checkpoint('slower', 8)
    await branchRun(runs.at('trunk'), runs.at('slower'), { learningRate: 1, steps: 9 })
    expect(checkpoint('slower', 8).equals(done)).toBe(true)
  })
})
