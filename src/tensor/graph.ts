import { altered } from './tensor.ts'
import type { Tensor } from './tensor.ts'

/** Everything that `roots` depend on, inputs before users. Deep graphs are fine: no recursion. */
export function topological(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = []
  const seen = new Set<Tensor>()
  const pending: { tensor: Tensor; next: number }[] = []
  const visit = (tensor: Tensor) => {
    if (seen.has(tensor)) return
    seen.add(tensor)
    pending.push({ tensor, next: 0 })
  }
  for (const root of roots) {
    visit(root)
    while (pending.length > 0) {
      const top = pending[pending.length - 1]
      if (top.next < top.tensor.inputs.length) visit(top.tensor.inputs[top.next++])
      else {
        order.push(top.tensor)
        pending.pop()
      }
    }
  }
  return order
}

/** The tensor over these inputs: itself where they are its own. */
export function overInputs(tensor: Tensor, inputs: readonly Tensor[]): Tensor {
  const same = inputs.every((input, index) => input === tensor.inputs[index])
  return same ? tensor : altered(tensor, { inputs })
}

/** The same graph with something in the place of every tensor, which is made of it over its replaced inputs. */
export function replaceAll(outputs: readonly Tensor[], replacement: (tensor: Tensor) => Tensor): Tensor[] {
  const replaced = new Map<Tensor, Tensor>()
  const now = (tensor: Tensor) => replaced.get(tensor) ?? tensor
  for (const tensor of topological(outputs)) {
    replaced.set(tensor, replacement(overInputs(tensor, tensor.inputs.map(now))))
  }
  return outputs.map(now)
}

/** Who reads each tensor, among those that `order` holds. */
export function consumersOf(order: readonly Tensor[]): Map<Tensor, Tensor[]> {
  const consumers = new Map<Tensor, Tensor[]>(order.map((tensor) => [tensor, []]))
  for (const tensor of order) for (const input of new Set(tensor.inputs)) consumers.get(input)?.push(tensor)
  return consumers
}
