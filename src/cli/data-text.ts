import type { Source } from '../data/source.ts'
import { classCounts, pixelStatistics } from '../data/statistics.ts'
import type { ClassCount, PixelStatistics } from '../data/statistics.ts'
import { quantityText } from './number-text.ts'

/** What is told of a data set, in the order of the JSON. */
export interface DataFacts {
  readonly name: string
  readonly count: number
  /** Height, width, channels. */
  readonly shape: Source['shape']
  readonly bytes: number
  readonly pixels: PixelStatistics
  readonly classes: readonly ClassCount[] | null
  readonly fingerprint: string
}

export const describeData = (source: Source): DataFacts => ({
  name: source.name,
  count: source.count,
  shape: source.shape,
  bytes: source.images.length,
  pixels: pixelStatistics(source),
  classes: classCounts(source),
  fingerprint: source.fingerprint(),
})

/** A picture that was written of the data. */
export interface DataPicture {
  readonly file: string
  readonly images: number
  readonly seed: number
}

type Row = readonly [name: string, text: string]

/** The same for people, at most 80 columns wide where names are short. */
export function dataText(facts: DataFacts, picture: DataPicture | null): string {
  const { name, count, shape, bytes, pixels, classes, fingerprint } = facts
  const [height, width, channels] = shape
  const rows: Row[] = [
    ['images', `${whole(count)} of ${height} x ${width}, ${channels === 1 ? 'grey' : 'colour'}, ${bytesText(bytes)}`],
    ['pixels', rangeText(pixels)],
    ['mean', perChannel(pixels.mean)],
    ['deviation', perChannel(pixels.deviation)],
    ...classRows(classes),
    ['fingerprint', fingerprint],
    ...(picture === null ? [] : [pictureRow(picture)]),
  ]
  return [name, '', ...rows.map(([title, text]) => `  ${title.padEnd(13)}${text}`), ''].join('\n')
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

function classRows(classes: readonly ClassCount[] | null): Row[] {
  if (classes === null) return [['classes', 'no labels']]
  const counts = classes.map(({ count }) => count)
  const largest = Math.max(...counts)
  if (classes.length > mostClassRows) {
    return [['classes', `${classes.length}, of ${whole(Math.min(...counts))} to ${whole(largest)} images`]]
  }
  const names = classes.map(({ label, name }) => name ?? String(label))
  const nameWidth = Math.max(...names.map((name) => name.length))
  const countWidth = whole(largest).length
  return classes.map(({ count }, index) => [
    index === 0 ? 'classes' : '',
    `${names[index].padEnd(nameWidth)}  ${whole(count).padStart(countWidth)}  ${'█'.repeat(Math.round((barWidth * count) / largest))}`.trimEnd(),
  ])
}

const pictureRow = ({ file, images, seed }: DataPicture): Row => [
  'picture',
  `${file}, ${images === 1 ? 'one of them' : `${whole(images)} of them`}, chosen by seed ${seed}`,
]
