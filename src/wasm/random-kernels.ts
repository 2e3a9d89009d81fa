import type { Access, Nest, Producer } from '../kernels/nest.ts'
import { mergeBody } from '../kernels/merge.ts'
import { call, get, i32, load, op, seq, set } from './emit.ts'
import type { Code, FunctionHandle, Module } from './emit.ts'
import { kernelSignature, minimum, tilesFor } from './kernel.ts'
import type { Kernel } from './kernel.ts'
import { multiplyAdd } from './math.ts'
import type { Library } from './micro.ts'
import { fillFunction, permutationFunction } from './random.ts'
import { rowCode, scale, walksOf } from './rows.ts'
import type { Environment } from './rows.ts'

type Of<K extends Producer['kind']> = Extract<Producer, { kind: K }>

/** Numbers of a tile; a multiple of the 16 that the generator makes at a time. */
const tileNumbers = 2048

/** Random numbers, with elementwise work that follows them in the same flat order. */
export function randomKernel(
  module: Module,
  library: Library,
  name: string,
  nest: Nest,
  producer: Of<'random'>,
  environment: Environment,
): Kernel {
  const { distribution, stream, count, seed, step } = producer
  const fill = shared(library, `fill ${distribution}`, () =>
    fillFunction(module, distribution, multiplyAdd(environment.strict)),
  )
  return flatKernel(module, name, nest, count, environment, (first, many, scratch) =>
    call(
      fill,
      scratch,
      many,
      word(seed, 0, environment),
      word(seed, 1, environment),
      i32(stream),
      word(step, 0, environment),
      first,
    ),
  )
}

/** Positions of a shuffled order. */
export function shuffleKernel(
  module: Module,
  library: Library,
  name: string,
  nest: Nest,
  producer: Of<'shuffle'>,
  environment: Environment,
): Kernel {
  const { total, stream, count, seed, epoch, first: start } = producer
  const fill = shared(library, 'fill permutation', () => permutationFunction(module))
  return flatKernel(module, name, nest, count, environment, (first, many, scratch) => {
    const position = op('i32.add', word(start, 0, environment), first)
    return call(
      fill,
      scratch,
      many,
      word(seed, 0, environment),
      word(seed, 1, environment),
      i32(stream),
      word(epoch, 0, environment),
      i32(total),
      position,
    )
  })
}

function shared(library: Library, key: string, make: () => FunctionHandle): FunctionHandle {
  const handle = library.get(key) ?? make()
  library.set(key, handle)
  return handle
}

const word = ({ block, offset, strides }: Access, index: number, environment: Environment): Code =>
  load('i32.load', i32(environment.addressOf(block)), (offset + index * (strides[0] ?? 0)) * 4)

/** A kernel that fills `many` numbers from `first` on into the scratch memory, and runs the body over them in one run. */
function flatKernel(
  module: Module,
  name: string,
  nest: Nest,
  count: number,
  environment: Environment,
  fill: (first: Code, many: Code, scratch: Code) => Code,
): Kernel {
  const { extents, body, accesses } = mergeBody(nest)
  if (extents.length !== 1) throw new Error(`${name} is not one run`)
  const { tiles, perTile } = tilesFor(count, tileNumbers, 16)
  const handle = module.function(name, kernelSignature, (f) => {
    const [tile, scratch] = f.params
    const [first, many] = [f.local('i32'), f.local('i32')]
    const walks = walksOf(f, environment, accesses)
    return seq(
      set(first, scale(get(tile), perTile)),
      set(many, minimum(f, i32(perTile), op('i32.sub', i32(count), get(first)))),
      fill(get(first), get(many), get(scratch)),
      walks.moveTo([get(first)]),
      rowCode(f, environment, body, walks, get(many), count, {
        address: get(scratch),
        offset: 0,
        stride: 1,
        stored: 'f32',
      }),
    )
  })
  return { name, tiles, handle }
}
