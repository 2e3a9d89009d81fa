import {
  atomicAdd,
  atomicLoad,
  atomicNotify,
  atomicStore,
  atomicSubtract,
  atomicWait,
  br,
  brIf,
  drop,
  get,
  i32,
  i64,
  ifElse,
  loop,
  op,
  ret,
  seq,
  set,
  tee,
} from './emit.ts'
import type { FunctionHandle, Module } from './emit.ts'

/** Words of control memory, each on a cache line of its own. */
export const controlBytes = 256
const arrived = 0
const generation = 64
const sleepers = 128
/** The next tile of the current phase that nobody has claimed. */
export const nextTile = 192

/** Looks at the generation this often before a thread goes to sleep: longer than phases take, shorter than a lost time slice. */
const spins = 50_000

/** `(threads)`: returns when all threads have called it. The last one to come also sets the tile counter back. */
export function barrierFunction(module: Module, control: number): FunctionHandle {
  const at = i32(control)
  return module.function('barrier', { params: ['i32'], results: [] }, (f) => {
    const [threads] = f.params
    const seen = f.local('i32')
    const left = f.local('i32')
    const released = op('i32.ne', atomicLoad(at, generation), get(seen))
    return seq(
      set(seen, atomicLoad(at, generation)),
      ifElse(
        op('i32.eq', op('i32.add', atomicAdd(at, i32(1), arrived), i32(1)), get(threads)),
        seq(
          atomicStore(at, i32(0), arrived),
          atomicStore(at, i32(0), nextTile),
          drop(atomicAdd(at, i32(1), generation)),
          ifElse(atomicLoad(at, sleepers), drop(atomicNotify(at, i32(-1), generation))),
          ret(),
        ),
      ),
      set(left, i32(spins)),
      loop(seq(ifElse(released, ret()), brIf(0, tee(left, op('i32.sub', get(left), i32(1)))))),
      // The sleep begins only if the generation has not changed since, so a wake-up between here and there is not lost.
      drop(atomicAdd(at, i32(1), sleepers)),
      loop(seq(drop(atomicWait(at, get(seen), i64(-1n), generation)), ifElse(op('i32.eqz', released), br(1)))),
      drop(atomicSubtract(at, i32(1), sleepers)),
    )
  })
}
