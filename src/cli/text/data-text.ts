import { fieldsBeside, isImageShape } from '../../data/source.ts'
import type { ImageShape, PointShape, Source } from '../../data/source.ts'
import { classCounts, pixelStatistics, pointStatistics } from '../../data/statistics.ts'
import type { ClassCount, PixelStatistics, PointStatistics } from '../../data/statistics.ts'
import { sizeOf } from '../../tensor/shape.ts'
import type { Field, Fields } from '../../tensor/fields.ts'
import { quantityText } from '../terminal/number-text.ts'

/** What is told of a data set, in the order of the JSON. */
export type DataFacts = ImageFacts | PointFacts

interface CommonFacts {
  readonly name: string
  /** What a data source of the user's own says of itself. */
  readonly summary?: string
  readonly count: number
  readonly bytes: number
  readonly classes: readonly ClassCount[] | null
  /** What an example has beside its sample and its class. */
  readonly fields: Fields
  readonly notes: readonly string[]
  readonly fingerprint: string
}

interface ImageFacts extends CommonFacts {
  readonly shape: ImageShape
  readonly pixels: PixelStatistics
  /** Of how many images the pixels are told, where not of all. */
  readonly read?: number
}

interface PointFacts extends CommonFacts {
  readonly shape: PointShape
  readonly points: PointStatistics
  readonly modes: { readonly count: number; readonly deviation: number } | null
}

/** Pixels of stored images are told from the first ones. */
const mostRead = 5000

export async function describeData(source: Source, summary: string | null = null): Promise<DataFacts> {
  const { name, count, notes } = source
  const before = { name, ...(summary ? { summary } : {}), count }
  const after = {
    classes: classCounts(source),
    fields: fieldsBeside(source),
    notes,
    fingerprint: source.fingerprint(),
  }
  if (source.kind === 'points') {
    const { shape, points, modes } = source
    return {
      ...before,
      shape,
      bytes: points.byteLength,
      points: pointStatistics(source),
      modes: modes && { count: modes.centers.length, deviation: modes.deviation },
      ...after,
    }
  }
  const { shape } = source
  const read = source.kind === 'images' ? count : Math.min(count, mostRead, source.store.mostHeld)
  const images =
    source.kind === 'images'
      ? source.images
      : await source.store.read(Array.from({ length: read }, (_, row) => Math.floor((row * count) / read)))
  return {
    ...before,
    shape,
    bytes: count * sizeOf(shape),
    pixels: pixelStatistics({ images, shape }),
    ...(read === count ? {} : { read }),
    ...after,
  }
}

/** A picture that was written of the data. */
export interface DataPicture {
  readonly file: string
  /** How many samples are in it. */
  readonly images: number
  /** What chose them; null where nothing did. */
  readonly seed: number | null
}

type Row = readonly [name: string, text: string]

/** The same for people, at most 80 columns wide where names are short. */
export function dataText(facts: DataFacts, picture: DataPicture | null): string {
  const { name, summary, classes, notes, fingerprint } = facts
  const rows: Row[] = [
    ...(summary === undefined ? [] : [['about', summary] as const]),
    ...('pixels' in facts ? imageRows(facts) : pointRows(facts)),
    ...classRows(classes, 'pixels' in facts ? 'images' : 'points'),
    ['fields', fieldsText(facts)],
    ['fingerprint', fingerprint],
    ...notes.map((note): Row => ['note', note]),
    ...(picture === null ? [] : [pictureRow(picture)]),
  ]
  return [name, '', ...rows.map(([title, text]) => `  ${title.padEnd(13)}${text}`), ''].join('\n')
}

function imageRows({ count, shape, bytes, pixels, read }: ImageFacts): Row[] {
  const part = read === undefined ? '' : `; of ${whole(read)} images`
  return [
    ['images', `${whole(count)} of ${imageText(shape)}, ${bytesText(bytes)}`],
    ['pixels', `${rangeText(pixels)}${part}`],
    ['mean', perChannel(pixels.mean)],
    ['deviation', perChannel(pixels.deviation)],
  ]
}

