import type { Tensor } from '../tensor/tensor.ts'
import { inOrder, separate, stands } from './arrangement.ts'
import type { Value } from './arrangement.ts'
import { commonExtents, isOne } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import { int } from './messages.ts'
import type { Writer } from './writer.ts'

/** A matrix product: Gemm where it takes a matrix transposed, else MatMul. */
export function writeProduct(product: Tensor, writer: Writer): Value {
  if (product.inputs.some((operand) => isTransposed(operand, writer))) return writeGemm(product, product, [], writer)
  // MatMul repeats leading axes by itself.
  const operands = product.inputs.map((operand) => matrices(operand, writer))
  const handle = writer.operator(
    product,
    'MatMul',
    operands.map((operand) => operand.handle),
  )
  const [a, b] = operands.map(({ extents }) => extents.slice(0, -2))
  const rank = Math.max(...operands.map(({ axes }) => axes.length))
  const extents = [...commonExtents(a, b), ...writer.extentsOf(product).slice(-2)]
  return { handle, axes: inOrder(extents.length).slice(-rank), extents }
}

/** The sum of a product of two matrices and a row of biases (or one number) as one Gemm; null for any other sum. */
export function writeBiasedProduct(sum: Tensor, writer: Writer): Value | null {
  const product = sum.inputs.find((x) => writer.isPart(x, 'matmul') && x.shape.length === 2)
  const bias = sum.inputs.find((x) => x !== product)
  if (product === undefined || bias === undefined) return null
  const { handle, extents } = writer.narrow(bias)
  return isOne(extents[0]) ? writeGemm(sum, product, [handle], writer) : null
}

function writeGemm(result: Tensor, product: Tensor, bias: readonly Handle[], writer: Writer): Value {
  const flags = product.inputs.map((operand) => isTransposed(operand, writer))
  const operands = product.inputs.map((operand, index) => writer.place(operand, flags[index] ? columns : rows))
  const attributes = ['transA', 'transB'].filter((_, index) => flags[index]).map((flag) => int(flag, 1))
  return writer.whole(result, 'Gemm', [...operands, ...bias], attributes)
}

const rows = separate([0, 1])
const columns = separate([1, 0])

/** A matrix that would have to be transposed for MatMul. */
const isTransposed = (x: Tensor, writer: Writer): boolean =>
  x.shape.length === 2 && !stands(writer.value(x), rows) && stands(writer.value(x), columns)

/** An operand that is whole in its last two axes. */
function matrices(operand: Tensor, writer: Writer): Value {
  const value = writer.narrow(operand)
  const own = writer.extentsOf(operand)
  const isWhole = own.slice(-2).every((extent, index) => isOne(extent) || !isOne(value.extents.slice(-2)[index]))
  if (isWhole && value.axes.length >= 2) return value
  return { handle: writer.full(operand), axes: inOrder(own.length), extents: own }
}
