import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeSafetensors } from '../../src/files/safetensors.ts'
import { softwareVulkan } from '../browser/software-vulkan.ts'
import { folderWithImages, runForger } from './forger.ts'

const vulkan = await softwareVulkan()
let folder = ''
beforeEach(() => {
  folder = folderWithImages()
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  vi.unstubAllEnvs()
})

const small = ['--data', 'idx:images.idx', '--batch', '8', '--threads', '1']
const units = ['--set', 'game.generator.units=12', '--set', 'game.discriminator.units=9']

const withoutGpu = () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '')
  vi.stubEnv('VK_ICD_FILENAMES', '/dev/null')
  vi.stubEnv('VK_DRIVER_FILES', '/dev/null')
}

describe('--device', () => {
  it.runIf(process.platform === 'linux').each([
    ['webgpu', 'it needs a GPU with a driver for Vulkan, Metal or Direct3D 12'],
    [
      'cuda',
      'it needs Linux on x86-64, an NVIDIA GPU, CUDA 12 with cuDNN 9, and the CUDA files of ONNX Runtime, which ',
    ],
  ])('%s that does not work is told in one sentence, before anything is written', async (name, need) => {
    withoutGpu()
    const { status, stdout, stderr } = await runForger(folder, 'train', ...small, '--device', name, '--out', 'run')
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^error: .*; train on the device cpu\.\n$/)
    expect(stderr).toContain(`The device ${name} cannot be used here: ${need}`)
    expect(readdirSync(folder)).toEqual(['images.idx'])
  })

  it('tells how to get the package that it needs', async () => {
    const hooks = join(folder, 'hooks.mjs')
    const missing = "Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' })"
    writeFileSync(
      hooks,
      `import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) { if (name === 'onnxruntime-node') throw ${missing}; return next(name, context) } })`,
    )
    vi.stubEnv('NODE_OPTIONS', `--import ${pathToFileURL(hooks).href}`)
    const { status, stderr } = await runForger(folder, 'train', ...small, '--device', 'webgpu', '--out', 'run')
    expect(stderr).toBe(
      'error: The device webgpu needs the package onnxruntime-node, which is not installed; install it where Forger is ' +
        '("npm install onnxruntime-node", with --global if Forger was installed so), or train on the device cpu.\n',
    )
    expect(status).toBe(2)
    expect(readdirSync(folder).toSorted()).toEqual(['hooks.mjs', 'images.idx'])
  })

  it.skipIf(vulkan === null)(
    'is told by doctor, with what it would leave to the CPU',
    async () => {
      for (const [name, value] of Object.entries(vulkan ?? {})) vi.stubEnv(name, value)
      const { status, stdout } = await runForger(folder, 'doctor')
      expect(status).toBe(0)
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
        ' webgpu yes: has all that the training steps of the recipes need; in other steps, it leaves to the CPU of floats round, argmax; ',
      )
    },
    60_000,
  )

  it.skipIf(vulkan === null)(
    'lets a run go on where another one trained it',
    async () => {
      const to = (steps: number) => ['--steps', String(steps)]
      const run = async (...args: readonly string[]) => {
        expect(await runForger(folder, ...args)).toMatchObject({ status: 0, stderr: '' })
      }
      await run('train', ...small, ...units, ...to(9), '--out', 'straight')
      for (const [name, value] of Object.entries(vulkan ?? {})) vi.stubEnv(name, value)
      await run('train', ...small, ...units, ...to(3), '--device', 'webgpu', '--out', 'moved')
      await run('resume', 'moved', '--device', 'cpu', ...to(6))
      await run('resume', 'moved', '--device', 'webgpu', ...to(9))

      const stateOf = (name: string) =>
        decodeSafetensors(readFileSync(join(folder, name, 'checkpoints/step-000009.safetensors')), name).tensors
      const moved = stateOf('moved')
      for (const [name, { values }] of stateOf('straight')) {
        // A bias of the discriminator changes nothing here: what there is of its gradient is rounding.
        if (/^(discriminator|optimizers\.discriminator).*bias/.test(name)) continue
        const there = moved.get(name)?.values ?? []
        for (let i = 0; i < values.length; i++) expect(Math.abs(values[i] - there[i]), name).toBeLessThan(1e-4)
      }
      const record: unknown = JSON.parse(readFileSync(join(folder, 'moved/options.json'), 'utf8'))
      expect(record).toMatchObject({
        options: { device: 'webgpu' },
        resumed: [{ changed: { device: 'cpu' } }, { changed: { device: 'webgpu' } }],
      })
    },
    240_000,
  )
})
