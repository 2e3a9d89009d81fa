import { readFile } from 'node:fs/promises'
import { fileError } from '../files/file-error-node.ts'
import { writeWholeFile } from '../files/whole-file-node.ts'
import type { ReferenceStatistics } from '../metrics/image-sets/reference-statistics.ts'
import { decodeReferenceStatistics, encodeReferenceStatistics } from './statistics-file.ts'

/** Writes reference statistics to a safetensors file. Throws a UserError where the place cannot be written to. */
export const saveReferenceStatistics = (path: string, statistics: ReferenceStatistics): Promise<void> =>
  writeWholeFile(path, encodeReferenceStatistics(statistics))

/** Reads what `saveReferenceStatistics` wrote. Throws a UserError where there is no such file, or it holds something else. */
export async function loadReferenceStatistics(path: string): Promise<ReferenceStatistics> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error)
  })
  return decodeReferenceStatistics(bytes, path)
}
