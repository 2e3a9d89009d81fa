import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contentOf, inspect } from '../kill/killing.ts'
import { folderWithImages, runForger, startForger } from './forger.ts'

/** Quick steps, as many as take a second: enough time for something to happen. */
const game = ['--set', 'game.generator.units=16', '--set', 'game.discriminator.units=16']
const data = ['--data', 'idx:images.idx', '--batch', '8', '--threads', '1', '--seed', '5']
const often = ['--checkpoint-every', '250', '--sample-every', '1000', '--log-every', '10']
const options = [...data, ...game, ...often, '--steps', '4000']

let folder = ''
const at = (...path: string[]) => join(folder, ...path)
/** Folders over which something is mounted. */
const mounted: string[] = []
beforeAll(async () => {
  folder = folderWithImages()
  const { status, stderr } = await runForger(folder, 'train', ...options, '--out', 'undisturbed')
  if (status !== 0) throw new Error(`the undisturbed run ended with status ${status}: ${stderr}`)
}, 120_000)
afterAll(() => {
  for (const path of mounted.splice(0)) unmount(path)
  rmSync(folder, { recursive: true })
})

/** Mounts an empty file system that lives in memory; false where that is not permitted. */
function mount(path: string, how: string): boolean {
  mkdirSync(path, { recursive: true })
  const isMounted =
    process.platform === 'linux' && spawnSync('mount', ['-t', 'tmpfs', '-o', how, 'tmpfs', path]).status === 0
  if (isMounted) mounted.push(path)
  return isMounted
}

const unmount = (path: string) => spawnSync('umount', ['-l', path])
const noMounts = 'no file system can be mounted here'

/** Does something to a run between two of its steps, after its first checkpoint. */
async function disturb(args: readonly string[], disturbance: () => unknown) {
  const run = startForger(folder, ...args, '--json')
  await run.wrote('"kind":"checkpoint"')
  run.child.kill('SIGSTOP')
  try {
    await disturbance()
  } finally {
    run.child.kill('SIGCONT')
  }
  return run.finished
}

/** Holds what a run left, however it ended, to being whole, and free for whoever wants to go on with it. */
async function expectWhole(out: string): Promise<void> {
  expect(await inspect(at(out))).toMatchObject({ hasOptions: true, temporaries: 0 })
  expect(readdirSync(at(out))).not.toContain('run.lock')
}

/** Goes on with a run: it ends as if nothing had happened. */
async function expectSameEnd(out: string): Promise<void> {
  expect(await runForger(folder, 'resume', out)).toMatchObject({ status: 0, stderr: '' })
  expectSame(out)
}

function expectSame(out: string): void {
  const [expected, found] = [contentOf(at('undisturbed')), contentOf(at(out))]
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted())
  expect(Object.keys(expected).filter((name) => !found[name]?.equals(expected[name] ?? Buffer.of()))).toEqual([])
}

const wayOn = (out: string) => `once that is mended, "forger resume ${out}" goes on with the run.`

describe('a full disk', { timeout: 120_000 }, () => {
  it('on which a checkpoint finds no room ends the run with a sentence, and the run goes on when there is some', async ({
    skip,
  }) => {
    const checkpoint = statSync(at('undisturbed', 'checkpoints', 'step-004000.safetensors')).size
    // For two checkpoints, and a log.
    if (!mount(at('full'), `size=${Math.round(2.8 * checkpoint)}`)) return skip(noMounts)
    const { status, stderr } = await runForger(folder, 'train', ...options, '--out', 'full')
    expect(stderr).toMatch(/^error: Cannot write full\/\S+: the disk is full; .*\n$/)
    expect(stderr).toContain(wayOn('full'))
    expect(status).toBe(2)
    await expectWhole('full')
    expect(await runForger(folder, 'resume', 'full'), 'it is still full').toMatchObject({ status: 2 })
    await expectWhole('full')
    spawnSync('mount', ['-o', 'remount,size=64m', at('full')])
    await expectSameEnd('full')
  })

  it('that others fill while a run writes its log does the same', async ({ skip }) => {
    if (!mount(at('filled'), 'size=16m')) return skip(noMounts)
    const { status, stderr } = await disturb(['train', ...options, '--out', 'filled'], () => {
      expect(() => writeFileSync(at('filled', 'filler'), Buffer.alloc(2 ** 25))).toThrow('ENOSPC')
    })
    expect(stderr).toMatch(/^error: Cannot write filled\/\S+: the disk is full; .*\n$/)
    expect(stderr).toContain(wayOn('filled'))
    expect(status).toBe(2)
    await expectWhole('filled')
    rmSync(at('filled', 'filler'))
    await expectSameEnd('filled')
  })

  it('from the beginning leaves nothing behind', async ({ skip }) => {
    if (!mount(at('small'), 'size=8k')) return skip(noMounts)
    writeFileSync(at('small', 'filler'), Buffer.alloc(4096))
    const { status, stderr } = await runForger(folder, 'train', ...options, '--out', join('small', 'a', 'run'))
    expect(stderr).toMatch(/^error: Cannot write small\/a\/run\/\S+: the disk is full\.\n$/)
    expect(status).toBe(2)
    expect(readdirSync(at('small'))).toEqual(['filler'])
  })
})

