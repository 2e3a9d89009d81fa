import { existsSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { isGroup } from '../../../src/recipes/read-settings.ts'
import { readCheckpoint } from '../../../src/runs/folder/checkpoint-node.ts'
import { isRollback, parseLog } from '../../../src/runs/folder/log-lines.ts'
import { readRecord } from '../../../src/runs/folder/run-record-node.ts'
import { resumeRun } from '../../../src/training/resume-run-node.ts'
import { runFolderAt } from '../../../src/runs/folder/run-folder.ts'
import { decodeSafetensors } from '../../../src/files/safetensors.ts'
import { openSampler } from '../../../src/runs/samples/run-sampler-node.ts'
import { damaged } from '../../data/damage.ts'
import { valueOrRefusal } from '../../data/refusal.ts'
import { runsInFolder } from '../../training/running.ts'

const runs = runsInFolder()
const game = { latent: 3, generator: { units: [4] }, discriminator: { units: [4] } }
const parts = ['options.json', 'log.jsonl', 'samples/step-000004.png', 'checkpoints/step-000008.safetensors'] as const
type Part = (typeof parts)[number]
const [optionsFile, logFile, , checkpointFile] = parts

let whole: Readonly<Record<Part, Buffer>>
beforeAll(async () => {
  await runs.train('run', { steps: 8, checkpointEvery: 4, logEvery: 2, sampleEvery: 4, game })
  const [options, log, picture, checkpoint] = parts.map((part) => runs.read('run', part))
  whole = { [parts[0]]: options, [parts[1]]: log, [parts[2]]: picture, [parts[3]]: checkpoint }
})

/** The run as it was, but for one file. */
function harm(part: Part, bytes: Uint8Array | string): void {
  for (const other of parts) writeFileSync(runs.at('run', other), other === part ? bytes : whole[other])
}

const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(-1, 0, 1.5, 1e300, -0, 2 ** 53, '', '__proto__', 'mlp', [], {}, null),
)

/** JSON of which one value, however deep, is another one or gone. */
const disturbed = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) {
    const inside = value.map((member, index) => disturbed(member).map((other) => value.with(index, other)))
    return fc.oneof(anyValue, ...inside)
  }
  if (!isGroup(value)) return anyValue
  const inside = Object.entries(value).flatMap(([name, member]) => {
    const { [name]: _, ...others } = value
    return [disturbed(member).map((other) => ({ ...value, [name]: other })), fc.constant(others)]
  })
  return fc.oneof({ arbitrary: anyValue, weight: 1 }, ...inside.map((arbitrary) => ({ arbitrary, weight: 3 })))
}

const disturbedOptions = () =>
  disturbed(JSON.parse(whole[optionsFile].toString())).map((value) => JSON.stringify(value))
const harmedOptions = () => fc.oneof(damaged(whole[optionsFile]), disturbedOptions())

describe('what came to harm in the folder of a run', () => {
  it('is, of options.json, a record or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(harmedOptions(), async (bytes) => {
        harm(optionsFile, bytes)
        const record = await valueOrRefusal(readRecord(runFolderAt(runs.at('run'))), optionsFile)
        if (record !== null)
          expect(record).toMatchObject({ options: { recipe: 'mlp' }, data: { count: expect.any(Number) } })
      }),
      { numRuns: 400 },
    )
  })

  it('is, of a checkpoint, the whole of it or a refusal', async () => {
    const { metadata, tensors } = decodeSafetensors(whole[checkpointFile], checkpointFile)
    await fc.assert(
      fc.asyncProperty(damaged(whole[checkpointFile]), async (bytes) => {
        harm(checkpointFile, bytes)
        const reading = readCheckpoint(runs.at('run', checkpointFile), metadata.run)
        const read = await valueOrRefusal(reading, checkpointFile)
        if (read === null) return
        expect(read.facts).toMatchObject({ step: 8, run: metadata.run })
        // Numbers may be other ones: only names can be wrong in the same length.
        expect(read.tensors.size).toBe(tensors.size)
      }),
      { numRuns: 400 },
    )
  })

  it('is, of a log, the lines that are whole', () => {
    const lines = parseLog(whole[logFile].toString())
    expect(lines).toHaveLength(4)
    fc.assert(
      fc.property(damaged(whole[logFile]), (bytes) => {
        const read = parseLog(new TextDecoder().decode(bytes))
        for (const line of read) expect(Number.isSafeInteger(line.step) && line.step >= 0).toBe(true)
      }),
      { numRuns: 400 },
    )
    const cut = fc.nat(whole[logFile].length).map((length) => whole[logFile].subarray(0, length).toString())
    fc.assert(
      fc.property(cut, (text) => {
        expect(parseLog(text)).toEqual(lines.slice(0, text.split('\n').length - (isWhole(text) ? 0 : 1)))
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.json()), (values) => {
        expect(parseLog(values.join('\n')).filter((line) => !isRollback(line))).toEqual([])
      }),
    )
  })

  it('lets the run go on or is refused, and is left as it is then', async () => {
    const harms = fc.oneof(
      fc.tuple(fc.constant(optionsFile), harmedOptions()),
      ...parts.map((part) => fc.tuple(fc.constant(part), damaged(whole[part]))),
    )
    const outcomes = { resumed: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(harms, async ([part, bytes]) => {
        harm(part, bytes)
        const before = runs.filesOf('run')
        const run = await valueOrRefusal(resumeRun(runs.at('run')), '')
        outcomes[run === null ? 'refused' : 'resumed']++
        await run?.close()
        expect(runs.filesOf('run')).toEqual(before)
        expect(existsSync(runs.at('run', 'run.lock'))).toBe(false)
        if (run === null) expect(runs.read('run', part).equals(Buffer.from(bytes))).toBe(true)
      }),
      { numRuns: 60 },
    )
    expect(outcomes.resumed).toBeGreaterThan(5)
    expect(outcomes.refused).toBeGreaterThan(5)
  }, 120_000)

  it('lets samples be drawn or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(disturbedOptions(), async (text) => {
        harm(optionsFile, text)
        const sampler = await valueOrRefusal(openSampler(runs.at('run')), '')
        await sampler?.close()
      }),
      { numRuns: 60 },
    )
  }, 120_000)

  it('is passed over where it is a picture', async () => {
    for (const bytes of ['', 'no picture', whole['samples/step-000004.png'].subarray(0, 30)]) {
      harm('samples/step-000004.png', bytes)
      const { result } = await runs.resume('run')
      expect(result.step).toBe(8)
    }
  })
})

/** Whether the text ends with a line that is whole, its newline or not. */
const isWhole = (text: string): boolean => {
  try {
    return text !== '' && JSON.parse(text.split('\n').at(-1) ?? '') !== null
  } catch {
    return false
  }
}
