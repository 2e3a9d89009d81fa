import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { exportOnnx } from '../onnx/export.ts'
import { UserError } from '../tensor/errors.ts'
import { input, mul } from '../tensor/operations/index.ts'
import type { Accelerator, AcceleratorName } from './accelerator.ts'
import { ortAccelerator } from './ort.ts'
import type { OrtLibrary } from './ort.ts'

/** What has to be there for each. */
const needs: Record<AcceleratorName, string> = {
  webgpu: 'a GPU with a driver for Vulkan, Metal or Direct3D 12',
  cuda:
    'Linux on x86-64, an NVIDIA GPU, CUDA 12 with cuDNN 9, and the CUDA files of ONNX Runtime, which installing ' +
    'onnxruntime-node brings along unless scripts are switched off',
}

/**
 * An accelerator of this machine, by way of the package onnxruntime-node. Throws a UserError that says what is missing where
 * it cannot be used.
 */
export async function openAccelerator(name: AcceleratorName): Promise<Accelerator> {
  await requireWorking(name, libraryAddress(name))
  return ortAccelerator(await loadLibrary(), name)
}

/** The package, which nobody has to install who wants no accelerator. */
export const loadLibrary = async (): Promise<OrtLibrary> => import('onnxruntime-node')

function libraryAddress(name: AcceleratorName): string {
  try {
    return import.meta.resolve('onnxruntime-node')
  } catch (cause) {
    const message =
      `The device ${name} needs the package onnxruntime-node, which is not installed; install it where Forger is ` +
      '("npm install onnxruntime-node", with --global if Forger was installed so), or train on the device cpu.'
    throw new UserError(message, { cause })
  }
}

/** A model that does next to nothing. */
function trialModel(): Uint8Array {
  const x = input('x', [1])
  const [inputs, outputs] = [[{ name: 'x', tensor: x }], [{ name: 'y', tensor: mul(x, 2) }]]
  return exportOnnx({ inputs, outputs, weights: new Map() }, { graphName: 'trial' })
}

const trial = (library: string, name: AcceleratorName): string => `
  const { default: ort } = await import(${JSON.stringify(library)})
  const model = Buffer.from('${Buffer.from(trialModel()).toString('base64')}', 'base64')
  const session = await ort.InferenceSession.create(model, { executionProviders: ['${name}'], logSeverityLevel: 4 })
  await session.run({ x: new ort.Tensor('float32', Float32Array.of(1), [1]) })
`

/** In a process of its own: what drivers print is kept from people's eyes there, and what they break is not this one. */
async function requireWorking(name: AcceleratorName, library: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', trial(library, name)])
  } catch (cause) {
    throw new UserError(`The device ${name} cannot be used here: it needs ${needs[name]}; train on the device cpu.`, {
      cause,
    })
  }
}
