import { copyOf, exportCopy } from '../onnx/step.ts'
import type { StepModel } from '../onnx/step.ts'
import type { DType } from '../tensor/tensor.ts'
import type { Accelerator, HostArray, LoadedStep } from './accelerator.ts'
import { queue } from './program.ts'

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

/** The package onnxruntime-node or onnxruntime-web, which are alike: what is used of it. */
export interface OrtLibrary {
  /** @internal */
  readonly Tensor: new (type: OrtType, data: HostArray, extents: readonly number[]) => OrtTensor
  /** @internal */
  readonly InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<OrtSession> }
}

/** Beyond these, ONNX Runtime's own defaults. */
export interface SessionOptions {
  readonly executionProviders: readonly OrtProvider[]
  readonly preferredOutputLocation?: Readonly<Record<string, 'gpu-buffer'>>
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4
  readonly extra: { readonly session: Readonly<Record<string, string>> }
}

/** In a page, ONNX Runtime is one WebAssembly module, which can do one thing at a time. */
const inLine = queue()

/** An accelerator on one of ONNX Runtime's execution providers, which must be there: `OrtLibrary` says nothing of that. */
export function ortAccelerator({ Tensor, InferenceSession }: OrtLibrary, provider: OrtProvider): Accelerator {
  // The only provider whose results JavaScript can leave where they are.
  const keepsState = provider === 'webgpu'
  const sessions: OrtSession[] = []
  const kept: Map<string, OrtTensor>[] = []

  /** @param staying results that stay where they were computed. */
  async function open(model: Uint8Array, staying: readonly string[] = []): Promise<OrtSession> {
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      // It tells of every operator that stands on the CPU, among them those that belong there.
      logSeverityLevel: 3,
      // Idle threads that spin would take the cores of the device's own.
      extra: { session: { 'intra_op.allow_spinning': '0' } },
      ...(staying.length > 0 && {
        preferredOutputLocation: Object.fromEntries(staying.map((name) => [name, 'gpu-buffer'])),
      }),
    })
    sessions.push(session)
    return session
  }

  async function load({ bytes, state, residents, feeds, report }: StepModel): Promise<LoadedStep> {
    const session = await open(bytes, keepsState ? state.map(({ next }) => next) : [])
    // In Node there is no other way from a buffer of the GPU to this machine; in pages it is one among others.
    const copying = keepsState ? await open(exportCopy(state)) : null
    const arrays = new Map([...state, ...residents, ...feeds].map((array) => [array.name, array]))
    const held = new Map<string, OrtTensor>()
    kept.push(held)
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
      run: (given) =>
        inLine(async () => {
          const fed = Object.entries(given).map(([name, values]) => [name, tensorOf(name, values)] as const)
          const results = await session.run(Object.fromEntries([...held, ...fed]))
          for (const { name, next } of state) hold(name, results[next])
          return report === null ? new Float32Array() : floatsOf(results[report])
        }),
      download: () =>
        inLine(async () => {
          const present = state.map(({ name }) => [name, of(held, name)] as const)
          const copies = copying && (await copying.run(Object.fromEntries(present)))
          return new Map(
            present.map(([name, tensor]) => [name, numbersOf(copies === null ? tensor : copies[copyOf(name)])]),
          )
        }),
    }
  }

  return {
    name: provider,
    load: (model) => inLine(() => load(model)),
    close: () =>
      inLine(async () => {
        for (const tensors of kept.splice(0)) for (const tensor of tensors.values()) tensor.dispose()
        for (const session of sessions.splice(0)) await session.release()
      }),
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
