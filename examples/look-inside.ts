/** One layer and one step of gradient descent, on the way from TypeScript to loops: `node examples/look-inside.ts`. */
import { compile, gradients, openDevice, operations, printNest, withPath, write } from 'forger-gan'

const { add, leakyRelu, matmul, mean, mul, sub } = operations

const device = await openDevice({ threads: 1, tune: false })
const x = device.variable('x', [32, 8])
const w = device.variable('w', [8, 16])
const b = device.variable('b', [16])

const hidden = withPath('layer', () => leakyRelu(add(matmul(x.tensor, w.tensor), b.tensor)))
const loss = withPath('loss', () => mean(mul(hidden, hidden)))
const [dw, db] = gradients(loss, [w.tensor, b.tensor])
const program = await compile(device, {
  updates: [
    [w, sub(w.tensor, mul(dw, 0.1))],
    [b, sub(b.tensor, mul(db, 0.1))],
  ],
  report: { loss },
})

program.nests.forEach((nests, phase) => console.log(`phase ${phase}\n${nests.map(printNest).join('\n')}`))
console.log(`${program.bytes.length} bytes of WebAssembly`)

write(
  device,
  x,
  Float32Array.from({ length: 32 * 8 }, (_, index) => Math.sin(index)),
)
write(
  device,
  w,
  Float32Array.from({ length: 8 * 16 }, (_, index) => Math.cos(index)),
)
for (const report of await program.run(3)) console.log(`loss ${report.loss.toFixed(6)}`)
await device.close()
