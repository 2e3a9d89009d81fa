import { expect, it } from 'vitest'
import { runChild } from './child.ts'

it('a process ends by itself although a device was left open', async () => {
  expect(await runChild('idle-child.ts', [], 20)).toEqual({ status: 0, stdout: '3,3,3,3,3\n', stderr: '' })
}, 30_000)
