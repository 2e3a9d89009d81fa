import type { KernelPoints, Nest } from '../../kernels/nest.ts'
import { pointsOf } from '../../kernels/winograd.ts'
import { sizeOf } from '../../tensor/shape.ts'
import { call, forRange, get, i32, op, seq, set } from '../emit.ts'
import type { Module } from '../emit.ts'
import { transformFunction } from './transform.ts'
import { kernelSignature } from '../kernel.ts'
import type { Kernel } from '../kernel.ts'
import type { Library } from '../micro.ts'
import { packPanel } from '../pack.ts'
import { decode, scale, sum } from '../rows.ts'
import type { Environment } from '../rows.ts'

/**
 * All points of a kernel, some channels and a panel of units at a time. They go straight to where the nest's only store has them. Where
 * the kernel runs along its channels, those of each unit are done first and then brought in the order of panels.
 */
export function pointsKernel(
  module: Module,
  library: Library,
  name: string,
  { body }: Nest,
  { directions, channels, units, panel, depth, kernel, steps }: KernelPoints,
  environment: Environment,
): Kernel {
  const [down, across] = directions
  const points = pointsOf(directions)
  const panels = units / panel
  const [vertical, horizontal, ofChannels, ofUnits] = kernel.strides
  const alongUnits = ofUnits === 1
  const pointBytes = depth * panel * 4
  // Backwards, the last tap is the first.
  const [filterDown, filterAcross] = directions.map(({ transforms: { filter }, isReversed }) =>
    isReversed ? filter.map((row) => row.toReversed()) : filter,
  )
  const transform = transformFunction(module, library, {
    down: filterDown,
    across: filterAcross,
    from: [steps[0] * 4, steps[1] * 4],
    to: pointBytes,
  })
  const pack = alongUnits ? null : packPanel(module, library, { columnStride: depth, depthStride: 1, panel })
  const axes = [down.pitch, across.pitch, channels / depth, panels]
  const [{ access: written }] = body.stores
  const handle = module.function(name, kernelSignature, (f) => {
    const [tile, scratch] = f.params
    const [source, to, index] = Array.from({ length: 3 }, () => f.local('i32'))
    const [residueDown, residueAcross, piece, panelIndex] = decode(tile, axes)
    const start = sum(
      i32(environment.addressOf(kernel.block) + kernel.offset * 4),
      scale(residueDown, vertical * 4),
      scale(residueAcross, horizontal * 4),
      scale(piece, depth * ofChannels * 4),
      scale(panelIndex, panel * ofUnits * 4),
    )
    const place = sum(
      i32(environment.addressOf(written.block) + written.offset * 4),
      scale(get(tile), points * pointBytes),
    )
    const [count, run, apart] = alongUnits ? [depth, panel, ofChannels] : [panel, depth, ofUnits]
    const transformed = seq(
      set(source, start),
      set(to, alongUnits ? place : get(scratch)),
      forRange(
        index,
        i32(0),
        i32(count),
        1,
        seq(
          call(transform, get(source), get(to), i32(run)),
          set(source, sum(get(source), i32(apart * 4))),
          set(to, sum(get(to), i32(run * 4))),
        ),
      ),
    )
    if (pack === null) return transformed
    const packed = forRange(
      index,
      i32(0),
      i32(points),
      1,
      call(
        pack,
        sum(get(scratch), scale(get(index), pointBytes)),
        i32(0),
        i32(panel - 1),
        i32(depth),
        sum(place, op('i32.mul', get(index), i32(pointBytes))),
      ),
    )
    return seq(transformed, packed)
  })
  return { name, tiles: sizeOf(axes), handle }
}
