import { add } from '../../src/tensor/operations/index.ts'
import { compile } from '../../src/runtime/compile.ts'
import { read } from '../../src/runtime/device.ts'
import { openNodeDevice } from '../../src/runtime/open-node.ts'

// Opens a device, uses it, and goes away without closing it.
const device = await openNodeDevice({ threads: 2, tune: false, bits: 128 })
const x = device.variable('x', [5])
const program = await compile(device, { updates: [[x, add(x.tensor, 1)]], report: {} })
await program.run(3)
console.log(read(device, x).join())
