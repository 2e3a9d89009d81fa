/**
 * A layer of your own with two inputs and a layer inside: it scales and shifts the features of x as a dense layer says
 * that reads a field which the batch is given (FiLM, Perez et al. 2018). `node examples/own-layer.ts [steps]` trains a
 * net of such layers to turn points by angles.
 */
import { compile, gradients, layers, numberField, openDevice, operations } from 'forger-gan'

const { add, constant, cos, literal, mean, mul, randomUniform, sin, sliceAxis, sub } = operations
const { applyChildren, dense, given, initializeChildren, learning, leakyRelu, randomness, stack } = layers

function film(field: string): layers.Layer {
  // Variables carry the child's name: 'modulation.dense1.weight'.
  const childOf = (features: number): layers.Child => ({
    name: 'modulation',
    layer: stack([given(field), dense(2 * features)]),
  })
  return {
    name: 'film',
    mixesBatch: false,
    init(shape, random, fields) {
      const children = initializeChildren(random, fields)
      children.init(childOf(shape[0]), shape)
      return children.initialized(shape)
    },
    apply(variables, x, mode) {
      const children = applyChildren(variables, mode)
      const features = x.shape[1]
      const both = children.apply(childOf(features), x)
      const [scale, shift] = [0, features].map((first) => sliceAxis(both, 1, first, features))
      return children.applied(add(mul(x, add(scale, 1)), shift))
    },
  }
}

const hidden = () => [dense(32), film('angle'), leakyRelu()]
const net = stack([...hidden(), ...hidden(), dense(2)])

const device = await openDevice({ threads: 1 })
const seed = literal([1, 2], [2], 'i32')
const fields = { angle: numberField([1]) }
const first = net.init([2], randomness({ seed, step: constant(0, 'i32') }, 0), fields)
const variables = Object.entries(first.parameters).map(([name, start]) => ({
  name,
  start,
  variable: device.variable(name, start.shape),
}))
const begin = await compile(device, {
  updates: variables.map(({ variable, start }) => [variable, start] as const),
  report: {},
})
await begin.run()

// Every step draws other points and angles: the numbers depend on the step alone.
const step = device.variable('step', [], 'i32')
const random = randomness({ seed, step: step.tensor }, 1000)
const batch = 64
const drawn = (limit: number, size: number) =>
  mul(sub(randomUniform(random.source, random.stream(), [batch, size]), 0.5), 2 * limit)
const [points, angle] = [drawn(1, 2), drawn(3, 1)]
const [x, y] = [0, 1].map((axis) => sliceAxis(points, 1, axis, 1))
const turned = operations.concat(
  [sub(mul(x, cos(angle)), mul(y, sin(angle))), add(mul(x, sin(angle)), mul(y, cos(angle)))],
  1,
)

const parameters = Object.fromEntries(variables.map(({ name, variable }) => [name, variable.tensor]))
const { output } = net.apply({ parameters, buffers: {} }, points, learning(random, { angle }))
const distance = sub(output, turned)
const loss = mean(mul(distance, distance))
const slopes = gradients(
  loss,
  variables.map(({ variable }) => variable.tensor),
)
const descend = await compile(device, {
  updates: [
    ...variables.map(({ variable }, i) => [variable, sub(variable.tensor, mul(slopes[i], 0.1))] as const),
    [step, add(step.tensor, 1)],
  ],
  report: { loss },
})
const reports = await descend.run(Number(process.argv[2] ?? 4000))
console.log(`mean squared distance ${reports[0].loss.toFixed(3)}, at the end ${reports.at(-1)?.loss.toFixed(3)}`)
await device.close()
