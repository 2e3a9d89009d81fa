import { flopsOf } from '../kernels/nest.ts'
import type { Nest } from '../kernels/nest.ts'
import { barrierFunction, nextTile } from './barrier.ts'
import { contractKernel } from './contract.ts'
import {
  atomicAdd,
  brIf,
  block,
  call,
  createModule,
  forRange,
  get,
  i32,
  ifElse,
  loop,
  memoryCopy,
  op,
  seq,
  set,
  tee,
} from './emit.ts'
import type { Code, FunctionHandle, MemoryType, Module } from './emit.ts'
import type { Kernel } from './kernel.ts'
import { gradientKernel } from './winograd/gradient.ts'
import { imagesKernel } from './winograd/images.ts'
import { pointsKernel } from './winograd/kernel-points.ts'
import { productOf } from './winograd/context.ts'
import { mapKernel } from './map.ts'
import type { Library } from './micro.ts'
import { orient } from './orientation.ts'
import type { Product } from './orientation.ts'
import { randomKernel, shuffleKernel } from './random-kernels.ts'
import { reduceKernel } from './reduce.ts'
import { argmaxKernel, gatherKernel, scatterAddKernel } from './rows-of-tables.ts'
import { scale, sum } from './rows.ts'
import type { Environment } from './rows.ts'
import { isSound, scratchBytes } from './tiling.ts'
import type { Tiling } from './tiling.ts'

/** Where a program finds everything in the linear memory. */
export interface ProgramEnvironment extends Environment {
  readonly memory: MemoryType
  /** Words that the threads agree with (controlBytes). */
  readonly control: number
  /** Scratch memory, `scratchBytes` for every thread. */
  readonly scratch: number
  /** The scalars that every step reports. */
  readonly report: number
  readonly reportBytes: number
  readonly tilingOf: (product: Product) => Tiling
}

/** A kernel of the finished program, for people who want to look into it. */
export interface KernelInfo {
  /** What it computes, where that was traced and in which shape. */
  readonly name: string
  /** Threads meet between phases: kernels of the same one may run at the same time. */
  readonly phase: number
  /** Pieces of work that threads take one after the other. */
  readonly tiles: number
  /** Floating-point operations. */
  readonly flops: number
}

export interface Program {
  /** The module; it exports `run(thread, threads, steps, log)`: see README of the room in docs/architecture.md. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly kernels: readonly KernelInfo[]
}

/**
 * One module for a whole traced function. Every thread runs the same `run`; within a phase threads claim tiles from a shared counter, so
 * that one that loses its core for a while does not hold up the others, and meet at a barrier after it.
 */
export function emitProgram(phases: readonly (readonly Nest[])[], environment: ProgramEnvironment): Program {
  const module = createModule({ memory: environment.memory })
  const library: Library = new Map()
  const barrier = barrierFunction(module, environment.control)
  const kernels: KernelInfo[] = []
  const phaseFunctions = phases.map((nests, phase) => {
    const made = nests.map((nest, index) => {
      const kernel = emitKernel(module, library, `${phase}.${index} ${nest.name}`, nest, environment)
      kernels.push({ name: kernel.name, phase, tiles: kernel.tiles, flops: flopsOf(nest) })
      return { kernel, work: flopsOf(nest) / kernel.tiles }
    })
    // Large pieces first: small ones fill the end of the phase.
    const order = made.toSorted((a, b) => b.work - a.work).map(({ kernel }) => kernel)
    return phaseFunction(module, `phase ${phase}`, order, environment.control)
  })
  runFunction(module, phaseFunctions, barrier, environment)
  return { bytes: module.bytes(), kernels }
}

function emitKernel(
  module: Module,
  library: Library,
  name: string,
  nest: Nest,
  environment: ProgramEnvironment,
): Kernel {
  const { producer } = nest
  switch (producer?.kind) {
    case undefined:
      return mapKernel(module, name, nest, environment)
    case 'contract': {
      const product = orient(nest, producer)
      const tiling = environment.tilingOf(product)
      if (!isSound(tiling)) throw new Error(`${name} cannot be cut like ${JSON.stringify(tiling)}`)
      return contractKernel(module, library, name, product, environment, tiling)
    }
    case 'winograd': {
      const registerTile = environment.tilingOf(productOf(nest, producer))
      const context = { module, library, name, nest, environment, registerTile }
      return producer.order === 'images'
        ? imagesKernel({ ...context, producer })
        : gradientKernel({ ...context, producer })
    }
    case 'points':
      return pointsKernel(module, library, name, nest, producer, environment)
    case 'reduce':
      return reduceKernel(module, name, nest, producer, environment)
    case 'argmax':
      return argmaxKernel(module, name, nest, producer, environment)
    case 'gather':
      return gatherKernel(module, name, nest, producer, environment)
    case 'scatterAdd':
      return scatterAddKernel(module, name, nest, producer, environment)
    case 'random':
      return randomKernel(module, library, name, nest, producer, environment)
    case 'shuffle':
      return shuffleKernel(module, library, name, nest, producer, environment)
  }
}

/** `(scratch)`: claims tiles of the phase's kernels until none is left. */
function phaseFunction(module: Module, name: string, kernels: readonly Kernel[], control: number): FunctionHandle {
  const total = kernels.reduce((tiles, kernel) => tiles + kernel.tiles, 0)
  return module.function(name, { params: ['i32'], results: [] }, (f) => {
    const [scratch] = f.params
    const tile = f.local('i32')
    let before = total
    const dispatch = kernels.toReversed().reduce((otherwise: Code | undefined, kernel) => {
      before -= kernel.tiles
      const run = call(kernel.handle, op('i32.sub', get(tile), i32(before)), get(scratch))
      return otherwise === undefined
        ? run
        : ifElse(op('i32.lt_u', get(tile), i32(before + kernel.tiles)), run, otherwise)
    }, undefined)
    return block(
      loop(
        seq(
          brIf(1, op('i32.ge_u', tee(tile, atomicAdd(i32(control), i32(1), nextTile)), i32(total))),
          dispatch ?? seq(),
          brIf(0, i32(1)),
        ),
      ),
    )
  })
}

/** `run(thread, threads, steps, log)`: that many steps; the report of step i is written to log + i * reportBytes. */
function runFunction(
  module: Module,
  phases: readonly FunctionHandle[],
  barrier: FunctionHandle,
  environment: ProgramEnvironment,
): void {
  const { report, reportBytes } = environment
  module.function('run', { params: ['i32', 'i32', 'i32', 'i32'], results: [], export: true }, (f) => {
    const [thread, threads, steps, log] = f.params
    const step = f.local('i32')
    const scratch = f.local('i32')
    return seq(
      set(scratch, sum(i32(environment.scratch), scale(get(thread), scratchBytes))),
      forRange(
        step,
        i32(0),
        get(steps),
        1,
        seq(
          ...phases.flatMap((phase) => [call(phase, get(scratch)), call(barrier, get(threads))]),
          reportBytes === 0
            ? seq()
            : seq(
                ifElse(
                  op('i32.eqz', get(thread)),
                  memoryCopy(sum(get(log), scale(get(step), reportBytes)), i32(report), i32(reportBytes)),
                ),
                call(barrier, get(threads)),
              ),
        ),
      ),
    )
  })
}
