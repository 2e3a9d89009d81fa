import fc from 'fast-check'
import type { Computation } from '../../src/kernels/plan.ts'
import type { Block } from '../../src/kernels/nest.ts'
import { topological } from '../../src/tensor/graph.ts'
import { sameShape, sizeOf } from '../../src/tensor/shape.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import { isKind } from '../../src/tensor/tensor.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { wasmTarget } from '../../src/wasm/target.ts'
import { exactGraphs } from '../runtime/exact-graphs.ts'

export const target = wasmTarget(128)

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

/** Random graphs as the compiler gets them: some of the inputs are replaced in place, some results stand elsewhere. */
export const computations = fc
  .tuple(exactGraphs(40), fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }), fc.boolean())
  .map(([{ tensors, inputs }, picks, simple]) => {
    const results = picks.slice(0, 3).map((pick) => tensors[tensors.length - 1 - (pick % tensors.length)])
    const updates = inputs.slice(0, 5).map((before, i) => {
      const like = tensors.filter(({ shape, dtype }) => dtype === before.dtype && sameShape(shape, before.shape))
      return [before, like[picks[3 + i] % like.length]] as const
    })
    const all = [...results, ...updates.map(([, after]) => after)]
    const simplified = simple ? simplify(all) : all
    return computation(
      simplified.slice(0, 3),
      updates.map(([before], i) => [before, simplified[3 + i]]),
    )
  })
