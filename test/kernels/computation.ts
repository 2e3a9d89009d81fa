import type { Computation } from '../../src/kernels/plan.ts'
import type { Block } from '../../src/kernels/nest.ts'
import { topological } from '../../src/tensor/graph.ts'
import { sizeOf } from '../../src/tensor/shape.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const external = (name: string, { shape, dtype }: Tensor): Block => ({
  name,
  dtype,
  size: sizeOf(shape),
  role: 'external',
  values: [],
})

/** Results with memory of their own, and updates of inputs. */
export function computation(
  results: readonly Tensor[],
  updates: readonly (readonly [before: Tensor, after: Tensor])[] = [],
): Computation & { inputs: Map<Tensor, Block> } {
  const roots = [...results, ...updates.flat()]
  const inputs = new Map<Tensor, Block>()
  for (const tensor of topological(roots))
    if (isKind(tensor, 'input')) inputs.set(tensor, external(tensor.primitive.name, tensor))
  return {
    inputs,
    outputs: [
      ...results.map((tensor, i) => ({ tensor, block: external(`result${i}`, tensor) })),
      ...updates.flatMap(([before, tensor]) => {
        const block = inputs.get(before)
        return block ? [{ tensor, block }] : []
      }),
    ],
  }
}
