/**
 * At most `most` of the lines (and never fewer than the measures need), evenly over all of them, so that a curve through
 * what is left looks like one through all: of every stretch it keeps where each measure is smallest and where it is
 * largest, and of the whole the first and the last line.
 */
export function thin<Line>(
  lines: readonly Line[],
  measures: readonly ((line: Line) => number)[],
  most: number,
): readonly Line[] {
  if (lines.length <= most) return lines
  const count = Math.max(1, Math.floor((most - 2) / (2 * measures.length)))
  const kept = new Set([0, lines.length - 1])
  for (const { begin, end } of stretchesOf(lines.length, count)) {
    for (const measure of measures) {
      let [smallest, largest] = [begin, begin]
      for (let index = begin; index < end; index++) {
        if (measure(lines[index]) < measure(lines[smallest])) smallest = index
        if (measure(lines[index]) > measure(lines[largest])) largest = index
      }
      kept.add(smallest).add(largest)
    }
  }
  return lines.filter((_, index) => kept.has(index))
}

/** A place of a curve that was smoothed. */
export interface Point {
  readonly step: number
  readonly value: number
}

/** The median of each of `count` stretches, at its middle: how a restless curve runs, whatever its peaks. */
export const medians = <Line extends { readonly step: number }>(
  lines: readonly Line[],
  measure: (line: Line) => number,
  count: number,
): Point[] =>
  stretchesOf(lines.length, count).map(({ begin, end }) => {
    const sorted = lines
      .slice(begin, end)
      .map(measure)
      .toSorted((a, b) => a - b)
    return { step: lines[(begin + end) >> 1].step, value: sorted[sorted.length >> 1] }
  })

/** As equal as can be; `count` is at most `length`. */
const stretchesOf = (length: number, count: number): { begin: number; end: number }[] =>
  Array.from({ length: count }, (_, stretch) => ({
    begin: Math.floor((stretch * length) / count),
    end: Math.floor(((stretch + 1) * length) / count),
  }))
