import type { Access, Block, Nest, Value } from '../../src/kernels/nest.ts'
import { range } from '../../src/tensor/shape.ts'
import type { Shape } from '../../src/tensor/tensor.ts'

/** Elements of blocks, one by one. */
export type Elements = ReadonlyMap<Block, ReadonlySet<number>>

/** Every element that an access over axes of these extents comes by. */
const elementsOf = ({ offset, strides }: Access, extents: Shape): number[] =>
  extents.reduce(
    (outer, extent, axis) => outer.flatMap((at) => range(extent).map((i) => at + i * strides[axis])),
    [offset],
  )

const pairsUpTo = (rows: number, columns: number) =>
  range(rows).flatMap((i) => range(columns).map((j) => [i, j] as const))

/** Each element that a kernel reads, and each that it writes, by walking through its loops. */
export function touchedBy({ space, producer, body }: Nest): { reads: Elements; writes: Elements } {
  const reads = new Map<Block, Set<number>>()
  const writes = new Map<Block, Set<number>>()
  const note = (into: Map<Block, Set<number>>, access: Access, extents: Shape) => {
    const elements = into.get(access.block) ?? new Set<number>()
    for (const element of elementsOf(access, extents)) elements.add(element)
    into.set(access.block, elements)
  }
  const loads = (values: readonly Value[], extents: Shape) => {
    for (const value of values) if (value.kind === 'load') note(reads, value.access, extents)
  }
  const inARow = (access: Access): Access => ({ ...access, strides: [1] })
  loads(body.values, space)
  for (const { access } of body.stores) note(writes, access, space)
  switch (producer?.kind) {
    case undefined:
      break
    case 'contract':
      note(reads, producer.a, [...producer.batch, ...producer.m, ...producer.k])
      note(reads, producer.b, [...producer.batch, ...producer.k, ...producer.n])
      break
    case 'winograd': {
      const { images, channels, units, data, filter } = producer
      const [down, across] = producer.directions
      for (const [i, j] of pairsUpTo(down.transforms.data.length, across.transforms.data.length)) {
        const offset = data.offset + i * producer.dataSteps[0] + j * producer.dataSteps[1]
        note(reads, { ...data, offset }, [images, down.pairs, across.pairs, down.pitch, across.pitch, channels])
      }
      if (producer.order === 'images') note(reads, inARow({ ...filter, offset: 0 }), [filter.block.size])
      else {
        for (const [i, j] of pairsUpTo(2, 2)) {
          const offset = filter.offset + i * producer.filterSteps[0] + j * producer.filterSteps[1]
          note(reads, { ...filter, offset }, [images, down.pairs, across.pairs, units])
        }
      }
      break
    }
    case 'points': {
      const { directions, kernel, steps, channels, units } = producer
      const [down, across] = directions
      for (const [i, j] of pairsUpTo(down.taps, across.taps)) {
        const offset = kernel.offset + i * steps[0] + j * steps[1]
        note(reads, { ...kernel, offset }, [down.pitch, across.pitch, channels, units])
      }
      break
    }
    case 'reduce':
      loads(producer.input, [...producer.kept, ...producer.reduced])
      break
    case 'argmax':
      note(reads, inARow(producer.input), [producer.rows * producer.columns])
      break
    case 'gather':
      note(reads, inARow(producer.table), [producer.tableRows * producer.columns])
      note(reads, producer.indices, [producer.rows])
      break
    case 'scatterAdd':
      note(reads, inARow(producer.updates), [producer.updateRows * producer.columns])
      note(reads, producer.indices, [producer.updateRows])
      break
    case 'random':
      note(reads, producer.seed, [2])
      note(reads, producer.step, [])
      break
    case 'shuffle':
      note(reads, producer.seed, [2])
      note(reads, producer.epoch, [])
      note(reads, producer.first, [])
      break
  }
  return { reads, writes }
}
