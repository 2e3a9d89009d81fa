import { holdOut } from '../../data/hold-out.ts'
import type { ImageSource, Preparing } from '../../data/source.ts'
import { hasTestPart, loadSource } from '../../data/sources.ts'
import { sameShape } from '../../tensor/shape.ts'
import { UserError } from '../../tensor/errors.ts'
import { classesOf } from '../../data/classes.ts'
import type { Classes } from '../../data/classes.ts'

/** The images that models are compared on. */
export interface BenchmarkData {
  /** What was asked for. */
  readonly name: string
  readonly training: ImageSource
  readonly test: ImageSource
  /** How many images were held back to be the test part; 0 where the data has one of its own. */
  readonly heldBack: number
  readonly classes: Classes
  /** Images of something else; null where there are none. */
  readonly outliers: ImageSource | null
  /** Whole sentences. */
  readonly notes: readonly string[]
}

/**
 * Loads the data, divides it where it has no test part, and looks for images of something else: those that are named, else Fashion-MNIST (or
 * digits beside that), where it is there and has the same shape. Throws a UserError where models cannot be compared on such data.
 */
export async function loadBenchmarkData(
  name: string,
  outliers: string | undefined,
  progress: Preparing,
): Promise<BenchmarkData> {
  const whole = await loadLabeled(name, 'train', progress)
  const hasTest = await hasTestPart(name)
  const { train, test } = hasTest ? { train: whole, test: await loadLabeled(name, 'test', progress) } : holdOut(whole)
  const classes = classesOf(train)
  if (classes === null || classes.count < 2) {
    throw new UserError(`${name} is all of one class; models are compared on images of two classes at least.`)
  }
  for (const part of [train, test]) requireAllClasses(part, classes.count)
  const others = await loadOutliers(name, outliers, train)
  return {
    name,
    training: train,
    test,
    heldBack: hasTest ? 0 : test.count,
    classes,
    outliers: others.source,
    notes: [...train.notes, ...others.notes],
  }
}

async function loadLabeled(name: string, split: 'train' | 'test', progress: Preparing): Promise<ImageSource> {
  const source = await loadSource(name, split, progress)
  if (source.kind === 'points') {
    throw new UserError(`${name} is points in the plane; models are compared on labeled images, such as mnist.`)
  }
  if (source.labels === null) {
    throw new UserError(
      `${name} has no labels, and half of the models learn from nothing else; give labeled images, such as idx:IMAGES,LABELS.`,
    )
  }
  if (source.kind === 'stored') {
    throw new UserError(
      `${name} is too large to be held in memory, as most models need it; compare them on fewer or smaller images.`,
    )
  }
  return source
}

function requireAllClasses({ name, labels }: ImageSource, count: number): void {
  const present = new Set(labels)
  const missing = Array.from({ length: count }, (_, label) => label).find((label) => !present.has(label))
  if (missing !== undefined) {
    throw new UserError(
      `${name} has no image of class ${missing}, of ${count}; give some of each, or number the classes from 0 without gaps.`,
    )
  }
}

/** What is set beside the data where nobody says. */
const usualOutliers = (name: string): string => (name === 'fashion' ? 'mnist' : 'fashion')

/** The usual ones may be missing; those that somebody names may not. */
async function loadOutliers(
  name: string,
  wanted: string | undefined,
  { shape, fingerprint }: ImageSource,
): Promise<{ readonly source: ImageSource | null; readonly notes: readonly string[] }> {
  const others = wanted ?? usualOutliers(name)
  try {
    const source = await loadSource(others, (await hasTestPart(others)) ? 'test' : 'train')
    if (source.kind !== 'images') {
      throw new UserError(`${others} is no set of images in memory; --outliers takes images, such as fashion.`)
    }
    if (!sameShape(source.shape, shape)) {
      throw new UserError(
        `${others} has images of ${source.shape.join(' x ')}, and ${name} of ${shape.join(' x ')}; give outliers of the same shape.`,
      )
    }
    if (others === name || source.fingerprint() === fingerprint()) {
      throw new UserError(`${others} is what the models learn from; give images of something else as outliers.`)
    }
    return { source, notes: [] }
  } catch (error) {
    if (wanted !== undefined || !(error instanceof UserError)) throw error
    return {
      source: null,
      notes: [`How models take to images of something else was not measured: ${error.message}`],
    }
  }
}
