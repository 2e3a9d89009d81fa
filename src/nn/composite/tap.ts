import { UserError } from '../../tensor/errors.ts'
import type { Layer } from '../layer.ts'
import { stack } from './stack.ts'

/**
 * A layer that also shows its output as the feature `name`, for terms that compare features (feature matching,
 * perceptual losses). The layer keeps its name and its variables theirs, so a net with taps can read the checkpoint
 * of one without. Default: x as it comes. Throws a UserError where the layer shows that feature already; names are
 * unique within a net.
 */
export const tap = (name: string, layer: Layer = { ...stack([]), name: 'tap' }): Layer => ({
  ...layer,
  apply(variables, x, mode) {
    const applied = layer.apply(variables, x, mode)
    if (applied.features !== undefined && Object.hasOwn(applied.features, name))
      throw new UserError(`Two layers show a feature called ${name}; give each tap a name of its own.`)
    return { ...applied, features: { ...applied.features, [name]: applied.output } }
  },
})
