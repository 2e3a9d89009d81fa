import { openDevice } from '../../../src/browser.ts'
import type { OrtLibrary } from '../../../src/browser.ts'
import type { Accelerator } from '../../../src/runtime/accelerator.ts'
import type { SessionOptions } from '../../../src/runtime/ort.ts'
import { openPageAccelerator } from '../../../src/runtime/ort-page.ts'
import { all } from '../../recipes/small.ts'
import { difference, openSmallGame, outcomeAfter } from '../../runtime/accelerated-game.ts'
import { wrongConvolutions } from '../../runtime/hard-convolutions.ts'
import { trainSmallGame } from '../../runtime/small-game.ts'
import type { Outcome } from '../../runtime/small-game.ts'

const libraryAt = (path: string) => (): Promise<OrtLibrary> => import(path)

/** ONNX Runtime, which refuses models of which it would leave an operator to the CPU. */
const strictLibraryAt = (path: string) => async (): Promise<OrtLibrary> => {
  const { InferenceSession, Tensor } = await libraryAt(path)()
  return {
    Tensor,
    InferenceSession: {
      create: (model, { extra, ...options }: SessionOptions) =>
        InferenceSession.create(model, {
          ...options,
          extra: { session: { ...extra.session, disable_cpu_ep_fallback: '1' } },
        }),
    },
  }
}

/** One for all: whatever it has compiled for one game serves the next. */
let opened: Promise<Accelerator> | null = null
const openOnce = (path: string): Promise<Accelerator> =>
  (opened ??= openPageAccelerator({ name: 'webgpu', library: strictLibraryAt(path) }))

/** How far a recipe is from the CPU after so many steps on the GPU, where nothing is left to the CPU. */
export async function distanceOf(path: string, name: string, steps: number): Promise<number> {
  const recipe = all.find((one) => one.name === name)
  if (recipe === undefined) throw new Error(`no recipe ${name}`)
  const theirs = await outcomeAfter(await openSmallGame(recipe, await openOnce(path)), steps)
  return difference(await outcomeAfter(await openSmallGame(recipe, null), steps), theirs)
}

/** See hard-convolutions.ts. */
export async function convolutionErrors(path: string): Promise<number[]> {
  return (await wrongConvolutions(await openOnce(path))).map(({ error }) => error)
}

/** A game on threads, and on threads beside the GPU. */
export async function trainBoth(path: string, steps: number): Promise<{ threads: number; outcomes: Outcome[] }> {
  const outcomes: Outcome[] = []
  let threads = 0
  for (const accelerator of [null, { name: 'webgpu', library: libraryAt(path) } as const]) {
    const device = await openDevice({ threads: 2, accelerator })
    outcomes.push(await trainSmallGame(device, steps))
    threads = device.engine.threads
    await device.engine.close()
  }
  return { threads, outcomes }
}

/** What is said where no device can be opened. */
export async function refusal(path: string, strict: boolean): Promise<string> {
  try {
    await openDevice({ threads: 1, strict, accelerator: { name: 'webgpu', library: libraryAt(path) } })
    return 'none'
  } catch (error) {
    return String(error)
  }
}