describe('a folder that becomes read-only', { timeout: 120_000 }, () => {
  it('ends the run with a sentence, and the run goes on when that is over', async ({ skip }) => {
    const checkpoints = at('frozen', 'checkpoints')
    // Permissions mean nothing to root.
    const isRoot = process.getuid?.() === 0
    let isFrozen = true
    const { status, stderr } = await disturb(['train', ...options, '--out', 'frozen'], () => {
      if (isRoot) isFrozen = mount(checkpoints, 'ro')
      else chmodSync(checkpoints, 0o555)
    })
    if (!isFrozen || process.platform === 'win32') return skip(noMounts)
    expect(stderr).toMatch(
      /^error: Cannot write frozen\/checkpoints\/step-\d+\.safetensors: (it is on a file system that is read-only|there is no permission); .*\n$/,
    )
    expect(stderr).toContain(wayOn('frozen'))
    expect(status).toBe(2)
    if (isRoot) unmount(checkpoints)
    else chmodSync(checkpoints, 0o755)
    await expectWhole('frozen')
    await expectSameEnd('frozen')
  })
})

describe('a second process', { timeout: 120_000 }, () => {
  it('on the folder of a run is turned away, and does not harm it', async () => {
    let second
    const run = await disturb(['train', ...options, '--out', 'wanted'], async () => {
      second = await runForger(folder, 'resume', 'wanted')
    })
    expect(second).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error: Another process \(pid \d+, since [\d:]+\) is training in wanted; .*\.\n$/),
      stdout: '',
    })
    expect(run).toMatchObject({ status: 0, stderr: '' })
    await expectWhole('wanted')
    expectSame('wanted')
  })
})

// Windows ends a process by such a signal at once.
describe.skipIf(process.platform === 'win32')('a signal', { timeout: 120_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s saves what was trained and says how to go on', async (name) => {
    const run = startForger(folder, 'train', ...options, '--out', name)
    await run.wrote('loss')
    run.child.kill(name)
    const { signal, stdout, stderr } = await run.finished
    expect({ signal, stderr }).toEqual({ signal: name, stderr: '' })
    expect(stdout).toMatch(/Stopped after [\d,]+ steps? \(/)
    expect(stdout).toContain(`forger resume ${name}\n`)
    await expectWhole(name)
    expect(readdirSync(at(name, 'checkpoints'))).not.toContain('step-004000.safetensors')
    await expectSameEnd(name)
  })

  it('that comes again ends a run at once, and loses nothing but the way since the last checkpoint', async () => {
    // A quick machine is done with the first one before the second comes; then it is no second one.
    for (let attempt = 0; ; attempt++) {
      const out = `twice${attempt}`
      const run = startForger(folder, 'train', ...options, '--out', out)
      await run.wrote('loss')
      run.child.kill('SIGINT')
      // What comes sooner is taken for npm's echo of the first.
      await sleep(130)
      run.child.kill('SIGINT')
      const { signal, stdout, stderr } = await run.finished
      expect({ signal, stderr }).toEqual({ signal: 'SIGINT', stderr: '' })
      if (stdout.includes('Stopped after') && attempt < 5) continue
      expect(stdout).not.toContain('Stopped after')
      await inspect(at(out))
      await expectSameEnd(out)
      return
    }
  })
})

describe('training that breaks down for good', { timeout: 120_000 }, () => {
  it('ends with status 3, and says what broke first, why, and what to try', async () => {
    const { status, stdout, stderr } = await runForger(
      folder,
      'train',
      ...data,
      '--learning-rate',
      '1e30',
      '--out',
      'lost',
    )
    expect(stderr).toMatch(
      /^error: After step \d+ \S+ (\(the first of \d+ arrays\) )?was no finite number any more; .*the learning rate \(1\.25e\+29\) is too high\. It is the 4th time, .*; try --learning-rate 0\.001\.\n$/,
    )
    expect(status).toBe(3)
    expect(stdout.match(/Going on from step 0 with learning rate /g)).toHaveLength(3)
    await expectWhole('lost')
    expect(readdirSync(at('lost')).toSorted()).toEqual([
      'checkpoints',
      'events.out.tfevents.forger',
      'log.jsonl',
      'options.json',
      'report.html',
      'samples',
    ])
  })
})
