import type { ImageSource, StoredSource } from '../data/source.ts'
import { isSeenByLenet, lenetName } from '../metrics/networks/lenet.ts'

/** Fewer labeled images make no classifier that others could be judged by. */
const fewestLabeled = 1000

/** Of Stacked MNIST, with 1000 classes, the digits are read color by color instead. */
const mostClasses = 200

/** Why there can be no classifier for the data, as the beginning of a sentence; null where there can. */
export function obstacleTo({ name, kind, labels, shape, count }: ImageSource | StoredSource): string | null {
  if (labels === null) return `${name} has no labels, from which ${lenetName} would learn`
  if (kind === 'stored') return `${name} is too large to be held by ${lenetName} while it learns`
  if (!isSeenByLenet(shape)) return `${lenetName} does not see images of ${shape[0]} x ${shape[1]}`
  if (count < fewestLabeled) return `${name} has ${count} images, too few for ${lenetName} to learn from`
  const classes = new Set(labels).size
  return classes < 2 || classes > mostClasses ? `${name} has ${classes} classes, which is not for ${lenetName}` : null
}
