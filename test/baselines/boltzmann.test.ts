import { describe, expect, it } from 'vitest'
import { divergence, trainMachine } from '../../src/baselines/boltzmann/contrastive-divergence.ts'
import { draw, freeEnergy, logJointOf, oneHot, visibleGiven } from '../../src/baselines/boltzmann/machine.ts'
import type { Machine } from '../../src/baselines/boltzmann/machine.ts'
import { randomness } from '../../src/nn/layer.ts'
import { createDevice, readFloats, write } from '../../src/runtime/device.ts'
import { interpret } from '../../src/runtime/interpreter.ts'
import { gather, literal } from '../../src/tensor/operations/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { randomNormal, randomUniform } from '../../src/tensor/threefry.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'

const range = (length: number): number[] => Array.from({ length }, (_, i) => i)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0)
const logistic = (x: number): number => 1 / (1 + Math.exp(-x))
const bitsOf = (number: number, width: number): number[] => range(width).map((i) => (number >> i) & 1)

/** A machine of plain numbers, and how its energy is defined. */
interface Numbers {
  readonly weight: readonly (readonly number[])[]
  readonly visibleBias: readonly number[]
  readonly hiddenBias: readonly number[]
}

const energy = ({ weight, visibleBias, hiddenBias }: Numbers, v: readonly number[], h: readonly number[]): number =>
  -sum(v.map((x, i) => x * (visibleBias[i] + sum(h.map((y, j) => y * weight[i][j]))))) -
  sum(h.map((y, j) => y * hiddenBias[j]))

const toHidden = ({ weight, hiddenBias }: Numbers, v: readonly number[]): number[] =>
  hiddenBias.map((bias, j) => logistic(bias + sum(v.map((x, i) => x * weight[i][j]))))

/** log sum over all hidden h of exp(-energy). */
const logWeight = (machine: Numbers, v: readonly number[]): number => {
  const width = machine.hiddenBias.length
  return Math.log(sum(range(2 ** width).map((h) => Math.exp(-energy(machine, v, bitsOf(h, width))))))
}

function someMachine(visible: number, hidden: number): { numbers: Numbers; traced: Machine } {
  const values = Array.from(randomNormal([3, 0], 0, 0, (visible + 1) * (hidden + 1)))
  const numbers = {
    weight: range(visible).map((i) => range(hidden).map((j) => values[i * hidden + j])),
    visibleBias: values.slice(visible * hidden, visible * hidden + visible),
    hiddenBias: values.slice(visible * hidden + visible, visible * hidden + visible + hidden),
  }
  const traced = {
    weight: literal(numbers.weight.flat(), [visible, hidden]),
    visibleBias: literal(numbers.visibleBias),
    hiddenBias: literal(numbers.hiddenBias),
  }
  return { numbers, traced }
}

const valuesOf = (tensor: Tensor): number[] => Array.from(interpret([tensor], new Map())[0])
const source = { seed: literal([5, 0], [2], 'i32'), step: literal([2], [], 'i32') }

describe('the free energy of a machine', () => {
  const { numbers, traced } = someMachine(5, 3)
  const rows = range(32).map((v) => bitsOf(v, 5))

  it('is minus the logarithm of the sum over all hidden units', () => {
    const found = valuesOf(freeEnergy(traced, literal(rows.flat(), [32, 5])))
    rows.forEach((row, i) => expect(found[i]).toBeCloseTo(-logWeight(numbers, row), 9))
  })

  it('is told for each class in turn', () => {
    const units = rows.slice(0, 8).map((row) => row.slice(0, 3))
    const found = valuesOf(logJointOf(traced, literal(units.flat(), [8, 3]), 2))
    units.forEach((row, i) => {
      expect(found[2 * i]).toBeCloseTo(logWeight(numbers, [...row, 1, 0]), 9)
      expect(found[2 * i + 1]).toBeCloseTo(logWeight(numbers, [...row, 0, 1]), 9)
    })
    const alone = valuesOf(logJointOf(traced, literal(rows.flat(), [32, 5]), 0))
    rows.forEach((row, i) => expect(alone[i]).toBeCloseTo(logWeight(numbers, row), 9))
  })
})

describe('drawing', () => {
  it('turns units on as often as they are likely, and exactly one class', () => {
    const probabilities = [0.1, 0.7, 0.2, 0.5, 0.3]
    const count = 4000
    const table = literal(
      range(count).flatMap(() => probabilities),
      [count, 5],
    )
    const drawn = valuesOf(draw(table, 3, randomness(source, 0)))
    const means = probabilities.map((_, i) => sum(range(count).map((row) => drawn[5 * row + i])) / count)
    means.forEach((mean, i) => expect(Math.abs(mean - probabilities[i])).toBeLessThan(0.03))
    for (const row of range(count)) expect(sum(drawn.slice(5 * row + 2, 5 * row + 5))).toBe(1)
  })

  it('follows p(v | h) of the energy', () => {
    const { numbers, traced } = someMachine(5, 3)
    const h = [1, 0, 1]
    const allowed = range(32)
      .map((v) => bitsOf(v, 5))
      .filter((v) => sum(v.slice(3)) === 1)
    const weights = allowed.map((v) => Math.exp(-energy(numbers, v, h)))
    const expected = range(5).map((i) => sum(allowed.map((v, at) => v[i] * weights[at])) / sum(weights))
    const found = valuesOf(visibleGiven(traced, literal(h, [1, 3]), 2))
    expected.forEach((p, i) => expect(found[i]).toBeCloseTo(p, 9))
  })
})

