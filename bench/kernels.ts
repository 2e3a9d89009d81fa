/**
 * `npm run bench:kernels -- [--rounds 9]`: GFLOP/s of single convolutions of the dcgan games and of their gradients, Forger's beside
 * those of oneDNN through PyTorch, on two threads, each the median of rounds in which all take turns.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { compile } from '../src/runtime/compile.ts'
import { write } from '../src/runtime/device.ts'
import type { Device } from '../src/runtime/device.ts'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { gradients } from '../src/tensor/grad.ts'
import { conv2d, convTranspose2d, mul, sum } from '../src/tensor/operations/index.ts'
import type { Shape, Tensor } from '../src/tensor/tensor.ts'
import { convolutionShapes, flopsOf, shapeText } from './convolution-shapes.ts'
import type { ConvolutionShape } from './convolution-shapes.ts'
import { rules } from './peers/stand-in.mjs'
import { machineText, table } from './report.ts'
import { median } from './statistics.ts'

const ways = ['forward', 'input', 'kernel'] as const
type Way = (typeof ways)[number]

/** Milliseconds of one call, the mean of some. */
type Time = (calls: number) => Promise<number>

interface Prepared {
  readonly time: Time
  end(): Promise<void>
}

interface Contestant {
  readonly name: string
  prepare(shape: ConvolutionShape, way: Way): Promise<Prepared>
}

/** A turn is about this long, in milliseconds; between two, the threads of the last one go to sleep. */
const turn = { ms: 200, pauseMs: 30 } as const

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } })
const rounds = Number(values.rounds)
if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error(`There cannot be ${values.rounds} rounds.`)

// What Forger found out about this machine on another day, perhaps a busy one, is not to count.
const notes = mkdtempSync(join(tmpdir(), 'forger-kernels-'))
process.env.XDG_CACHE_HOME = notes
process.once('exit', () => rmSync(notes, { recursive: true, force: true }))

const Answer = z.object({ ms: z.number().positive() })
const oneDnn = await startPython()
const contestants: readonly Contestant[] = [
  { name: 'forger', prepare: prepareForger },
  ...['nchw', 'channels-last'].map((layout) => ({
    name: `torch ${layout}`,
    prepare: async (shape: ConvolutionShape, way: Way): Promise<Prepared> => ({
      time: async (calls) => Answer.parse(await oneDnn.ask({ shape, way, layout, calls })).ms,
      end: async () => {},
    }),
  })),
]

console.log(`# ${new Date().toISOString()}\n\n${machineText()}; torch ${oneDnn.version}\n`)
const rows: string[][] = []
for (const shape of convolutionShapes()) {
  for (const way of ways) {
    console.error(`  ${shapeText(shape)}, ${way}`)
    const times = await takeTurns(shape, way)
    const speeds = times.map((ms) => (flopsOf(shape) / ms / 1e6).toFixed(0))
    const ratio = (Math.min(...times.slice(1)) / times[0]).toFixed(2)
    rows.push([`${shapeText(shape)}, ${way}`, (flopsOf(shape) / 1e9).toFixed(2), ...speeds, ratio])
  }
}
oneDnn.end()
const header = ['kernel', 'GFLOP', ...contestants.map(({ name }) => `${name}, GFLOP/s`), "times torch's best"]
console.log(table(header, rows))

/** The median milliseconds of each contestant. */
async function takeTurns(shape: ConvolutionShape, way: Way): Promise<number[]> {
  const players = []
  for (const { prepare } of contestants) {
    const { time, end } = await prepare(shape, way)
    await time(3)
    const calls = Math.max(1, Math.round(turn.ms / (await time(5))))
    players.push({ time, end, calls, rounds: [] as number[] })
  }
  for (let round = 0; round < rounds; round++) {
    for (const player of players) {
      await setTimeout(turn.pauseMs)
      player.rounds.push(await player.time(player.calls))
    }
  }
  for (const { end } of players) await end()
  return players.map((player) => median(player.rounds))
}

/** Forger times how products are best cut when a device is opened, a little each time, and remembers it. */
async function prepareForger(shape: ConvolutionShape, way: Way): Promise<Prepared> {
  for (let rehearsal = 0; rehearsal < 3; rehearsal++) await (await compiled(shape, way)).end()
  return compiled(shape, way)
}

async function compiled(shape: ConvolutionShape, way: Way): Promise<Prepared> {
  const device = await openNodeDevice({ threads: rules.threads })
  const result = resultOf(device, shape, way)
  const kept = device.variable('result', result.shape)
  const program = await compile(device, { updates: [[kept, result]], report: {} })
  return {
    async time(calls) {
      const began = performance.now()
      await program.run(calls)
      return (performance.now() - began) / calls
    },
    end: () => device.engine.close(),
  }
}

/**
 * What is computed of variables. In a training step the kernel that makes an image writes it between its zeros, so the images
 * have them already. The input's gradient is made in four parts; a copy puts them together, which counts, as in a step the
 * activation or its derivative makes that pass.
 */
function resultOf(device: Device, shape: ConvolutionShape, way: Way): Tensor {
  const { batch, height, width, channels, units, kernel, stride, padding } = shape
  const filled = (name: string, extents: Shape) => {
    const variable = device.variable(name, extents)
    write(
      device,
      variable,
      Float32Array.from({ length: variable.block.size }, () => Math.random() - 0.5),
    )
    return variable.tensor
  }
  const weight = filled('weight', [kernel, kernel, channels, units])
  const size = [height / stride, width / stride] as const
  if (way === 'input') {
    const gradient = filled('gradient', [batch, size[0] + 2, size[1] + 2, units])
    return convTranspose2d(gradient, weight, { stride, padding: padding + stride })
  }
  const output = conv2d(filled('image', [batch, height + 2 * padding, width + 2 * padding, channels]), weight, {
    stride,
  })
  if (way === 'forward') return output
  return gradients(sum(mul(output, filled('gradient', [batch, ...size, units]))), [weight])[0]
}

async function startPython() {
  const child = spawn('bench/peers/.venv/bin/python', ['bench/peers/convolutions.py'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (question: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(question)}\n`)
    const { value, done } = await Promise.race([lines.next(), failed])
    if (done === true) throw new Error('PyTorch ended; npm run bench:peers -- python installs it.')
    return JSON.parse(value)
  }
  const { version } = z.object({ version: z.string() }).parse(await ask({}))
  return { version, ask, end: () => child.stdin.end() }
}
