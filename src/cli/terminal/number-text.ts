/** Numbers as short text of bounded width, for lines that are drawn again and again. */
import { isImageShape } from '../../data/source.ts'

const units = ['', 'k', 'M', 'G', 'T']

/** Three digits and an SI unit, at most five characters for 0 to 999T: 8.53, 85.3, 853, 1.23k, 12.3k. `-` where unknown. */
export function quantityText(value: number): string {
  if (!Number.isFinite(value)) return '-'
  for (const [power, unit] of units.entries()) {
    const scaled = value / 1000 ** power
    const text = scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0)
    if (Number(text) < 1000) return text + unit
  }
  return value.toExponential(0).replace('+', '')
}

/** Three decimals, fewer from ten on, then SI units; at most five characters and a sign: 0.693, 12.35, -1.23k. */
export function fixedText(value: number): string {
  const size = Math.abs(value)
  const decimals = size < 9.9995 ? 3 : size < 99.995 ? 2 : 1
  const text = size < 999.95 ? size.toFixed(decimals) : quantityText(size)
  return value < 0 ? `-${text}` : text
}

/** Time as 1:05, 2:03:04, 12h 05m, 3d 04h or 100d, at most seven characters. `-:--` where unknown. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-:--'
  const total = Math.max(0, Math.round(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [days, hours, minutes] = [Math.floor(total / 86400), Math.floor(total / 3600), Math.floor(total / 60)]
  if (days >= 100) return `${days}d`
  if (days > 0) return `${days}d ${two(hours % 24)}h`
  if (hours >= 10) return `${hours}h ${two(minutes % 60)}m`
  if (hours > 0) return `${hours}:${two(minutes % 60)}:${two(total % 60)}`
  return `${minutes}:${two(total % 60)}`
}

/** '60,000 images of 28 x 28', '100,000 points'. */
export const countText = (count: number, shape: readonly number[]): string =>
  isImageShape(shape)
    ? `${count.toLocaleString('en')} images of ${shape[0]} x ${shape[1]}`
    : `${count.toLocaleString('en')} points`
