import type { Source } from '../../data/source.ts'
import { UserError } from '../../tensor/errors.ts'
import { isClassifierKept } from '../../features/kept-classifier-node.ts'
import { obstacleTo } from '../../features/classifier-obstacle.ts'
import type { SettledOptions } from './settled-options.ts'

/**
 * Decides what sees the images of a run that stops by itself, where nobody says: the classifier for its data where that is kept already,
 * as training one takes minutes, else a network that has learned nothing. Written down, so that the run is judged alike to its end.
 */
export async function withCheckFeatures(
  options: SettledOptions,
  { source, heldOut, strict }: { readonly source: Source; readonly heldOut: Source | null; readonly strict: boolean },
): Promise<SettledOptions> {
  const { checkFeatures } = options
  if (heldOut === null) return options
  if (source.kind === 'points') {
    if (checkFeatures === undefined) return options
    throw new UserError(`Points are judged as they are; leave checkFeatures ${checkFeatures} out.`)
  }
  const obstacle = obstacleTo(source)
  if (checkFeatures === 'forger-lenet' && obstacle !== null) {
    throw new UserError(`${obstacle}; take checkFeatures random-network.`)
  }
  if (checkFeatures !== undefined) return options
  const isKept =
    obstacle === null &&
    source.kind === 'images' &&
    heldOut.kind === 'images' &&
    (await isClassifierKept({ train: source, test: heldOut }, strict))
  return { ...options, checkFeatures: isKept ? 'forger-lenet' : 'random-network' }
}
