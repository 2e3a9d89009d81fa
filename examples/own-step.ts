/** A step of your own, without any game: a line is laid through points. `node examples/own-step.ts` */
import { compile, gradients, openDevice, read, write } from 'forger-gan'

const device = await openDevice({ threads: 1 })
const x = device.variable('x', [4])
const y = device.variable('y', [4])
const slope = device.variable('slope', [])
const offset = device.variable('offset', [])
write(device, x, [0, 1, 2, 3])
write(device, y, [1, 3, 5, 7])

// Nothing is computed here: tensors say what is to be computed, and the loss can be differentiated.
// Operations are methods of tensors, and functions as well: mean(square(error)).
const error = x.tensor.mul(slope.tensor).add(offset.tensor).sub(y.tensor)
const loss = error.square().mean()
const [bySlope, byOffset] = gradients(loss, [slope.tensor, offset.tensor])

const descend = await compile(device, {
  updates: [
    [slope, slope.tensor.sub(bySlope.mul(0.1))],
    [offset, offset.tensor.sub(byOffset.mul(0.1))],
  ],
  report: { loss },
})
const reports = await descend.run(200)
console.log(`loss ${reports[0].loss.toFixed(3)}, after 200 steps ${reports[199].loss.toExponential(1)}`)
console.log(`y = ${read(device, slope)[0].toFixed(2)} x + ${read(device, offset)[0].toFixed(2)}`)
await device.close()