function pointRows({ count, bytes, points, modes }: PointFacts): Row[] {
  const { lowest, highest, mean, deviation } = points
  const each = (values: readonly number[]) =>
    values.map((value) => value.toFixed(3).replace(/^-(0\.0+)$/, '$1')).join(', ')
  return [
    ['points', `${whole(count)} in the plane, ${bytesText(bytes)}`],
    ['from', each(lowest)],
    ['to', each(highest)],
    ['mean', each(mean)],
    ['deviation', each(deviation)],
    ...(modes === null ? [] : [['modes', `${modes.count}, each of deviation ${modes.deviation}`] as const]),
  ]
}

const whole = (value: number): string => value.toLocaleString('en')
const bytesText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} bytes` : quantityText(bytes).replace(/[kMGT]$/, ' $&B')

function rangeText({ lowest, highest }: PixelStatistics): string {
  const range = lowest === highest ? `all of them ${lowest}` : `from ${lowest} to ${highest}`
  return highest > 1 ? range : `${range}: black to the eye, for 255 is white`
}

const channelNames = ['red', 'green', 'blue']

/** As a byte and as a share of white: 33.3 (0.1307). */
function perChannel(values: readonly number[]): string {
  const texts = values.map((value) => `${value.toFixed(1)} (${(value / 255).toFixed(4)})`)
  return texts.length === 1 ? texts[0] : texts.map((text, channel) => `${channelNames[channel]} ${text}`).join('  ')
}

/** As many classes as are told one by one; of more, only how large they are. */
const mostClassRows = 30
const barWidth = 30

function classRows(classes: readonly ClassCount[] | null, samples: string): Row[] {
  if (classes === null) return [['classes', 'no labels']]
  const counts = classes.map(({ count }) => count)
  const largest = Math.max(...counts)
  if (classes.length > mostClassRows) {
    return [['classes', `${classes.length}, of ${whole(Math.min(...counts))} to ${whole(largest)} ${samples}`]]
  }
  if (classes.length > 10 && classes.every(({ name, count }) => name === null && count === largest)) {
    return [['classes', `${classes.length}, each of ${whole(largest)} ${samples}`]]
  }
  const names = classes.map(({ label, name }) => name ?? String(label))
  const nameWidth = Math.max(...names.map((name) => name.length))
  const countWidth = whole(largest).length
  return classes.map(({ count }, index) => [
    index === 0 ? 'classes' : '',
    `${names[index].padEnd(nameWidth)}  ${whole(count).padStart(countWidth)}  ${'█'.repeat(Math.round((barWidth * count) / largest))}`.trimEnd(),
  ])
}

/** What an example consists of: image, class, source (28 x 28, gray). */
function fieldsText(facts: DataFacts): string {
  const own = ['pixels' in facts ? 'image' : 'point', ...(facts.classes === null ? [] : ['class'])]
  const others = Object.entries(facts.fields).map(([name, field]) => `${name} (${fieldText(field)})`)
  return [...own, ...others].join(', ')
}

function fieldText(field: Field): string {
  const { shape } = field
  if (field.kind === 'whole')
    return shape.length === 0 ? `0 to ${field.count - 1}` : `${sizeText(shape)} of ${field.count}`
  if (field.range === null || !isImageShape(shape)) return `${sizeText(shape)} numbers`
  return imageText(shape)
}

const sizeText = (shape: readonly number[]): string => shape.join(' x ')
const imageText = ([height, width, channels]: ImageShape): string =>
  `${height} x ${width}, ${channels === 1 ? 'gray' : 'color'}`

const pictureRow = ({ file, images, seed }: DataPicture): Row => [
  'picture',
  seed === null
    ? file
    : `${file}, ${images === 1 ? 'one of them' : `${whole(images)} of them`}, chosen by seed ${seed}`,
]
