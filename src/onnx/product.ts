import { isKind } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { commonExtents, isOne, sameExtents } from './extent.ts'
import type { Handle } from './graph-builder.ts'
import { int } from './messages.ts'
import type { Value, Writer } from './writer.ts'

/** A matrix product: Gemm where it takes a matrix transposed, else MatMul. */
export function writeProduct(product: Tensor, writer: Writer): Value {
  if (product.inputs.some(isTransposed)) return writeGemm(product, product, [], writer)
  // MatMul repeats leading axes by itself.
  const [a, b] = product.inputs.map((operand) => matrices(operand, writer))
  const leading = commonExtents(a.extents.slice(0, -2), b.extents.slice(0, -2))
  const handle = writer.operator(product, 'MatMul', [a.handle, b.handle])
  return { handle, extents: [...leading, ...writer.extentsOf(product).slice(-2)] }
}

/** The sum of a product of two matrices and a row of biases (or one number) as one Gemm; null for any other sum. */
export function writeBiasedProduct(sum: Tensor, writer: Writer): Value | null {
  const product = sum.inputs.find((x) => isKind(x, 'matmul') && x.shape.length === 2 && writer.usedOnce(x))
  const bias = sum.inputs.find((x) => x !== product)
  if (product === undefined || bias === undefined) return null
  const { handle, extents } = writer.narrow(bias)
  return extents.length < 2 || isOne(extents[0]) ? writeGemm(sum, product, [handle], writer) : null
}

function writeGemm(result: Tensor, product: Tensor, bias: readonly Handle[], writer: Writer): Value {
  const operands = product.inputs.map((operand) => writer.full(isTransposed(operand) ? operand.inputs[0] : operand))
  const flags = ['transA', 'transB']
    .filter((_, index) => isTransposed(product.inputs[index]))
    .map((flag) => int(flag, 1))
  return writer.whole(result, 'Gemm', [...operands, ...bias], flags)
}

const isTransposed = (x: Tensor): boolean => isKind(x, 'transpose') && x.primitive.permutation.join() === '1,0'

/** An operand that is whole in its last two axes. */
function matrices(operand: Tensor, writer: Writer): Value {
  const value = writer.narrow(operand)
  const extents = writer.extentsOf(operand)
  return sameExtents(value.extents.slice(-2), extents.slice(-2)) ? value : { handle: writer.full(operand), extents }
}
