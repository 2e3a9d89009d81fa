import { add, broadcast, matmul, mul, reshape } from '../../../tensor/operations/index.ts'
import { commonShape, sizeOf } from '../../../tensor/shape.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import type { Node, Operator } from '../node.ts'
import { plain, turned, viewOf } from '../view.ts'
import { pointwise } from './pointwise.ts'

const gemm: Operator = (node) => {
  const matrix = (index: number, flag: string): Tensor => {
    const view = node.input(index)
    if (view.order.length !== 2) throw node.error(`takes matrices, not ${view.order.length} axes`)
    return plain(node.int(flag, 0) === 0 ? view : turned(view, [1, 0]))
  }
  const product = matmul(matrix(0, 'transA'), matrix(1, 'transB'))
  const scaled = (x: Tensor, name: string): Tensor => {
    const factor = node.float(name, 1)
    return factor === 1 ? x : mul(x, factor)
  }
  const whole = viewOf(scaled(product, 'alpha'))
  return node.has(2) ? pointwise([whole, node.input(2)], (x, bias) => add(x, scaled(bias, 'beta'))) : whole
}

/** NumPy's matmul: leading axes are repeated, and an operand of one axis is a row before the product or a column behind it. */
const product: Operator = (node) => {
  const [a, b] = [plain(node.input(0)), plain(node.input(1))]
  if (a.shape.length === 0 || b.shape.length === 0) throw node.error('takes no single numbers')
  const row = a.shape.length === 1 ? reshape(a, [1, a.shape[0]]) : a
  const column = b.shape.length === 1 ? reshape(b, [b.shape[0], 1]) : b
  const whole = matrices(node, row, column)
  const gone = [...(row === a ? [] : [-2]), ...(column === b ? [] : [-1])].map((axis) => axis + whole.shape.length)
  return viewOf(
    reshape(
      whole,
      whole.shape.filter((_, axis) => !gone.includes(axis)),
    ),
  )
}

function matrices(node: Node, a: Tensor, b: Tensor): Tensor {
  // One product of many rows rather than many products.
  if (b.shape.length === 2) {
    const inner = a.shape[a.shape.length - 1]
    const rows = reshape(a, [sizeOf(a.shape.slice(0, -1)), inner])
    return reshape(matmul(rows, b), [...a.shape.slice(0, -1), b.shape[1]])
  }
  const leading = commonShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  if (leading === null) throw node.error(`cannot repeat ${a.shape.join(' x ')} and ${b.shape.join(' x ')} to one`)
  const repeated = (x: Tensor) => broadcast(x, [...leading, ...x.shape.slice(-2)])
  return matmul(repeated(a), repeated(b))
}

export const products: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: product }
