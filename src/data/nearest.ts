/**
 * The candidate that a mistyped word most likely meant, or null where none is near: one that begins like the word to
 * its end (or the other way round), else the one with the fewest single-letter edits, at most half of its letters.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const typed = word.toLowerCase()
  if (typed === '') return null
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: distance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= candidate.length / 2)
    .toSorted((a, b) => a.edits - b.edits)
  return ranked[0]?.candidate ?? null
}

/** What is said of a name that nobody knows: what was probably meant, and what there is. `usage` is how a name is written. */
export function unknownName(kind: string, name: string, usage: Readonly<Record<string, string>>): string {
  const meant = nearest(name, Object.keys(usage))
  const hint = meant === null ? '.' : `; did you mean "${usage[meant]}"?`
  return `Unknown ${kind} "${name}"${hint} Known are ${Object.values(usage).join(', ')}.`
}

const distance = (typed: string, candidate: string): number =>
  typed.startsWith(candidate) || candidate.startsWith(typed) ? 0 : levenshtein(typed, candidate)

/** How many letters have to be added, dropped or changed to make one word into the other (Levenshtein 1966). */
export function levenshtein(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const changed = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(changed, previous[column] + 1, current[column - 1] + 1))
    }
    previous = current
  }
  return previous[b.length]
}
