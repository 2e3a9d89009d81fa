import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isRunning, largestPid, startOf } from '../../src/files/process-node.ts'

describe('isRunning', () => {
  it('knows the living from the dead', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    const pid = child.pid ?? 0
    expect(await isRunning(pid)).toBe(true)
    expect(await isRunning(process.pid)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await isRunning(pid)).toBe(false)
    expect(await isRunning(largestPid)).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('knows a process of another user', async () => {
    const isRoot = process.getuid?.() === 0
    if (isRoot) process.seteuid?.(65534)
    try {
      expect(await isRunning(1)).toBe(true)
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })
})

describe.runIf(process.platform === 'linux')('startOf', () => {
  it('is the same whenever it is asked, another one for a later process, and nothing for none', async () => {
    const own = await startOf(process.pid)
    const child = spawn('sleep', ['60'])
    expect(own).not.toBeNull()
    expect(await startOf(process.pid)).toBe(own)
    expect(await startOf(child.pid ?? 0)).not.toBe(own)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await startOf(child.pid ?? 0)).toBeNull()
  })

  it('is not led astray by what a process calls itself', async () => {
    // The name stands between brackets in what the system tells, and may hold some itself.
    const child = spawn(process.execPath, [
      '--eval',
      'process.title = ") Z 1 2 3 ("; console.log(1); setInterval(() => {}, 1000)',
    ])
    await once(child.stdout, 'data')
    const pid = child.pid ?? 0
    expect(await isRunning(pid)).toBe(true)
    expect(Number((await startOf(pid))?.split(' ')[0])).toBeGreaterThan(Number((await startOf(1))?.split(' ')[0]))
    child.kill('SIGKILL')
  })
})
