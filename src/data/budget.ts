/**
 * Lets work begin only while all that is under way costs no more than `most` together; what costs more than that goes
 * alone.
 */
export function budget(most: number): <T>(cost: number, work: () => Promise<T>) => Promise<T> {
  let spent = 0
  let waiting: (() => void)[] = []
  return async (cost, work) => {
    const isTooMuch = () => spent > 0 && spent + cost > most
    while (isTooMuch()) await new Promise<void>((resolve) => waiting.push(resolve))
    spent += cost
    try {
      return await work()
    } finally {
      spent -= cost
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    }
  }
}
