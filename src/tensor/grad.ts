import { topological } from './graph.ts'
import { add, broadcast, constant } from './operations/index.ts'
import { backward } from './rules/derivative.ts'
import { atPath, shapeError } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { leavesOf, mapTree } from './tree.ts'
import type { Tree } from './tree.ts'

/**
 * Derivatives of a scalar with respect to tensors it was made from (zeros where it does not depend on one), by reverse
 * accumulation: one for each tensor of `wrt`, in its shape. They are tensors like any other, so they can be differentiated
 * again. Throws a UserError where `loss` is no f32 [].
 */
export function gradients<const T extends readonly Tensor[]>(
  loss: Tensor,
  wrt: T,
): { -readonly [I in keyof T]: Tensor } {
  if (loss.shape.length !== 0 || loss.dtype !== 'f32')
    throw shapeError('grad', [loss], 'differentiates f32 scalars only')
  const order = topological([loss])
  const needed = reaching(order, wrt)
  const gradientOf = new Map<Tensor, Tensor>([[loss, constant(1)]])
  for (const tensor of order.toReversed()) {
    const gradient = gradientOf.get(tensor)
    if (gradient === undefined || !needed.has(tensor)) continue
    const pieces = atPath(gradientPath(tensor), () => backward(tensor, gradient))
    pieces.forEach((piece, index) => {
      const input = tensor.inputs[index]
      if (piece === null || !needed.has(input)) return
      const sofar = gradientOf.get(input)
      gradientOf.set(input, sofar === undefined ? piece : add(sofar, piece))
    })
  }
  const derivatives = wrt.map((tensor) => gradientOf.get(tensor) ?? broadcast(constant(0), tensor.shape))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checker cannot see that a map keeps the length
  return derivatives as { -readonly [I in keyof T]: Tensor }
}

/** The derivative of `loss` by every tensor of a tree, as a tree of the same form; see `gradients`. */
export function grad<T extends Tree>(loss: Tensor, wrt: T): T {
  const leaves = leavesOf(wrt).map(([, tensor]) => tensor)
  const derivatives = gradients(loss, leaves)
  return mapTree(wrt, (tensor) => derivatives[leaves.indexOf(tensor)])
}

/** Kernels of a derivative are named after what they are the derivative of. */
const gradientPath = ({ path }: Tensor): string => (path === '' || path.startsWith('grad ') ? path : `grad ${path}`)

/** The tensors of `order` that depend on one of `sources`, so that no work is done for the others. */
function reaching(order: readonly Tensor[], sources: readonly Tensor[]): Set<Tensor> {
  const found = new Set(sources)
  for (const tensor of order) if (tensor.inputs.some((input) => found.has(input))) found.add(tensor)
  return found
}
