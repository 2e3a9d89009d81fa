import { UserError } from '../tensor/errors.ts'

const standard = 1.5e9

/**
 * How many bytes of images are held in memory at most: `FORGER_DATA_MEMORY`, else 1.5 GB. Of more, a part is held at a time.
 */
export function dataMemory(): number {
  const { FORGER_DATA_MEMORY: told = '' } = process.env
  if (told === '') return standard
  const bytes = Number(told)
  if (Number.isFinite(bytes) && bytes >= 1) return bytes
  throw new UserError(`FORGER_DATA_MEMORY takes a number of bytes, as 1.5e9, not "${told}".`)
}
