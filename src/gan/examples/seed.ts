/** A seed, a whole number in [0, 2^53), as the two words of a game's state: low, high. */
export const wordsOf = (seed: number): [number, number] => [seed | 0, Math.floor(seed / 2 ** 32) | 0]
