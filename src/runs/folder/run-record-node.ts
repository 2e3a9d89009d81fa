import { readFile } from 'node:fs/promises'
import type * as z from 'zod'
import { recipeFingerprintOf } from '../../recipes/own.ts'
import { dotted } from '../../recipes/read-settings.ts'
import { UserError } from '../../tensor/errors.ts'
import { completeOptions } from '../options/complete-options.ts'
import { fileError } from '../../files/file-error-node.ts'
import { runRecord } from './run-record.ts'
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
  const parsed = runRecord.safeParse(fromJson(text, folder.options))
  if (!parsed.success) {
    throw new UserError(
      `${folder.options} is not as Forger wrote it: ${firstIssue(parsed.error)}; put it back as it was.`,
    )
  }
  await completeOptions(parsed.data.options, folder.options)
  requireSameRecipe(folder.options, parsed.data)
  return parsed.data
}

function requireSameRecipe(path: string, { options, recipeFingerprint }: RunRecord): void {
  if (recipeFingerprintOf(options) === recipeFingerprint) return
  throw new UserError(
    `${path}: the recipe ${options.recipe} is not what it was when the run began (fingerprint ${recipeFingerprint ?? 'none'}); put its file back.`,
  )
}

function fromJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(`${path} is no JSON; put it back as it was.`, { cause: error })
  }
}

function firstIssue({ issues }: z.ZodError): string {
  const [{ path, message }] = issues
  const fault = message.replace(/^Invalid input: /, '').replace('received undefined', 'found nothing')
  const where = path.length === 0 ? '' : `${dotted(path.map(String))}: `
  return `${where}${fault.charAt(0).toLowerCase()}${fault.slice(1).replace('received', 'found')}`
}
