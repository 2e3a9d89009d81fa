/** An IDX file of unsigned bytes, written straight from the format's description. */
export function idxBytes(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const sizes = shape.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255])
  return new Uint8Array([0, 0, 8, shape.length, ...sizes, ...Array.from(values)])
}
