import { UserError } from '../tensor/errors.ts'
import type { DataRange, Field, Fields } from '../tensor/fields.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { FieldValues } from './field-columns.ts'
import { labelsOf, requireImages } from './from-arrays.ts'
import { pixelBytes } from './pixel-bytes.ts'
import type { PixelBytes, PixelFloats } from './pixel-bytes.ts'
import { createSource } from './source.ts'
import type { ImageShape, ImageSource } from './source.ts'

/** One example, as its named fields. */
export type StreamedExample<Pixels, Beside extends Fields> = {
  /** One image, [height, width, channels]. */
  readonly image: Pixels
  /** Its class number; all examples have one, or none has. */
  readonly class?: number
} & { readonly [name in keyof Beside]: number | ArrayLike<number> }

/** Examples as they come. */
export type Stream<Pixels, Beside extends Fields> =
  | AsyncIterable<StreamedExample<Pixels, Beside>>
  | Iterable<StreamedExample<Pixels, Beside>>

/** What is to be known of examples before they come. */
export interface StreamFacts<Beside extends Fields> {
  /** The shape of each image; 1 channel is gray, 3 are red, green and blue. */
  readonly shape: ImageShape
  /** What each example has beside its image and its class. */
  readonly fields?: Beside
  /** What each class number means. */
  readonly classes?: readonly string[] | null
  /** For messages and records. */
  readonly name?: string
  /** What users should know, as whole sentences. */
  readonly notes?: readonly string[]
}

/**
 * A data set from examples that come one by one: read from a network, drawn, decoded. All of them are held in memory. Throws a UserError that
 * names the first example that does not fit.
 */
export function fromAsyncIterable<Beside extends Fields>(
  examples: Stream<PixelBytes, NoInfer<Beside>>,
  facts: StreamFacts<Beside> & { readonly range?: undefined },
): Promise<ImageSource>
/**
 * The same of images as floats, which become bytes.
 * @param facts.range 'unit' is from 0 (dark) to 1 (light), 'signed' from -1 to 1.
 */
export function fromAsyncIterable<Beside extends Fields>(
  examples: Stream<PixelFloats, NoInfer<Beside>>,
  facts: StreamFacts<Beside> & { readonly range: DataRange },
): Promise<ImageSource>
export async function fromAsyncIterable(
  examples: Stream<PixelBytes | PixelFloats, Fields>,
  facts: StreamFacts<Fields> & { readonly range?: DataRange | undefined },
): Promise<ImageSource> {
  const { shape, fields = {}, range, classes = null, name = 'data', notes = [] } = facts
  requireImages(name, shape)
  const images: Uint8Array[] = []
  const labels: number[] = []
  const gathered = Object.entries(fields).map(([field, of]) => ({ field, of, parts: Array<FieldValues>() }))
  for await (const example of examples) {
    const which = `Example ${images.length} of ${name}`
    const pixels = whole(which, 'image', example.image, sizeOf(shape))
    // Copies: the same arrays may come again with other numbers.
    images.push(pixelBytes(which, pixels, range).slice())
    if (example.class !== undefined) labels.push(example.class)
    if (labels.length > 0 && labels.length < images.length) {
      throw new UserError(`Only some examples of ${name} have a class; give one to each, or to none.`)
    }
    for (const { field, of, parts } of gathered) {
      const given: number | ArrayLike<number> | undefined = example[field]
      const values = whole(which, field, typeof given === 'number' ? [given] : given, sizeOf(of.shape))
      if (of.kind === 'whole' && !Array.from(values).every((value) => Number.isInteger(value))) {
        throw new UserError(`${which} has numbers in its ${field} that are not whole.`)
      }
      parts.push(copied(of, values))
    }
  }
  return createSource({
    name,
    shape,
    images: joined(images, (length) => new Uint8Array(length)),
    labels: labels.length === 0 ? null : labelsOf(name, labels),
    classes,
    beside: Object.fromEntries(
      gathered.map(({ field, of, parts }) => [field, { field: of, values: together(field, of, parts) }]),
    ),
    notes,
  })
}

/** Throws a UserError where values are missing, or not as many as there are to be. What JavaScript gives may be anything. */
function whole<Values extends ArrayLike<number>>(
  which: string,
  field: string,
  values: Values | undefined,
  size: number,
): Values {
  if (values === undefined) throw new UserError(`${which} has no ${field}; give each example one.`)
  if (values.length === size) return values
  throw new UserError(`${which} has ${values.length} numbers in its ${field}, which takes ${size}.`)
}

const copied = ({ kind }: Field, values: ArrayLike<number>): FieldValues =>
  values instanceof Uint8Array ? values.slice() : kind === 'whole' ? Int32Array.from(values) : Float32Array.from(values)

/** Bytes stay bytes: they stand for other numbers than their own where a field has bounds. */
function together(field: string, { kind }: Field, parts: readonly FieldValues[]): FieldValues {
  const bytes = parts.filter((part) => part instanceof Uint8Array)
  if (bytes.length === parts.length) return joined(bytes, (length) => new Uint8Array(length))
  if (bytes.length > 0 && kind === 'numbers') {
    throw new UserError(`The field ${field} is bytes in some examples and floats in others; give all of one kind.`)
  }
  return kind === 'whole'
    ? joined(parts, (length) => new Int32Array(length))
    : joined(parts, (length) => new Float32Array(length))
}

function joined<All extends Uint8Array | Int32Array | Float32Array>(
  parts: readonly ArrayLike<number>[],
  create: (length: number) => All,
): All {
  const all = create(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