describe('contrastive divergence', () => {
  it('is the difference of statistics that plain loops find, with the same random numbers', () => {
    const { numbers, traced } = someMachine(6, 4)
    const batch = 3
    const rows = range(batch).map((row) => bitsOf(13 * row + 7, 6))
    const data = literal(rows.flat(), [batch, 6])
    const { gradient, fantasies } = divergence(
      traced,
      data,
      data,
      { gibbsSteps: 2, classes: 0 },
      randomness(source, 10),
    )

    let stream = 10
    const drawn = (probabilities: readonly (readonly number[])[]): number[][] => {
      const width = probabilities[0].length
      const uniform = randomUniform([5, 0], stream++, 2, batch * width)
      return probabilities.map((row, r) => row.map((p, i) => Number(uniform[r * width + i] < p)))
    }
    let visible = rows
    for (const _ of range(2)) {
      const hidden = drawn(visible.map((v) => toHidden(numbers, v)))
      visible = drawn(
        hidden.map((h) =>
          numbers.visibleBias.map((bias, i) => logistic(bias + sum(h.map((y, j) => y * numbers.weight[i][j])))),
        ),
      )
    }
    const product = (v: readonly number[], i: number, j: number): number => v[i] * toHidden(numbers, v)[j]
    const expected = range(6).flatMap((i) =>
      range(4).map((j) => sum(rows.map((v, r) => product(v, i, j) - product(visible[r], i, j))) / batch),
    )
    expect(valuesOf(fantasies)).toEqual(visible.flat())
    valuesOf(gradient.weight).forEach((value, at) => expect(value).toBeCloseTo(expected[at], 6))
    valuesOf(gradient.visibleBias).forEach((value, i) =>
      expect(value).toBeCloseTo(sum(rows.map((v, r) => v[i] - visible[r][i])) / batch, 6),
    )
  })

  // All pictures of 3 x 3 pixels whose rows, or columns, are each all on or all off (MacKay 2003): 14 of 512.
  const lines = range(8).map((number) => bitsOf(number, 3))
  const pictures = [
    ...lines.map((line) => line.flatMap((bit) => [bit, bit, bit])),
    ...lines.slice(1, -1).map((line) => [...line, ...line, ...line]),
  ]

  /** Mean log p(v) of the pictures, exact: Z is summed over all 512 visible states. */
  function logLikelihood(machine: Numbers): number {
    const logZ = Math.log(sum(range(512).map((v) => Math.exp(logWeight(machine, bitsOf(v, 9))))))
    return sum(pictures.map((v) => logWeight(machine, v) - logZ)) / pictures.length
  }

  const learning = {
    hidden: 6,
    batch: 14,
    learningRate: 0.1,
    momentum: 0.5,
    weightDecay: 0,
    gibbsSteps: 1,
    leastSteps: 0,
  }

  it.each([
    ['from the data', false, 6000, -4.2],
    ['persistent', true, 4000, -3.4],
  ])('makes bars and stripes likelier: %s', async (_, persistent, epochs, wanted) => {
    const learned = async (some: number): Promise<number> => {
      const device = createDevice(inlineEngine())
      const data = device.variable('pictures', [14, 9])
      write(device, data, pictures.flat())
      const lessons = {
        total: 14,
        classes: 0,
        bias: range(9).map(() => 0),
        visibleAt: (rows: Tensor) => gather(data.tensor, rows),
      }
      const machine = await trainMachine(device, lessons, { ...learning, persistent, epochs: some }, [1, 0])
      const weight = Array.from(readFloats(device, machine.weight))
      return logLikelihood({
        weight: range(9).map((i) => weight.slice(6 * i, 6 * i + 6)),
        visibleBias: Array.from(readFloats(device, machine.visibleBias)),
        hiddenBias: Array.from(readFloats(device, machine.hiddenBias)),
      })
    }
    // Nothing learned: all 512 alike. Everything: the 14 alike.
    expect(await learned(1)).toBeCloseTo(-Math.log(512), 1)
    const after = await learned(epochs)
    expect(after).toBeGreaterThan(wanted)
    expect(after).toBeLessThan(-Math.log(14))
  })
})

it('a class is one unit that is on', () => {
  expect(valuesOf(oneHot(literal([2, 0], [2], 'i32'), 3))).toEqual([0, 0, 1, 1, 0, 0])
})
