import { Option } from '@commander-js/extra-typings'
import type { Command } from '@commander-js/extra-typings'
import type { AcceleratorFinding } from './machine/examine-accelerators.ts'
import type { DataFinding, Examination } from './machine/examine-machine.ts'
import { countText } from './terminal/number-text.ts'

/** `forger doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('tell what this machine has, and what is missing')
    .description(
      'Tells what this machine has for training: Node, cores, vectors, speed, GPUs, data; and how to get what is missing. With ' +
        '--explain, tells what the compiled training step of a recipe consists of, and what each of its kernels costs.',
    )
    .addOption(new Option('--explain [recipe]', 'time every kernel of a training step alone').preset('mlp'))
    .addOption(new Option('--json', 'tell it as JSON').conflicts('explain'))
    .action(async ({ explain: wanted, json }) => {
      if (wanted !== undefined) return console.log(await (await import('./machine/explain-step.ts')).explain(wanted))
      const found = await (await import('./machine/examine-machine.ts')).examine()
      console.log(json === undefined ? textOf(found) : JSON.stringify(found))
    })
}

function textOf({ versions, machine, engine, accelerators, data }: Examination): string {
  const { processor, cores, platform, architecture } = machine
  const { threads, sharedMemory, vectors, fused } = engine
  const rows = [
    ['Node', `${versions.node} (V8 ${versions.v8}), ${platform} ${architecture}`],
    ['processor', `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'} for this process`],
    ['threads', sharedMemory ? `${threads}, over shared memory` : '1, for want of shared memory'],
    [
      'vectors',
      vectors === null
        ? 'missing: this Node or processor runs WebAssembly without SIMD'
        : `${vectors.bits} bits: at most ${vectors.gigaflopsPerThread.toFixed(0)} GFLOP/s per thread`,
    ],
    ['relaxed', fused ? 'yes: multiplies and adds in one instruction' : 'no: multiplies, then adds, at half the speed'],
    ...Object.entries(accelerators).map(([name, finding]) => [name, acceleratorText(finding)] as const),
    ...Object.entries(data).map(([name, finding]) => [name, dataText(finding)] as const),
  ]
  const lines = rows.map(([what, finding]) => `  ${what.padEnd(11)}${wrapped(finding).join(`\n${' '.repeat(13)}`)}`)
  return [`Forger ${versions.forger}`, '', ...lines, ''].join('\n')
}

function acceleratorText(finding: AcceleratorFinding): string {
  if ('missing' in finding) return `missing: ${finding.missing}`
  const elsewhere = Object.entries(finding.operationsOnCpu)
    .filter(([, operations]) => operations.length > 0)
    .map(([noun, operations]) => `of ${noun} ${operations.join(', ')}`)
  const known = elsewhere.length === 0 ? '' : `; in other steps, it leaves to the CPU ${elsewhere.join('; ')}`
  const incomplete = Object.entries(finding.leftToCpu).filter(([, operators]) => operators.length > 0)
  if (incomplete.length === 0) return `yes: has all that the training steps of the recipes need${known}`
  const left = incomplete.map(([recipe, operators]) => `${operators.join(', ')} (${recipe})`)
  return `yes, but leaves to the CPU in every training step: ${left.join('; ')}${known}`
}

const dataText = (finding: DataFinding): string =>
  'missing' in finding ? `missing: ${finding.missing}` : countText(finding.images, finding.shape)

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
