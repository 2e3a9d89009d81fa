export function add(cells: Int32Array, amount: number): number {
  return Atomics.add(cells, 0, amount) + amount
}
