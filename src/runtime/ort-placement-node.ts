import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportStep } from '../onnx/step.ts'
import type { StepModel } from '../onnx/step.ts'
import { topological } from '../tensor/graph.ts'
import { input } from '../tensor/operations/index.ts'
import { sizeOf } from '../tensor/shape.ts'
import { isKind } from '../tensor/tensor.ts'
import type { DType } from '../tensor/tensor.ts'
import type { HostArray } from './accelerator.ts'
import { everyOperation } from './every-operation.ts'
import { loadLibrary } from './ort-node.ts'
import { typeNames } from './ort.ts'
import type { OrtProvider, SessionOptions } from './ort.ts'

/**
 * Which operators of a model ONNX Runtime leaves to the CPU, as the provider has nothing for them: their names in ONNX, each
 * once. Where there are some, the model is run once to find out.
 */
export async function operatorsOnCpu(provider: OrtProvider, model: StepModel): Promise<string[]> {
  return (await isWhollyOn(provider, model)) ? [] : namesOnCpu(provider, model)
}

const nouns = [
  ['f32', 'floats'],
  ['i32', 'whole numbers'],
  ['bool', 'booleans'],
] as const

/** Which of our operations it leaves to the CPU, wherever they are: their names, by what they are done with. */
export async function operationsOnCpu(provider: OrtProvider): Promise<Readonly<Record<string, readonly string[]>>> {
  const left: { readonly of: DType; readonly operation: string }[] = []
  for (const { operation, of, tensor } of everyOperation) {
    const { shape, dtype } = tensor
    const feeds = topological([tensor]).filter((one) => isKind(one, 'input'))
    const model = exportStep({ state: [[input('state', shape, dtype), tensor]], residents: [], feeds, report: [] })
    if (!(await isWhollyOn(provider, model))) left.push({ of, operation })
  }
  const leftOf = (dtype: DType) => left.filter(({ of }) => of === dtype).map(({ operation }) => operation)
  return Object.fromEntries(nouns.map(([dtype, noun]) => [noun, [...new Set(leftOf(dtype))]]))
}

const optionsFor = (provider: OrtProvider, session: Readonly<Record<string, string>> = {}): SessionOptions => ({
  executionProviders: [provider],
  logSeverityLevel: 4,
  extra: { session: { 'intra_op.allow_spinning': '0', ...session } },
})

async function isWhollyOn(provider: OrtProvider, { bytes }: StepModel): Promise<boolean> {
  const { InferenceSession } = await loadLibrary()
  try {
    const session = await InferenceSession.create(bytes, optionsFor(provider, { disable_cpu_ep_fallback: '1' }))
    await session.release()
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('fallback to CPU EP has been explicitly disabled'))
      return false
    throw error
  }
}

/** Only the profile of a run tells where each operator was. */
async function namesOnCpu(provider: OrtProvider, { bytes, state, residents, feeds }: StepModel): Promise<string[]> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node')
  const folder = await mkdtemp(join(tmpdir(), 'forger-placement-'))
  try {
    const profile = { enableProfiling: true, profileFilePrefix: join(folder, 'profile') }
    const session = await InferenceSession.create(bytes, { ...optionsFor(provider), ...profile })
    const zeros = [...state, ...residents, ...feeds].map(
      ({ name, dtype, shape }) => [name, new Tensor(typeNames[dtype], zerosOf(dtype, sizeOf(shape)), shape)] as const,
    )
    await session.run(Object.fromEntries(zeros))
    session.endProfiling()
    await session.release()
    const [file] = await readdir(folder)
    const events: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'))
    return [...new Set(Array.isArray(events) ? events.flatMap(nameOnCpu) : [])].toSorted()
  } finally {
    await rm(folder, { recursive: true })
  }
}

function zerosOf(dtype: DType, size: number): HostArray {
  if (dtype === 'f32') return new Float32Array(size)
  return dtype === 'i32' ? new Int32Array(size) : new Uint8Array(size)
}

/** Of an event in a profile. */
function nameOnCpu(event: unknown): string[] {
  if (!isRecord(event) || !isRecord(event.args)) return []
  const { provider, op_name: name } = event.args
  return provider === 'CPUExecutionProvider' && typeof name === 'string' ? [name] : []
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
