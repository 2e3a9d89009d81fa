import { onNumbers } from '../elementwise/function.ts'
import { elementwiseFunctions } from '../elementwise/table.ts'
import { sizeOf, stridesOf } from '../shape.ts'
import { UserError } from '../errors.ts'
import { permute, randomNormal, randomUniform } from '../threefry.ts'
import type { Kind, Primitive, Shape, Tensor } from '../tensor.ts'

/**
 * The reference implementation of a primitive: the value of `output` from those of its inputs, by the definition and nothing cleverer,
 * in plain loops in float64 over row-major numbers, booleans as 0 and 1. What a device computes is tested against it.
 */
type Reference<K extends Kind> = (
  values: readonly Float64Array[],
  output: Tensor,
  primitive: Primitive<K>,
) => Float64Array

const references: { [K in Kind]: Reference<K> } = {
  input: (_values, _output, { name }) => {
    throw new UserError(`The input '${name}' has no value; feed it one.`)
  },
  constant: (_values, _output, { value }) => Float64Array.of(value),
  literal: (_values, _output, { values }) => Float64Array.from(values),
  iota: (_values, output) => tabulate(output, (index) => index),

  elementwise: ([a, b = a, c = a], output, { name, parameter }) => {
    const apply = onNumbers(elementwiseFunctions[name], output.dtype)
    return tabulate(output, (index) => apply(a[index], b[index], c[index], parameter))
  },

  reduce: ([x], output, { name, axes }) => {
    const { shape } = output.inputs[0]
    const strides = stridesOf(output.shape)
    let kept = 0
    const target = addresses(
      shape,
      shape.map((_, axis) => (axes.includes(axis) ? 0 : strides[kept++])),
    )
    const result = new Float64Array(sizeOf(output.shape)).fill(name === 'sum' ? 0 : -Infinity)
    const combine = onNumbers(elementwiseFunctions[name === 'sum' ? 'add' : 'max'], output.dtype)
    x.forEach((value, index) => {
      result[target[index]] = combine(result[target[index]], value, 0, 0)
    })
    return result
  },
  argmax: ([x], output) => {
    const count = output.inputs[0].shape.at(-1) ?? 1
    return tabulate(output, (row) => {
      let best = 0
      for (let i = 1; i < count; i++) if (x[row * count + i] > x[row * count + best]) best = i
      return best
    })
  },

  matmul: ([a, b], output) => {
    const [m, n] = output.shape.slice(-2)
    const inner = output.inputs[0].shape.at(-1) ?? 1
    const result = new Float64Array(sizeOf(output.shape))
    for (let row = 0; row * n < result.length; row++) {
      const batch = Math.floor(row / m)
      for (let i = 0; i < inner; i++) {
        for (let column = 0; column < n; column++) {
          result[row * n + column] += a[row * inner + i] * b[(batch * inner + i) * n + column]
        }
      }
    }
    return result
  },

  convolve: ([x, kernel], output, { size: [height, width], stride, dilation, offset, order }) => {
    const [groups, n] = output.inputs[0].shape
    const outputs = output.inputs[1].shape[4]
    const [, , inputHeight, inputWidth, channels] = output.inputs[0].shape
    const [, kh, kw] = output.inputs[1].shape
    const pixel = (axis: 0 | 1, out: number, position: number) =>
      offset[axis] + out * stride[axis] + position * dilation[axis]
    return tabulate(output, (index) => {
      const o = index % outputs
      const point = Math.floor(index / outputs)
      const position = order === 'images' ? point : Math.floor(point / n)
      const [column, row] = [position % width, Math.floor(position / width) % height]
      const group = Math.floor(point / n / width / height) % groups
      const image = group * n + (order === 'images' ? Math.floor(point / width / height) % n : point % n)
      let sum = 0
      for (let i = 0; i < kh; i++) {
        for (let j = 0; j < kw; j++) {
          const [y, z] = [pixel(0, row, i), pixel(1, column, j)]
          if (y < 0 || y >= inputHeight || z < 0 || z >= inputWidth) continue
          const at = ((image * inputHeight + y) * inputWidth + z) * channels
          const kernelAt = ((group * kh + i) * kw + j) * channels
          for (let c = 0; c < channels; c++) sum += x[at + c] * kernel[(kernelAt + c) * outputs + o]
        }
      }
      return sum
    })
  },

  stopGradient: ([x]) => x,
  reshape: ([x]) => x,
  transpose: ([x], output, { permutation }) => {
    const strides = stridesOf(output.inputs[0].shape)
    return read(
      x,
      addresses(
        output.shape,
        permutation.map((axis) => strides[axis]),
      ),
    )
  },
  broadcast: ([x], output) => {
    const { shape } = output.inputs[0]
    const strides = stridesOf(shape)
    const added = output.shape.length - shape.length
    return read(
      x,
      addresses(
        output.shape,
        output.shape.map((_, axis) => (shape[axis - added] > 1 ? strides[axis - added] : 0)),
      ),
    )
  },
  slice: ([x], output, { start }) => {
    const strides = stridesOf(output.inputs[0].shape)
    return read(x, addresses(output.shape, strides, addressOf(start, strides)))
  },
  pad: ([x], output, { before }) => {
    const strides = stridesOf(output.shape)
    const result = new Float64Array(sizeOf(output.shape))
    write(result, addresses(output.inputs[0].shape, strides, addressOf(before, strides)), x)
    return result
  },
  concat: (parts, output, { axis }) => {
    const strides = stridesOf(output.shape)
    const result = new Float64Array(sizeOf(output.shape))
    let first = 0
    parts.forEach((part, index) => {
      const { shape } = output.inputs[index]
      write(result, addresses(shape, strides, first * strides[axis]), part)
      first += shape[axis]
    })
    return result
  },

  gather: ([table, indices], output) => {
    const rows = output.inputs[0].shape[0]
    const width = sizeOf(output.inputs[0].shape.slice(1))
    return tabulate(output, (index) => table[clamp(indices[Math.floor(index / width)], rows) * width + (index % width)])
  },
  scatterAdd: ([indices, updates], output, { size }) => {
    const width = sizeOf(output.shape.slice(1))
    const result = new Float64Array(size * width)
    updates.forEach((value, index) => {
      result[clamp(indices[Math.floor(index / width)], size) * width + (index % width)] += value
    })
    return result
  },

  random: ([seed, [step]], output, { distribution, stream }) => {
    const draw = distribution === 'uniform' ? randomUniform : randomNormal
    return Float64Array.from(draw([seed[0], seed[1]], stream, step, sizeOf(output.shape)))
  },
  shuffle: ([seed, [epoch], [first]], output, { total, stream }) =>
    tabulate(output, (index) => permute([seed[0], seed[1]], stream, epoch, total, (first + index) % total)),
}

