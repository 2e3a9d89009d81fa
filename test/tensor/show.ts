import { isKind, showShape } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

/** A tensor as an expression, with the shapes that movements lead to: 'mul(reshape[6](x), 2)'. */
export function show(tensor: Tensor): string {
  if (isKind(tensor, 'input')) return tensor.primitive.name
  if (isKind(tensor, 'constant')) return `${tensor.primitive.value}`
  const moves = ['reshape', 'broadcast', 'slice', 'pad'].includes(tensor.primitive.kind)
  const name = isKind(tensor, 'elementwise') || isKind(tensor, 'reduce') ? tensor.primitive.name : tensor.primitive.kind
  return `${name}${moves ? showShape(tensor.shape) : ''}(${tensor.inputs.map(show).join(', ')})`
}
