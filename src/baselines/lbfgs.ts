/** Limited-memory BFGS (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms 7.4 and 3.1). */

/** A function at a place. */
export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
}

/** When to stop. */
export interface Limits {
  /** Directions that are tried, at most. */
  readonly iterations: number
  /** Good enough is a gradient whose numbers are all below this. */
  readonly tolerance: number
}

/** How many of the last changes tell of the curvature. */
const remembered = 10
/** The share of the decrease promised by the slope that a step must bring. */
const sufficient = 1e-4
/** Values are sums in float32: differences below this share of them mean nothing. */
const noise = 1e-6
const mostHalvings = 20

/** Goes downhill from `start` until the gradient is small or float32 shows no more descent, and gives the place. */
export async function minimize(
  evaluate: (place: Float64Array) => Promise<Evaluation>,
  start: Float64Array,
  { iterations, tolerance }: Limits,
): Promise<Float64Array> {
  let place = start
  let { value, gradient } = await evaluate(place)
  const past: { readonly moved: Float64Array; readonly turned: Float64Array }[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (gradient.every((slope) => Math.abs(slope) < tolerance)) break
    const direction = descent(gradient, past)
    const slope = dot(gradient, direction)
    // The first step has no curvature to go by.
    let length = past.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)))
    let next = along(place, direction, length)
    let found = await evaluate(next)
    for (let halving = 0; !(found.value <= value + sufficient * length * slope + noise * Math.abs(value)); halving++) {
      if (halving === mostHalvings) return place
      length /= 2
      next = along(place, direction, length)
      found = await evaluate(next)
    }
    const moved = next.map((x, i) => x - place[i])
    const turned = found.gradient.map((x, i) => x - gradient[i])
    if (dot(moved, turned) > 0) past.push({ moved, turned })
    if (past.length > remembered) past.shift()
    place = next
    ;({ value, gradient } = found)
  }
  return place
}

/** Minus the inverse Hessian, as far as it is known, times the gradient: the two-loop recursion. */
function descent(
  gradient: Float64Array,
  past: readonly { readonly moved: Float64Array; readonly turned: Float64Array }[],
): Float64Array {
  const direction = gradient.map((slope) => -slope)
  const shares = past.toReversed().map(({ moved, turned }) => {
    const share = dot(moved, direction) / dot(moved, turned)
    addTo(direction, turned, -share)
    return share
  })
  const last = past.at(-1)
  if (last) scale(direction, dot(last.moved, last.turned) / dot(last.turned, last.turned))
  past.forEach(({ moved, turned }, i) => {
    const share = dot(turned, direction) / dot(moved, turned)
    addTo(direction, moved, shares[past.length - 1 - i] - share)
  })
  return direction
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function addTo(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * vector[i]
}

function scale(target: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] *= factor
}

const along = (place: Float64Array, direction: Float64Array, length: number): Float64Array =>
  place.map((x, i) => x + length * direction[i])
