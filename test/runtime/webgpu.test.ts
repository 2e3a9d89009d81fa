import { describe, expect, it } from 'vitest'
import { softwareVulkan } from '../browser/software-vulkan.ts'
import { all } from '../recipes/small.ts'
import { runChild } from './child.ts'
import type { Findings } from './webgpu-child.ts'

// In a process of its own: its driver is chosen by its environment, and a fault of it would end this one.
const vulkan = await softwareVulkan()
const { status, stdout, stderr } = await runChild('webgpu-child.ts', [], 600, [], vulkan ?? {})
const found: Findings | { readonly missing: string } =
  status === 0 ? JSON.parse(stdout.trim().split('\n').at(-1) ?? '') : { missing: stderr }
const missing = 'missing' in found ? found.missing : null

describe.skipIf(missing !== null && vulkan === null)(`WebGPU${missing === null ? '' : `: ${missing}`}`, () => {
  const findings = (): Findings => {
    if ('missing' in found) throw new Error(found.missing)
    return found
  }

  it.each(all)('trains $name as the CPU does, and leaves nothing to it', ({ name }) => {
    const one = findings().recipes.find((recipe) => recipe.name === name)
    expect(one).toEqual({ name, difference: expect.any(Number), leftToCpu: [] })
    // The sines of a GPU may be 2^-11 off (WGSL, section 15.7.4): what `points` feeds its players is made of them.
    expect(one?.difference).toBeLessThan(name === 'points' ? 1e-3 : 1e-5)
  })

  it('computes convolutions that it would get wrong', () => {
    const { convolutions } = findings()
    expect(convolutions.length).toBeGreaterThan(40)
    expect(convolutions.filter(({ error }) => !(error < 1e-4))).toEqual([])
  })

  it('is known to leave some operations to the CPU', () => {
    expect(findings().operationsOnCpu).toEqual({
      floats: ['round', 'argmax'],
      'whole numbers': ['neg', 'abs', 'slice'],
      booleans: ['or', 'where', 'transpose', 'slice', 'pad', 'concat'],
    })
  })
})
