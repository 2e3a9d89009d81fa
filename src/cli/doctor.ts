import { availableParallelism, cpus } from 'node:os'
import { Option } from '@commander-js/extra-typings'
import type { Command } from '@commander-js/extra-typings'
import { sources } from '../data/sources.ts'
import { forgerVersion } from '../runs/version-node.ts'
import { allowRelaxedInstructions, fastestVectorWidth, timeProduct } from '../runtime/vector-width-node.ts'
import { UserError } from '../tensor/errors.ts'
import { hasFusedMultiplyAdd, hasSharedMemory, hasVectors } from '../wasm/features.ts'

/** `forger doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('tell what this machine has, and what is missing')
    .description(
      'Tells what this machine has for training: Node, cores, vectors, speed, data; and how to get what is missing. With ' +
        '--explain, tells what the compiled training step of a recipe consists of, and what each of its kernels costs.',
    )
    .addOption(new Option('--explain [recipe]', 'time every kernel of a training step alone').preset('mlp'))
    .action(async ({ explain: wanted }) => {
      if (wanted === undefined) console.log(await examine())
      else console.log(await (await import('./explain.ts')).explain(wanted))
    })
}

type Row = readonly [what: string, finding: string]

async function examine(): Promise<string> {
  const rows: Row[] = [...machine(), ...engine(), ...(await data())]
  const lines = rows.map(([what, finding]) => `  ${what.padEnd(11)}${wrapped(finding).join(`\n${' '.repeat(13)}`)}`)
  return [`Forger ${forgerVersion()}`, '', ...lines, ''].join('\n')
}

/** Lines of at most 80 characters. */
function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= 80) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function machine(): Row[] {
  const processor = cpus()[0]?.model.trim() ?? 'unknown'
  const cores = availableParallelism()
  return [
    ['Node', `${process.versions.node} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}`],
    ['processor', `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'} for this process`],
  ]
}

function engine(): Row[] {
  if (!hasVectors()) return [['vectors', 'missing: this Node or processor runs WebAssembly without SIMD']]
  allowRelaxedInstructions()
  const fused = hasFusedMultiplyAdd()
  const bits = fastestVectorWidth(!fused)
  const { gigaflops } = timeProduct(!fused, bits === 256 ? 4 : 2)
  const threads = hasSharedMemory() ? `${availableParallelism()}, over shared memory` : '1, for want of shared memory'
  return [
    ['threads', threads],
    ['vectors', `${bits} bits: at most ${gigaflops.toFixed(0)} GFLOP/s per thread`],
    ['relaxed', fused ? 'yes: multiplies and adds in one instruction' : 'no: multiplies, then adds, at half the speed'],
  ]
}

/** Tries to load every source that needs no more than its name. */
async function data(): Promise<Row[]> {
  const named = Object.entries(sources).filter(([name, { usage }]) => usage === name)
  return Promise.all(
    named.map(async ([name, source]): Promise<Row> => {
      try {
        const { count, shape } = await source.load('', 'train')
        return [name, `${count.toLocaleString('en')} images of ${shape[0]} x ${shape[1]}`]
      } catch (error) {
        if (error instanceof UserError) return [name, `missing: ${error.message}`]
        throw error
      }
    }),
  )
}
