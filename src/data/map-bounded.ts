/**
 * Maps items with at most `most` at work at a time; results stand in the order of the items. After a failure no more are
 * begun; of several, that of the first item is thrown, so that equal input fails alike.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  most: number,
  map: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const failures: { index: number; error: unknown }[] = []
  let next = 0
  async function work(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      const index = next++
      try {
        results[index] = await map(items[index], index)
      } catch (error) {
        failures.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work))
  const [first] = failures.toSorted((a, b) => a.index - b.index)
  if (first !== undefined) throw first.error
  return results
}
