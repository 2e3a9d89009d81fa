import type { Source } from '../data/source.ts'
import { draw } from '../metrics/statistics/random-draw.ts'
import { sizeOf } from '../tensor/shape.ts'
import { UserError } from '../tensor/errors.ts'
import { fewestSamples } from '../runs/opening/settled-options.ts'
import type { ChosenSamples } from './evaluated-samples.ts'

/** The real samples that there are. */
export interface LoadedSamples<Samples extends Source = Source> {
  readonly training: Samples
  /** Of the run's own data; null where it has none. */
  readonly heldOut: Samples | null
  readonly test: Samples
  readonly data: string
}

/** Of images in memory as numbers, of each kind. */
export const mostNumbers = 2 ** 27
/** Images that choose the width of a Parzen window. */
const mostValidation = 1000

/** Which real samples take part. Throws a UserError where there are too few. */
export function chooseSamples<Samples extends Source>(
  { training, heldOut, test, data }: LoadedSamples<Samples>,
  { count, seed }: { count: number; seed: number },
): ChosenSamples<Samples> {
  for (const { name, count: there } of [test, training]) {
    if (there < fewestSamples) {
      throw new UserError(
        `${name} has ${there} samples; an evaluation takes ${fewestSamples} at least, so give more of them.`,
      )
    }
  }
  const fitting = Math.max(fewestSamples, Math.floor(mostNumbers / sizeOf(training.shape)))
  const validations = Math.min(mostValidation, fitting, Math.floor(training.count / 10))
  const most = Math.min(count, fitting, training.count - validations)
  const tested = Math.min(most, test.count)
  const order = draw(seed, 0, 0, training.count, most + validations)
  const notes = [
    ...(most < count
      ? [
          `${number(most)} samples were judged and not ${number(count)}, ${most === fitting ? 'as they are large' : 'as there are no more training samples'}.`,
        ]
      : []),
    ...(tested < most
      ? [`${number(tested)} real samples are there to judge ${number(most)} by, which makes distances a little larger.`]
      : []),
  ]
  return {
    data,
    training,
    heldOut,
    test,
    count: most,
    rows: {
      reference: order.slice(0, most).toSorted(),
      validation: order.slice(most).toSorted(),
      test: draw(seed, 1, 0, test.count, tested).toSorted(),
    },
    notes,
  }
}

const number = (value: number): string => value.toLocaleString('en')
