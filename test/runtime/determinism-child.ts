import { openNodeDevice } from '../../src/runtime/open-node.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { trainSmallGame } from './small-game.ts'
import type { Outcome } from './small-game.ts'

/**
 * `node determinism-child.ts BITS STEPS`: one JSON line for each way to train the small game at this vector width. Widths need processes
 * of their own, as V8's flags are those of the process.
 */
const bits = process.argv[2] === '256' ? 256 : 128
const steps = Number(process.argv[3])
const tell = (strict: boolean, threads: number, outcome: Outcome) =>
  console.log(JSON.stringify({ strict, threads, ...outcome }))

for (const strict of [false, true]) {
  for (const threads of [1, 2, 3]) {
    const device = await openNodeDevice({ threads, strict, bits, tune: false })
    tell(strict, threads, await trainSmallGame(device, steps))
    await device.engine.close()
  }
  // On this thread, without shared memory.
  tell(strict, 0, await trainSmallGame(createDevice(inlineEngine(), { strict, target: wasmTarget(bits) }), steps))
}
