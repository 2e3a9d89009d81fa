import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderWithImages, runForger, startForger } from './forger.ts'

let folder = ''
beforeAll(() => {
  folder = folderWithImages()
})
afterAll(() => rmSync(folder, { recursive: true }))

const small = ['--data', 'idx:images.idx', '--batch', '8', '--threads', '1'] as const
const filesOf = (run: string) => readdirSync(join(folder, run), { recursive: true, encoding: 'utf8' }).toSorted()
/** What every run leaves that ends well, but for its checkpoints and pictures. */
const allFiles = [
  'checkpoints',
  'events.out.tfevents.forger',
  'generator.onnx',
  'log.jsonl',
  'options.json',
  'report.html',
  'samples',
  join('samples', 'final.png'),
]
const checkpoint = (step: number) => join('checkpoints', `step-${String(step).padStart(6, '0')}.safetensors`)

describe('forger train', () => {
  it('trains as many steps as it is told, in plain lines where nobody looks, and says where everything lies', async () => {
    const { status, stdout, stderr } = await runForger(
      folder,
      'train',
      '--steps',
      '20',
      '--sample-every',
      '8',
      ...small,
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
    // oxlint-disable-next-line no-control-regex -- escapes are what must not be there
    expect(stdout).not.toMatch(/\x1b/)
    expect(stdout).toMatch(/^Training mlp on idx:images\.idx: 96 images of 6 x 6, batch 8\n1 thread, seed 0; /)
    expect(stdout).toMatch(
      /^100% {2}step 20\/20 {2}epoch {3}2 .* img\/s {2}loss D .* D\(G\(z\)\) \d\.\d\d {2}left 0:00$/m,
    )
    expect(stdout).toMatch(/Done after 20 steps \(1\.7 epochs\) in 0:0\d\./)
    const run = join('runs', 'mlp-1')
    for (const file of [join('samples', 'final.png'), 'generator.onnx', 'report.html']) {
      expect(stdout).toContain(join(run, file))
    }
    expect(stdout).toContain(`forger resume ${run} --steps 40\n`)
    const pictures = ['step-000008.png', 'step-000016.png'].map((name) => join('samples', name))
    expect(filesOf(run)).toEqual([...allFiles, ...pictures, checkpoint(20), 'evolution.webp'].toSorted())
  })

  it('gives the next run a folder of its own', async () => {
    const { stdout } = await runForger(folder, 'train', '--steps', '2', ...small)
    expect(stdout).toContain(join('runs', 'mlp-2'))
    expect(filesOf(join('runs', 'mlp-2'))).toEqual([...allFiles, checkpoint(2)].toSorted())
  })

  // Windows ends a process by such a signal at once.
  it.skipIf(process.platform === 'win32')(
    'stops at Ctrl-C, keeps what it has, and dies of it as shells expect',
    async () => {
      const run = startForger(folder, 'train', '--minutes', '5', '--out', 'stopped', ...small)
      await run.wrote('step')
      run.child.kill('SIGINT')
      // npm passes it on a second time.
      setTimeout(() => run.child.kill('SIGINT'), 10)
      const { signal, stdout, stderr } = await run.finished
      expect(stderr).toBe('')
      expect(signal).toBe('SIGINT')
      expect(stdout).toMatch(/Stopped after [\d,]+ steps? \(/)
      expect(filesOf('stopped').filter((name) => !name.includes('step-'))).toEqual(allFiles)
    },
  )

  it('writes down what would make the same run again', async () => {
    await runForger(folder, 'train', '--epochs', '0.5', '--seed', '7', '--out', 'written', ...small)
    const record: unknown = JSON.parse(readFileSync(join(folder, 'written', 'options.json'), 'utf8'))
    expect(record).toMatchObject({
      options: {
        recipe: 'mlp',
        data: 'idx:images.idx',
        seed: 7,
        steps: 6,
        epochs: 0.5,
        batch: 8,
        learningRate: 0.001,
        threads: 1,
      },
      data: {
        name: 'idx:images.idx',
        count: 96,
        shape: [6, 6, 1],
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
      versions: { node: process.versions.node, v8: process.versions.v8 },
    })
  })
})
