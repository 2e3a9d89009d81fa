import { availableParallelism, cpus } from 'node:os'
import { sources } from '../../data/sources.ts'
import { forgerVersion } from '../../files/package-version-node.ts'
import type { AcceleratorName } from '../../runtime/accelerator.ts'
import { allowRelaxedInstructions, fastestVectorWidth, timeProduct } from '../../runtime/vector-width-node.ts'
import { UserError } from '../../tensor/errors.ts'
import { hasFusedMultiplyAdd, hasSharedMemory, hasVectors } from '../../wasm/features.ts'
import { examineAccelerators } from './examine-accelerators.ts'
import type { AcceleratorFinding } from './examine-accelerators.ts'

/** What a machine has for training. */
export interface Examination {
  readonly versions: { readonly forger: string; readonly node: string; readonly v8: string }
  readonly machine: {
    readonly platform: string
    readonly architecture: string
    readonly processor: string
    /** For this process. */
    readonly cores: number
  }
  readonly engine: {
    readonly threads: number
    readonly sharedMemory: boolean
    /** The width that is faster here, and what one thread reaches with it; null where WebAssembly has no vectors. */
    readonly vectors: { readonly bits: 128 | 256; readonly gigaflopsPerThread: number } | null
    /** Whether a multiplication and an addition are one instruction. */
    readonly fused: boolean
  }
  /** What may train instead of the threads. */
  readonly accelerators: Readonly<Record<AcceleratorName, AcceleratorFinding>>
  /** Every source that needs no more than its name. */
  readonly data: Readonly<Record<string, DataFinding>>
}

/** A data set that is there, or how to get it. */
export type DataFinding = { readonly images: number; readonly shape: readonly number[] } | { readonly missing: string }

/** Looks at this machine; takes a second or so, and some more where there is a GPU. */
export const examine = async (): Promise<Examination> => ({
  versions: { forger: forgerVersion(), node: process.versions.node, v8: process.versions.v8 },
  machine: {
    platform: process.platform,
    architecture: process.arch,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
  },
  engine: examineEngine(),
  accelerators: await examineAccelerators(),
  data: await examineData(),
})

function examineEngine(): Examination['engine'] {
  const sharedMemory = hasSharedMemory()
  const threads = sharedMemory ? availableParallelism() : 1
  if (!hasVectors()) return { threads, sharedMemory, vectors: null, fused: false }
  allowRelaxedInstructions()
  const fused = hasFusedMultiplyAdd()
  const bits = fastestVectorWidth(!fused)
  const { gigaflops } = timeProduct(!fused, bits === 256 ? 4 : 2)
  return { threads, sharedMemory, vectors: { bits, gigaflopsPerThread: gigaflops }, fused }
}

async function examineData(): Promise<Examination['data']> {
  const named = Object.entries(sources).filter(([name, { usage, madeOf }]) => usage === name && madeOf === undefined)
  const findings = named.map(async ([name, source]): Promise<[string, DataFinding]> => {
    try {
      const { count, shape } = await source.load({ argument: '', split: 'train', progress: () => {} })
      return [name, { images: count, shape }]
    } catch (error) {
      if (error instanceof UserError) return [name, { missing: error.message }]
      throw error
    }
  })
  return Object.fromEntries(await Promise.all(findings))
}
