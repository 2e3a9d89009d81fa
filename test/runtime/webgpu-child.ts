/** What WebGPU makes of training steps, as JSON; see webgpu.test.ts. */
import type { Accelerator } from '../../src/runtime/accelerator.ts'
import { openAccelerator } from '../../src/runtime/ort-node.ts'
import { operationsOnCpu, operatorsOnCpu } from '../../src/runtime/ort-placement-node.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { all } from '../recipes/small.ts'
import { difference, openSmallGame, outcomeAfter } from './accelerated-game.ts'
import { wrongConvolutions } from './hard-convolutions.ts'

/** What was found. */
export interface Findings {
  /** Of every recipe: how far it is from the CPU after so many steps, and which operators were left to that. */
  readonly recipes: readonly {
    readonly name: string
    readonly difference: number
    readonly leftToCpu: readonly string[]
  }[]
  /** Operations that are left to the CPU wherever they are, by what they are done with. */
  readonly operationsOnCpu: Awaited<ReturnType<typeof operationsOnCpu>>
  readonly convolutions: Awaited<ReturnType<typeof wrongConvolutions>>
}

/** One of SwiftShader's steps of r3gan takes as long as ten of the others; to all 20, it was seen to agree as well. */
const stepsOf = (name: string): number => (name === 'r3gan' ? 4 : 20)

async function examine(accelerator: Accelerator): Promise<Findings> {
  const recipes: Findings['recipes'][number][] = []
  for (const recipe of all) {
    let leftToCpu: readonly string[] = []
    const watched: Accelerator = {
      ...accelerator,
      async load(model) {
        leftToCpu = await operatorsOnCpu('webgpu', model)
        return accelerator.load(model)
      },
    }
    const steps = stepsOf(recipe.name)
    const ours = await outcomeAfter(await openSmallGame(recipe, null), steps)
    const theirs = await outcomeAfter(await openSmallGame(recipe, watched), steps)
    recipes.push({ name: recipe.name, difference: difference(ours, theirs), leftToCpu })
  }
  const convolutions = await wrongConvolutions(accelerator)
  return { recipes, operationsOnCpu: await operationsOnCpu('webgpu'), convolutions }
}

try {
  const accelerator = await openAccelerator('webgpu')
  console.log(JSON.stringify(await examine(accelerator)))
  await accelerator.close()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.log(JSON.stringify({ missing: error.message }))
}
