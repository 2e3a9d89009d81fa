import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeRunsTypeScript } from '../../tools/strip-types.mjs'
import { runForger } from '../cli/forger.ts'
import { idxBytes } from '../data/idx-bytes.ts'
import { repository } from '../tools/tree.ts'

let folder = ''
const at = (...path: string[]) => join(folder, ...path)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'forger-method-'))
  const pixels = Array.from({ length: 40 * 5 * 4 }, (_, index) => (index * 71) % 256)
  writeFileSync(at('images.idx'), idxBytes([40, 5, 4], pixels))
  copyFileSync(join(repository, 'examples/own-method.ts'), at('own-method.ts'))
})
afterAll(() => rmSync(folder, { recursive: true }))

// An older Node asks for JavaScript, see own-recipe.test.ts.
describe.runIf(nodeRunsTypeScript)('a method of three players, written outside of the package', () => {
  const own = ['own-method.ts', '--data', 'idx:images.idx', '--batch', '8', '--threads', '1', '--set', 'game.units=12']
  const steps = (count: number) => ['--steps', String(count), '--log-every', '4']

  it('trains, goes on to the same bytes, draws, and has a report of its own numbers', async () => {
    const straight = await runForger(folder, 'train', ...own, ...steps(12), '--out', 'straight')
    expect(straight).toMatchObject({ status: 0, stderr: '' })
    await runForger(folder, 'train', ...own, ...steps(5), '--out', 'cut')
    expect(await runForger(folder, 'resume', 'cut', '--steps', '12')).toMatchObject({ status: 0, stderr: '' })
    for (const file of ['checkpoints/step-000012.safetensors', 'generator.onnx']) {
      expect(readFileSync(at('cut', file)).equals(readFileSync(at('straight', file))), file).toBe(true)
    }
    const [line] = readFileSync(at('straight/log.jsonl'), 'utf8').split('\n')
    expect(JSON.parse(line)).toMatchObject({
      step: 4,
      discriminatorLoss: expect.any(Number),
      generatorLoss: expect.any(Number),
    })
    expect(readFileSync(at('straight/report.html'), 'utf8')).toContain('generator and encoder')
    const drawn = await runForger(folder, 'sample', 'cut', '--count', '4', '--out', 'drawn.png')
    expect(drawn).toMatchObject({ status: 0, stderr: '' })
  }, 90_000)
})
