import { applyChildren, initializeChildren } from '../children.ts'
import type { Child } from '../children.ts'
import type { Layer } from '../layer.ts'
import { joined, joinedShape } from './join.ts'

/** One level of an encoder-decoder. */
export interface Level {
  /** The way in. */
  readonly encode: Layer
  /** The way out: sees what `encode` gave beside what comes from further inside, on the last axis. */
  readonly decode: Layer
}

/**
 * Layers on the way in, an innermost layer, and layers on the way out, each of which also sees the output of its
 * counterpart (Ronneberger et al. 2015): decode1(skip(decode2(skip(... innermost ...)))). Levels are ordered from
 * the outside in. Variables are named 'encode1....', 'decode1....', 'innermost....'. Throws a UserError, with the
 * level, where sizes do not meet.
 */
export function encoderDecoder(levels: readonly Level[], innermost: Layer): Layer {
  const pairs = levels.map(({ encode, decode }, index) => ({
    operation: `level ${index + 1} of an encoderDecoder`,
    encode: { name: `encode${index + 1}`, layer: encode } satisfies Child,
    decode: { name: `decode${index + 1}`, layer: decode } satisfies Child,
  }))
  const middle: Child = { name: 'innermost', layer: innermost }

  /** The same walk for shapes and for tensors. */
  function walk<T>(x: T, apply: (child: Child, x: T) => T, join: (operation: string, parts: readonly T[]) => T): T {
    const encoded: T[] = []
    let end = x
    for (const { encode } of pairs) {
      end = apply(encode, end)
      encoded.push(end)
    }
    end = apply(middle, end)
    for (const [index, { operation, decode }] of [...pairs.entries()].toReversed())
      end = apply(decode, join(operation, [encoded[index], end]))
    return end
  }

  return {
    name: 'encoderDecoder',
    mixesBatch: [innermost, ...levels.flatMap(({ encode, decode }) => [encode, decode])].some(
      (layer) => layer.mixesBatch,
    ),
    init(inputShape, random, given) {
      const made = initializeChildren(random, given)
      return made.initialized(
        walk(inputShape, made.init, (operation, shapes) => joinedShape(operation, shapes, 'concat')),
      )
    },
    apply(variables, x, mode) {
      const traced = applyChildren(variables, mode)
      return traced.applied(walk(x, traced.apply, (operation, parts) => joined(operation, parts, 'concat')))
    },
  }
}
