import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runForger } from './forger.ts'

describe('forger doctor', () => {
  it('tells what this machine has, and how to get what is missing', async () => {
    const { status, stdout, stderr } = await runForger(tmpdir(), 'doctor')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain(`${process.versions.node} (V8 ${process.versions.v8})`)
    expect(stdout).toMatch(/^ {2}processor {2}.*, \d+ cores? for this process$/m)
    expect(stdout).toMatch(/^ {2}vectors {4}(128|256) bits: at most \d+ GFLOP\/s per thread$/m)
    expect(stdout).toMatch(/^ {2}relaxed {4}(yes|no): /m)
    expect(stdout).toMatch(/^ {2}webgpu {5}(yes|missing: The device webgpu cannot be used here)/m)
    expect(stdout).toMatch(/^ {2}cuda {7}(yes|missing: The device cuda cannot be used here)/m)
    expect(stdout).toMatch(/^ {2}mnist {6}60,000 images of 28 x 28$/m)
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      / fashion (60,000 images|missing: .*"apt install dataset-fashion-mnist")/,
    )
  })

  it('tells the same to machines', async () => {
    const { status, stdout } = await runForger(tmpdir(), 'doctor', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      versions: { node: process.versions.node },
      engine: { sharedMemory: true, vectors: { bits: expect.toSatisfy((bits) => bits === 128 || bits === 256) } },
      accelerators: {
        cuda: expect.toSatisfy((cuda) => 'leftToCpu' in cuda || cuda.missing.endsWith('train on the device cpu.')),
      },
      data: { mnist: { images: 60_000, shape: [28, 28, 1] } },
    })
  })

  it('explains the compiled step of a recipe, kernel by kernel, in a table for 100 columns', async () => {
    const { status, stdout, stderr } = await runForger(tmpdir(), 'doctor', '--explain')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
    const kernels = lines.slice(lines.findIndex((line) => line.startsWith('phase')) + 1, -1)
    expect(lines[0]).toContain(`${kernels.length} kernels`)
    const product = kernels.find((line) => line.includes('generator/dense4/matmul')) ?? ''
    // [kernel, loops, tiles, MFLOP, KB, ms, share, GFLOP/s]
    const [, loops, , megaflops, , milliseconds, , gigaflops] = product.replace(/^ *\d* */, '').split(/ +/)
    expect(loops).toBe('128x1024x784')
    expect(Number(megaflops)).toBeGreaterThan((2 * 128 * 1024 * 784) / 1e6)
    expect(Number(gigaflops) / (Number(megaflops) / Number(milliseconds))).toBeCloseTo(1, 1)
    // The last line adds up the columns, up to rounding.
    const sum = (place: number) => kernels.reduce((total, line) => total + Number(line.slice(place, place + 8)), 0)
    const heading = lines[lines.length - kernels.length - 2]
    for (const column of ['MFLOP', 'KB', 'ms']) {
      const place = heading.indexOf(column) + column.length - 8
      expect(Number(lines.at(-1)?.slice(place, place + 8)) / sum(place), column).toBeCloseTo(1, 1)
    }
  })
})
