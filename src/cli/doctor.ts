import { availableParallelism, cpus } from 'node:os'
import { Option } from '@commander-js/extra-typings'
import type { Command } from '@commander-js/extra-typings'
import { sources } from '../data/sources.ts'
import { forgerVersion } from '../runs/version-node.ts'
import { allowRelaxedInstructions, setVectorWidth, timeProduct } from '../runtime/vector-width-node.ts'
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
  const [processor] = cpus()
  const cores = availableParallelism()
  return [
    ['Node', `${process.versions.node} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}`],
    [
      'processor',
      `${processor?.model.trim() ?? 'unknown'}, ${cores} ${cores === 1 ? 'core' : 'cores'} for this process`,
    ],
  ]
}

function engine(): Row[] {
  if (!hasVectors())
    return [['vectors', 'missing: WebAssembly without SIMD; use Node 20.19 or later on x86-64 or ARM64']]
  allowRelaxedInstructions()
  const fused = hasFusedMultiplyAdd()
  const speed = (bits: 128 | 256): number => {
    setVectorWidth(bits)
    return timeProduct(!fused, bits === 256 ? 4 : 2).gigaflops
  }
  const [narrow, wide] = [speed(128), speed(256)]
  const bits = wide > narrow ? 256 : 128
  return [
    [
      'threads',
      hasSharedMemory() ? `${availableParallelism()}, over shared memory` : '1: memory cannot be shared here',
    ],
    ['vectors', `${bits} bits: ${narrow.toFixed(0)} GFLOP/s with 128, ${wide.toFixed(0)} with 256 (one thread)`],
    [
      'fused',
      fused ? 'yes: multiply-add in one instruction (relaxed SIMD)' : 'no: multiplies, then adds; about half the speed',
    ],
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
