/** A step of your own, without any game: a line is laid through points. `node examples/own-step.ts` */
import { compile, gradients, openDevice, operations, read, write } from 'forger-gan'

const { add, mean, mul, sub } = operations

const device = await openDevice({ threads: 1 })
const x = device.variable('x', [4])
const y = device.variable('y', [4])
const slope = device.variable('slope', [])
const offset = device.variable('offset', [])
write(device, x, [0, 1, 2, 3])
write(device, y, [1, 3, 5, 7])

// Nothing is computed here: tensors say what is to be computed, and the loss can be differentiated.
const error = sub(add(mul(x.tensor, slope.tensor), offset.tensor), y.tensor)
const loss = mean(mul(error, error))
const [bySlope, byOffset] = gradients(loss, [slope.tensor, offset.tensor])

const descend = await compile(device, {
  updates: [
    [slope, sub(slope.tensor, mul(bySlope, 0.1))],
    [offset, sub(offset.tensor, mul(byOffset, 0.1))],
  ],
  report: { loss },
})
const reports = await descend.run(200)
console.log(`loss ${reports[0].loss.toFixed(3)}, after 200 steps ${reports[199].loss.toExponential(1)}`)
console.log(`y = ${read(device, slope)[0].toFixed(2)} x + ${read(device, offset)[0].toFixed(2)}`)
await device.engine.close()
