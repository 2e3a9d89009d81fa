import { loadSource } from '../../data/sources.ts'
import { createTrainer } from '../../gan/training/trainer.ts'
import { recipeNamed } from '../../recipes/index.ts'
import { loadOwnRecipe } from '../../recipes/own-node.ts'
import { openNodeDevice } from '../../runtime/open-node.ts'
import { profile } from '../../runtime/profile.ts'
import type { KernelProfile } from '../../runtime/profile.ts'

/** The compiled training step of a recipe on its standard data, kernel by kernel, timed on one thread of this machine. */
export async function explain(recipeName: string): Promise<string> {
  await loadOwnRecipe(recipeName)
  const { name, game, defaults, data } = recipeNamed(recipeName)
  const source = await loadSource(data)
  const device = await openNodeDevice({ threads: 1 })
  try {
    const { program } = await createTrainer(device, game(source), source)
    const rows = await profile(device, program)
    const kilobytes = (bytes: number) => `${Math.round(bytes / 1024).toLocaleString('en')} KB`
    return [
      `A training step of ${name} on ${source.name}, batch ${defaults.batch}: ${rows.length} kernels in ` +
        `${program.nests.length} phases, after each of which`,
      `the threads wait for each other. ${kilobytes(program.bytes.length)} of WebAssembly, ` +
        `${kilobytes(program.temporaryBytes)} for values within a step.`,
      'Every kernel was timed alone, on one thread.',
      '',
      table(rows),
      '',
    ].join('\n')
  } finally {
    await device.engine.close()
  }
}

const nameWidth = 34
const widths = [7, 8, 8, 8, 5, 8]

/** 98 characters wide. */
function table(rows: readonly KernelProfile[]): string {
  const total = (of: (row: KernelProfile) => number) => rows.reduce((sum, row) => sum + of(row), 0)
  const milliseconds = total((row) => row.milliseconds)
  const line = (phase: string, kernel: string, size: string, columns: readonly string[]) =>
    `${phase.padStart(5)}  ${kernel.padEnd(nameWidth)}${size.padStart(13)}` +
    columns
      .map((text, index) => text.padStart(widths[index]))
      .join('')
      .trimEnd()
  const numbers = (tiles: string, flops: number, bytes: number, time: number) => [
    tiles,
    (flops / 1e6).toFixed(1),
    (bytes / 1024).toFixed(0),
    time.toFixed(3),
    `${((100 * time) / milliseconds).toFixed(0)}%`,
    flops < 1e5 ? '' : (flops / time / 1e6).toFixed(1),
  ]
  return [
    line('phase', 'kernel', 'loops', ['tiles', 'MFLOP', 'KB', 'ms', '', 'GFLOP/s']),
    ...rows.map(({ name, extents, phase, tiles, flops, bytes, milliseconds: time }, index) =>
      line(
        phase === rows[index - 1]?.phase ? '' : String(phase),
        shortened(name.slice(name.indexOf(' ') + 1)),
        extents.join('x'),
        numbers(String(tiles), flops, bytes, time),
      ),
    ),
    line(
      '',
      'all',
      '',
      numbers(
        '',
        total((row) => row.flops),
        total((row) => row.bytes),
        milliseconds,
      ),
    ),
  ].join('\n')
}

/** A long name loses its middle: its beginning says whose kernel it is, its end what it does. */
function shortened(name: string): string {
  const most = nameWidth - 1
  if (name.length <= most) return name
  const start = Math.floor(most / 2)
  return `${name.slice(0, start)}…${name.slice(name.length - (most - start - 1))}`
}
