import type { Tensor } from '../tensor/tensor.ts'
import { affine, isFixed, sameExtent } from './extent.ts'
import type { Affine, Extent } from './extent.ts'
import type { GraphBuilder, Handle } from './graph-builder.ts'
import { int } from './messages.ts'
import { notFree } from './trace.ts'
import type { Traces } from './trace.ts'

/**
 * Writes lists of extents as i64 vectors: entries that follow the batch size are computed from an input's shape at run time.
 * @param handleOf where an input of the model is.
 */
export function extentVectors(
  { graph, batches, extentsOf }: Traces,
  { operator, constant }: GraphBuilder,
  handleOf: (input: Tensor) => Handle,
): (label: string, entries: readonly Extent[]) => Handle {
  function vector(label: string, entries: readonly Extent[]): Handle {
    const fixed = (part: readonly Extent[]) =>
      constant(
        label,
        'i64',
        [part.length],
        part.map(([number]) => number),
      )
    if (entries.every(isFixed)) return fixed(entries)
    const parts = entries.map((entry) => (isFixed(entry) ? fixed([entry]) : follower(entry)))
    return parts.length === 1 ? parts[0] : operator('batch', 'Concat', parts, [int('axis', 0)])
  }

  /** An i64 [1] that is computed from the batch size. */
  function follower(extent: Extent): Handle {
    const relation = affine(extent, batches)
    if (relation === null) throw notFree(`an extent is ${extent.join(', ')} with batch ${batches.join(', ')}`)
    return sameExtent(extent, batches) ? batchSize() : computed(relation)
  }

  function computed({ scale, offset }: Affine): Handle {
    const number = (single: number) => constant(`${single}`, 'i64', [1], [single])
    const product = scale === 1 ? batchSize() : operator('batch', 'Mul', [batchSize(), number(scale)])
    return offset === 0 ? product : operator('batch', 'Add', [product, number(offset)])
  }

  function batchSize(): Handle {
    for (const { tensor } of graph.inputs) {
      const axis = extentsOf(tensor).findIndex((extent) => sameExtent(extent, batches))
      if (axis >= 0) return operator('batch', 'Shape', [handleOf(tensor)], [int('start', axis), int('end', axis + 1)])
    }
    throw notFree('none of its inputs has an axis as long as the batch')
  }

  return vector
}
