/** A step in float64, tensor by tensor, to find out where NaN comes from: `node examples/debug-step.ts`. */
import { composite, gradients, interpret, operations, withPath } from 'forger-gan'
import type { Tensor } from 'forger-gan'

const { div, exp, input, log, matmul, mean, mul, neg, sum } = operations

// A classifier whose logits are large, and the textbook's cross-entropy, which divides exp(x) by its sum.
const x = input('x', [2, 2])
const weight = input('weight', [2, 3])
const wanted = input('wanted', [2, 3])
const logits = withPath('classifier', () => matmul(x, weight))
const crossEntropy = (logProbabilities: Tensor) => mean(sum(neg(mul(wanted, logProbabilities)), { axes: [1] }))
const naive = withPath('naive', () => {
  const powers = exp(logits)
  return crossEntropy(log(div(powers, sum(powers, { axes: [1], keep: true }))))
})
const stable = withPath('stable', () => crossEntropy(composite.logSoftmax(logits)))

const feeds = new Map([
  [x, [1, 2, 300, 400]],
  [weight, [1, -1, 0.5, 2, 1, -0.5]],
  [wanted, [1, 0, 0, 0, 1, 0]],
])

/** What computes a tensor, and where it was traced. */
const nameOf = ({ primitive, path }: Tensor) =>
  [path, primitive.kind === 'elementwise' || primitive.kind === 'input' ? primitive.name : primitive.kind]
    .filter((part) => part !== '')
    .join('/')

function show(loss: Tensor): void {
  const withNaN: string[] = []
  const [value] = interpret([loss], feeds, (tensor, numbers) => {
    console.log(`${nameOf(tensor).padEnd(20)} [${tensor.shape.join(', ')}] ${Array.from(numbers, Number).join(' ')}`)
    if (numbers.some(Number.isNaN)) withNaN.push(nameOf(tensor))
  })
  console.log(`loss ${value[0].toFixed(4)}${withNaN.length === 0 ? '' : `; the first NaN is in ${withNaN[0]}`}\n`)
}

show(naive)
show(stable)
const [slope] = interpret(gradients(stable, [weight]), feeds)
console.log(`gradient of the weight: ${Array.from(slope, (number) => number.toFixed(2)).join(' ')}`)
