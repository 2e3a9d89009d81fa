import type { Tensor } from '../../../tensor/tensor.ts'
import type { Node } from '../node.ts'
import { channelsLast, reshaped, shapeOf, standing } from '../view.ts'
import type { View } from '../view.ts'

/** Images as operations over windows take them; sequences [batch, channels, length] are images of one row. */
export interface Images {
  /** [batch, height, width, channels]. */
  readonly tensor: Tensor
  /** The sizes that the operation's attributes speak of: height and width, or the length. */
  readonly extents: readonly number[]
  /** The result of the operation as a value of the graph, from [batch, height, width, channels]. */
  result(tensor: Tensor): View
}

export function imagesOf(node: Node, view: View): Images {
  const [batch, channels, ...extents] = shapeOf(view)
  if (extents.length !== 1 && extents.length !== 2)
    throw node.error(`takes images [batch, channels, height, width] or sequences, not ${extents.length + 2} axes`)
  const isSequence = extents.length === 1
  const images = isSequence ? reshaped(view, [batch, channels, 1, ...extents]) : view
  return {
    tensor: standing(images, channelsLast),
    extents,
    result(tensor) {
      const made = { tensor, order: channelsLast }
      const [n, , width, c] = tensor.shape
      return isSequence ? reshaped(made, [n, c, width]) : made
    },
  }
}

/** One thing per direction for images, from one or two of them: a sequence has `across` the only row. */
export const bothWays = <T>(values: readonly T[], across: T): readonly [T, T] =>
  values.length === 1 ? [across, values[0]] : [values[0], values[1]]
