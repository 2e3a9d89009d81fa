import { isImageShape } from '../../data/source.ts'
import type { SampleShape } from '../../data/source.ts'
import { arePoints } from '../../data/sources.ts'
import { createTrainer } from '../../gan/training/trainer.ts'
import { recipes } from '../../recipes/index.ts'
import type { Recipe } from '../../recipes/index.ts'
import { acceleratorNames } from '../../runtime/accelerator.ts'
import type { Accelerator, AcceleratorName } from '../../runtime/accelerator.ts'
import { createDevice } from '../../runtime/device.ts'
import { openAccelerator } from '../../runtime/ort-node.ts'
import { operationsOnCpu, operatorsOnCpu } from '../../runtime/ort-placement-node.ts'
import { UserError } from '../../tensor/errors.ts'
import { imageField } from '../../tensor/fields.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { inlineEngine } from '../../wasm/engine.ts'

/** An accelerator that works here, or what it needs. */
export type AcceleratorFinding =
  | {
      /** Which of ONNX's operators it leaves to the CPU in a training step of each recipe. */
      readonly leftToCpu: Readonly<Record<string, readonly string[]>>
      /** Which of our operations it leaves to the CPU wherever they are, by what they are done with. */
      readonly operationsOnCpu: Readonly<Record<string, readonly string[]>>
    }
  | { readonly missing: string }

/** Tries every accelerator; where one works, for some seconds more. */
export async function examineAccelerators(): Promise<Readonly<Record<AcceleratorName, AcceleratorFinding>>> {
  const [webgpu, cuda] = await Promise.all(acceleratorNames.map(examineAccelerator))
  return { webgpu, cuda }
}

async function examineAccelerator(name: AcceleratorName): Promise<AcceleratorFinding> {
  try {
    await (await openAccelerator(name)).close()
  } catch (error) {
    if (error instanceof UserError) return { missing: error.message }
    throw error
  }
  const leftToCpu: Record<string, readonly string[]> = {}
  for (const recipe of Object.values<Recipe>(recipes)) leftToCpu[recipe.name] = await leftBy(recipe, name)
  return { leftToCpu, operationsOnCpu: await operationsOnCpu(name) }
}

/** Few, as their number decides nothing here. */
const samples = { classes: 10, count: 16 } as const

/** What an accelerator leaves to the CPU in a training step, whose model is looked at in its place. */
async function leftBy(recipe: Recipe, name: AcceleratorName): Promise<readonly string[]> {
  let left: readonly string[] = []
  const accelerator: Accelerator = {
    name,
    async load(model) {
      left = await operatorsOnCpu(name, model)
      return { upload() {}, run: neverCalled, download: neverCalled }
    },
    close: async () => {},
  }
  const { classes, count } = samples
  const shape: SampleShape = arePoints(recipe.data) ? [2] : [28, 28, 1]
  // For recipes that translate.
  const source = imageField([28, 28, 1], 'signed')
  const game = recipe.game({
    ...recipe.defaults,
    batch: 8,
    dataShape: shape,
    classes,
    fields: { source },
    dataMean: () => new Uint8Array(sizeOf(shape)),
  })
  const labels = Array.from({ length: count }, (_, index) => index % classes)
  const size = count * sizeOf(shape)
  const values = isImageShape(shape) ? { images: new Uint8Array(size) } : { points: new Float32Array(size) }
  await createTrainer(createDevice(inlineEngine(), { accelerator }), game, {
    ...values,
    labels,
    count,
    beside: { source: { field: source, values: new Uint8Array(count * sizeOf(source.shape)) } },
  })
  return left
}

const neverCalled = async (): Promise<never> => {
  throw new Error('a step that is only looked at')
}
