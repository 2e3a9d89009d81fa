import { readFile } from 'node:fs/promises'
import { UserError } from '../../tensor/errors.ts'
import { completeOptions } from '../options/complete-options.ts'
import { fileError } from '../../files/file-error-node.ts'
import { parseRecord, requireSameRecipe } from './run-record.ts'
import type { RunRecord } from './run-record.ts'
import type { RunFolder } from './run-folder.ts'
import { writeWholeFile } from '../../files/whole-file-node.ts'

/** Writes options.json. */
export const writeRecord = (folder: RunFolder, record: RunRecord): Promise<void> =>
  writeWholeFile(folder.options, `${JSON.stringify(record, null, 2)}\n`)

/** Reads options.json. Throws a UserError where the folder holds no run, or the file says what no run can be told. */
export async function readRecord(folder: RunFolder): Promise<RunRecord> {
  const text = await readFile(folder.options, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      throw new UserError(`There is no run in ${folder.path}: it has no options.json.`, { cause: error })
    }
    throw fileError('read', folder.options, error)
  })
  const record = parseRecord(text, folder.options)
  await completeOptions(record.options, folder.options)
  requireSameRecipe(folder.options, record)
  return record
}
