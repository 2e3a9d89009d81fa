import { exportStep } from '../onnx/step.ts'
import { UserError } from '../tensor/errors.ts'
import { input, mul } from '../tensor/operations/index.ts'
import type { Accelerator } from './accelerator.ts'
import { ortAccelerator } from './ort.ts'
import type { OrtLibrary } from './ort.ts'

/** The GPU of whoever looks at a page, by way of the package onnxruntime-web. */
export interface PageAccelerator {
  /** The only one that pages have. */
  readonly name: 'webgpu'
  /**
   * Loads the package: `() => import('onnxruntime-web/webgpu')`. It is the page's own, so that bundlers find it where it is installed,
   * and nobody needs it who wants no accelerator.
   */
  readonly library: () => Promise<OrtLibrary>
}

const otherwise = 'leave the accelerator out to train on the threads.'

/** Opens it. Throws a UserError that says what is missing where it cannot be used. */
export async function openPageAccelerator({ name, library }: PageAccelerator): Promise<Accelerator> {
  await requireAdapter(name)
  const accelerator = ortAccelerator(await loaded(library, name), name)
  try {
    await tryOut(accelerator)
  } catch (cause) {
    await accelerator.close().catch(() => {})
    const message = `The device ${name} cannot be used here: onnxruntime-web fails (${textOf(cause)}); ${otherwise}`
    throw new UserError(message, { cause })
  }
  return accelerator
}

async function requireAdapter(name: string): Promise<void> {
  // Browsers without WebGPU have no such property, whatever its type says.
  const gpu: GPU | undefined = navigator.gpu
  if (await gpu?.requestAdapter()) return
  throw new UserError(
    `The device ${name} cannot be used here: it needs a browser with WebGPU, a GPU that the browser may use, and a page that comes by ` +
      `HTTPS or from this machine; ${otherwise}`,
  )
}

async function loaded(library: PageAccelerator['library'], name: string): Promise<OrtLibrary> {
  try {
    return await library()
  } catch (cause) {
    const message =
      `The device ${name} needs the package onnxruntime-web, which could not be loaded; install it where the page is built ` +
      `("npm install onnxruntime-web"), or ${otherwise}`
    throw new UserError(message, { cause })
  }
}

/** A step that does next to nothing, there and back. */
async function tryOut(accelerator: Accelerator): Promise<void> {
  const x = input('x', [1])
  const model = exportStep({ state: [[x, mul(x, 2)]], residents: [], feeds: [], report: [] })
  const step = await accelerator.load(model)
  step.upload(model.state[0].name, Float32Array.of(3))
  await step.run({})
  const [values] = (await step.download()).values()
  if (values[0] !== 6) throw new Error(`twice 3 is ${values[0]} there`)
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
