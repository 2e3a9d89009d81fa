/** Numbers and times as people read them. */
import { isImageShape } from '../../data/source.ts'
import type { SampleShape } from '../../data/source.ts'

/** What samples of that shape are called, several of them. */
export const sampleWord = (shape: SampleShape): string => (isImageShape(shape) ? 'images' : 'points')

/** 1,500 or 3.2: at most one decimal. */
export const numberText = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 })

/** Three digits of any number: 0.652, 2,270, 1.20e+30. Needs nothing around it: the page's script takes it along. */
export function valueText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) return value.toExponential(2)
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

/** Short enough for an axis: 0.25, 500, 12.5k, 3M, 1e+30. */
export function axisText(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return Number(value.toPrecision(3)).toExponential()
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(6))}M`
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(6))}k`
  return value.toLocaleString('en', { maximumSignificantDigits: 6 })
}

/** '1 step', '1,500 steps': the number and its unit stay on one line. */
export const counted = (count: number, unit: string): string =>
  `${numberText(count)}\u00a0${unit}${count === 1 ? '' : 's'}`

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** The two largest units: '1 minute 44 seconds', '2 hours', '3 days 4 hours'. */
export function durationWords(seconds: number): string {
  const whole = Math.round(seconds)
  const largest = units.findIndex(([, size]) => whole >= size)
  if (largest < 0) return 'less than a second'
  let left = whole
  return units
    .slice(largest, largest + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(left / size)
      left -= count * size
      return count === 0 ? [] : [counted(count, unit)]
    })
    .join(' ')
}

/** 1:44 or 2:03:04 */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${numberText(hours)}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** '23 November 2026', by the clock of Greenwich, so that a report reads the same everywhere. */
export const dateText = (iso: string): string =>
  new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