const referenceOf = <K extends Kind>(
  primitive: Primitive<K>,
  values: readonly Float64Array[],
  output: Tensor,
): Float64Array => references[primitive.kind](values, output, primitive)

/** The numbers of `tensor` (row-major) from those of its inputs. */
export const evaluate = (tensor: Tensor, values: readonly Float64Array[]): Float64Array =>
  referenceOf(tensor.primitive, values, tensor)

function tabulate(output: Tensor, element: (index: number) => number): Float64Array {
  const result = new Float64Array(sizeOf(output.shape))
  for (let index = 0; index < result.length; index++) result[index] = element(index)
  return result
}

/** For every index of `shape`, row-major: first + sum of index[axis] * strides[axis]. */
export function addresses(shape: Shape, strides: readonly number[], first = 0): Int32Array {
  let found = Int32Array.of(first)
  shape.forEach((extent, axis) => {
    const outer = found
    found = new Int32Array(outer.length * extent)
    for (let i = 0; i < found.length; i++) found[i] = outer[Math.floor(i / extent)] + (i % extent) * strides[axis]
  })
  return found
}

const addressOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((address, i, axis) => address + i * strides[axis], 0)

const read = (values: Float64Array, from: Int32Array): Float64Array =>
  Float64Array.from(from, (address) => values[address])

function write(result: Float64Array, to: Int32Array, values: Float64Array): void {
  to.forEach((address, index) => (result[address] = values[index]))
}

/** The nearest row that exists. */
const clamp = (index: number, rows: number): number => Math.max(0, Math.min(rows - 1, index))
