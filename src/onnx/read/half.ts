/** A number of 16 bits as IEEE 754 has it: 1 sign, 5 exponent and 10 fraction bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** A bfloat16: the upper half of the bits of an f32. */
export function fromBrain(bits: number): number {
  scratch[0] = bits << 16
  return new Float32Array(scratch.buffer)[0]
}

const scratch = new Uint32Array(1)
