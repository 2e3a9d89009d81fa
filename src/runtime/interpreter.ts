import { UserError } from '../tensor/errors.ts'
import { topological } from '../tensor/graph.ts'
import { evaluate } from '../tensor/rules/reference.ts'
import { sizeOf } from '../tensor/shape.ts'
import { showShape } from '../tensor/tensor.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Evaluates traced tensors without compiling them: plain loops in float64 by the reference implementation of every operation. Slow, but
 * exact enough to tell a wrong step from a rounded one, and every tensor on the way can be looked at. Compiled programs are tested
 * against it. Needs no device; throws a UserError if an input has no value or one of another size.
 *
 * ```ts
 * const x = operations.input('x', [2])
 * const [loss, slope] = interpret([sum(mul(x, x)), ...gradients(sum(mul(x, x)), [x])], new Map([[x, [3, 4]]]))   // [25], [6, 8]
 * ```
 * @param outputs tensors to evaluate, intermediate ones among them.
 * @param feeds numbers of the inputs, row-major (`read(device, variable)` gives those of a variable); booleans as 0 and 1. Tensors that
 * are no inputs can be fed as well: their numbers replace the computed ones.
 * @param watch called with each tensor and its numbers in the order of computation, inputs included: to find where NaN comes from.
 * @returns the numbers of each output, row-major; booleans as 0 and 1.
 */
export function interpret(
  outputs: readonly Tensor[],
  feeds: ReadonlyMap<Tensor, ArrayLike<number>> = new Map(),
  watch: (tensor: Tensor, numbers: Float64Array) => void = () => {},
): Float64Array[] {
  const values = new Map<Tensor, Float64Array>()
  for (const [tensor, numbers] of feeds) values.set(tensor, fed(tensor, numbers))
  const valueOf = (tensor: Tensor): Float64Array => {
    const known = values.get(tensor)
    if (known !== undefined) return known
    const value = evaluate(tensor, tensor.inputs.map(valueOf))
    values.set(tensor, value)
    return value
  }
  // Inputs come before users, so that valueOf never goes deep.
  for (const tensor of topological(outputs)) watch(tensor, valueOf(tensor))
  return outputs.map(valueOf)
}

function fed(tensor: Tensor, numbers: ArrayLike<number>): Float64Array {
  if (numbers.length === sizeOf(tensor.shape)) return Float64Array.from(numbers)
  const name =
    tensor.primitive.kind === 'input' ? `The input '${tensor.primitive.name}'` : `The ${tensor.primitive.kind}`
  throw new UserError(
    `${name} of shape ${showShape(tensor.shape)} is fed ${numbers.length} numbers; it takes ${sizeOf(tensor.shape)}.`,
  )
}
