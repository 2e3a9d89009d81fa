/**
 * The machine beneath restricted Boltzmann machines and deep belief nets, traced: conditional distributions and free energy
 * (Hinton 2010, A practical guide to training restricted Boltzmann machines, sections 2, 13.1 and 16).
 *
 * The energy of visible v and hidden h is -v.W.h - b.v - c.h. The last `classes` visible units are a group of which one is
 * on, the class (Larochelle and Bengio 2008); every other unit is on or off by itself.
 */
import type { Randomness } from '../../nn/layer.ts'
import { softmax } from '../../tensor/composite.ts'
import {
  add,
  argmax,
  cast,
  concat,
  equal,
  iota,
  less,
  log,
  matmul,
  neg,
  randomUniform,
  reshape,
  sigmoid,
  sliceAxis,
  softplus,
  sub,
  sum,
  transpose,
} from '../../tensor/operations/index.ts'
import type { Tensor } from '../../tensor/tensor.ts'

/** What a machine has learned, f32. */
export type Machine = {
  /** W, [visible, hidden]. */
  readonly weight: Tensor
  /** b, [visible]. */
  readonly visibleBias: Tensor
  /** c, [hidden]. */
  readonly hiddenBias: Tensor
}

/** What flows into the hidden units, [n, hidden]. */
const hiddenInput = ({ weight, hiddenBias }: Machine, visible: Tensor): Tensor =>
  add(matmul(visible, weight), hiddenBias)

/** p(h = 1 | v), [n, hidden]. */
export const hiddenGiven = (machine: Machine, visible: Tensor): Tensor => sigmoid(hiddenInput(machine, visible))

/** p(v = 1 | h), [n, visible]; the classes sum to 1. */
export function visibleGiven({ weight, visibleBias }: Machine, hidden: Tensor, classes: number): Tensor {
  const input = add(matmul(hidden, transpose(weight)), visibleBias)
  const [units, group] = split(input, classes)
  return group === null ? sigmoid(units) : concat([sigmoid(units), softmax(group)], 1)
}

/** Units that are on with the given probabilities; of the last `classes`, exactly one is. */
export function draw(probabilities: Tensor, classes: number, { source, stream }: Randomness): Tensor {
  const [units, group] = split(probabilities, classes)
  const bits = cast(less(randomUniform(source, stream(), units.shape), units), 'f32')
  if (group === null) return bits
  // The Gumbel-max trick: log p plus Gumbel noise is largest for each class with just its probability.
  const uniform = add(randomUniform(source, stream(), group.shape), 2 ** -25)
  const winner = argmax(sub(log(group), log(neg(log(uniform)))))
  return concat([bits, oneHot(winner, classes)], 1)
}

/** i32 [n] -> f32 [n, classes]: 1 for the class, 0 for the others. */
export const oneHot = (indices: Tensor, classes: number): Tensor =>
  cast(equal(reshape(indices, [indices.shape[0], 1]), iota(classes)), 'f32')

/** -log of the unnormalized p(v): -b.v - sum softplus(c + v.W), [n]. */
export const freeEnergy = (machine: Machine, visible: Tensor): Tensor =>
  neg(
    add(
      reshape(matmul(visible, reshape(machine.visibleBias, [-1, 1])), [visible.shape[0]]),
      sum(softplus(hiddenInput(machine, visible)), { axes: [1] }),
    ),
  )

/**
 * log p(units, class) up to log Z, [n, classes]: minus the free energy of the units together with each class in turn. Without
 * classes, log p(units) up to log Z, [n, 1].
 */
export function logJointOf(machine: Machine, units: Tensor, classes: number): Tensor {
  const [n, width] = units.shape
  if (classes === 0) return neg(reshape(freeEnergy(machine, units), [n, 1]))
  const { weight, visibleBias, hiddenBias } = machine
  const fromUnits = add(matmul(units, sliceAxis(weight, 0, 0, width)), hiddenBias)
  const inputs = add(reshape(fromUnits, [n, 1, -1]), sliceAxis(weight, 0, width, classes))
  const ofUnits = matmul(units, reshape(sliceAxis(visibleBias, 0, 0, width), [width, 1]))
  const ofClasses = sliceAxis(visibleBias, 0, width, classes)
  return add(add(sum(softplus(inputs), { axes: [2] }), ofClasses), ofUnits)
}

function split(x: Tensor, classes: number): [units: Tensor, group: Tensor | null] {
  if (classes === 0) return [x, null]
  const units = x.shape[1] - classes
  return [sliceAxis(x, 1, 0, units), sliceAxis(x, 1, units, classes)]
}
