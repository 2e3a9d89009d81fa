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

/** Who reads each tensor, among those that `order` holds. */
export function consumersOf(order: readonly Tensor[]): Map<Tensor, Tensor[]> {
  const consumers = new Map<Tensor, Tensor[]>(order.map((tensor) => [tensor, []]))
  for (const tensor of order) for (const input of new Set(tensor.inputs)) consumers.get(input)?.push(tensor)
  return consumers
}
