import { copyOf, exportCopy } from '../onnx/step.ts'
import type { StepModel } from '../onnx/step.ts'
import type { DType } from '../tensor/tensor.ts'
import type { Accelerator, HostArray, LoadedStep } from './accelerator.ts'

/** Which of its execution providers ONNX Runtime computes with. */
export type OrtProvider = 'webgpu' | 'cuda' | 'cpu'

type OrtType = 'float32' | 'int32' | 'uint8' | 'bool'

/** What ONNX Runtime calls element types. */
export const typeNames: Record<DType, OrtType> = { f32: 'float32', i32: 'int32', u8: 'uint8', bool: 'bool' }

/** A tensor of ONNX Runtime, on this machine or on its device. */
interface OrtTensor {
  readonly data: unknown
  dispose(): void
}

interface OrtSession {
  run(feeds: Readonly<Record<string, OrtTensor>>): Promise<Readonly<Record<string, OrtTensor>>>
  release(): Promise<void>
}

/** What is used of onnxruntime-node and onnxruntime-web, which are alike. */
export interface OrtLibrary {
  readonly Tensor: new (type: OrtType, data: HostArray, extents: readonly number[]) => OrtTensor
  readonly InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<OrtSession> }
}

/** Beyond these, ONNX Runtime's own defaults. */
export interface SessionOptions {
  readonly executionProviders: readonly OrtProvider[]
  readonly preferredOutputLocation?: Readonly<Record<string, 'gpu-buffer'>>
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4
  readonly extra: { readonly session: Readonly<Record<string, string>> }
}

/** An accelerator on one of ONNX Runtime's execution providers, which must be there: `OrtLibrary` says nothing of that. */
export function ortAccelerator({ Tensor, InferenceSession }: OrtLibrary, provider: OrtProvider): Accelerator {
  // The only provider whose results JavaScript can leave where they are.
  const keepsState = provider === 'webgpu'
  const sessions: OrtSession[] = []

  async function open(model: Uint8Array, kept: readonly string[] = []): Promise<OrtSession> {
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      // It tells of every operator that stands on the CPU, among them those that belong there.
      logSeverityLevel: 3,
      // Idle threads that spin would take the cores of the device's own.
      extra: { session: { 'intra_op.allow_spinning': '0' } },
      ...(kept.length > 0 && { preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer'])) }),
    })
    sessions.push(session)
    return session
  }

  async function load({ bytes, state, residents, feeds, report }: StepModel): Promise<LoadedStep> {
    const session = await open(bytes, keepsState ? state.map(({ next }) => next) : [])
    // There is no other way from a buffer of the GPU to this machine in Node.
    const copying = keepsState ? await open(exportCopy(state)) : null
    const arrays = new Map([...state, ...residents, ...feeds].map((array) => [array.name, array]))
    const held = new Map<string, OrtTensor>()
    const tensorOf = (name: string, values: HostArray): OrtTensor => {
      const { dtype, shape } = of(arrays, name)
      return new Tensor(typeNames[dtype], values, shape)
    }
    const hold = (name: string, tensor: OrtTensor) => {
      held.get(name)?.dispose()
      held.set(name, tensor)
    }
    return {
      upload: (name, values) => hold(name, tensorOf(name, values)),
      async run(given) {
        const fed = Object.entries(given).map(([name, values]) => [name, tensorOf(name, values)] as const)
        const results = await session.run(Object.fromEntries([...held, ...fed]))
        for (const { name, next } of state) hold(name, results[next])
        return report === null ? new Float32Array() : floatsOf(results[report])
      },
      async download() {
        const present = state.map(({ name }) => [name, of(held, name)] as const)
        const copies = copying && (await copying.run(Object.fromEntries(present)))
        return new Map(
          present.map(([name, tensor]) => [name, numbersOf(copies === null ? tensor : copies[copyOf(name)])]),
        )
      },
    }
  }

  return {
    name: provider,
    load,
    async close() {
      await Promise.all(sessions.splice(0).map((session) => session.release()))
    },
  }
}

function of<T>(things: ReadonlyMap<string, T>, name: string): T {
  const thing = things.get(name)
  if (thing === undefined) throw new Error(`the model has no '${name}'`)
  return thing
}

function numbersOf({ data }: OrtTensor): HostArray {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) return data
  throw new Error('the model gives numbers of an unknown type')
}

function floatsOf(tensor: OrtTensor): Float32Array {
  const numbers = numbersOf(tensor)
  if (numbers instanceof Float32Array) return numbers
  throw new Error('the model gives no floats')
}
