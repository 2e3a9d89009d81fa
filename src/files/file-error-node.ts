import { UserError } from '../tensor/errors.ts'

/** What the file system's own codes mean to somebody who only knows the path. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission',
  EBUSY: 'another program is using it',
  EDQUOT: 'your share of the disk is full',
  EEXIST: 'it exists already',
  EFBIG: 'it would be larger than files may be there',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its symbolic links go in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open',
  ENODEV: 'its device is gone',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ENOTEMPTY: 'it is a folder that is not empty',
  ENXIO: 'its device is gone',
  EPERM: 'there is no permission',
  EROFS: 'it is on a file system that is read-only',
  ESTALE: 'the network file system has lost it',
  ETIMEDOUT: 'the network file system does not answer',
  ETXTBSY: 'it is a program that is running',
}

/**
 * What the file system threw, as a sentence: 'Cannot write runs/x/log.jsonl: the disk is full.' `action` is a verb with
 * whatever belongs to it: 'read', 'make the folder'. Anything else that was thrown is given back as it is.
 */
export function fileError(action: string, path: string, error: unknown): unknown {
  const code = codeOf(error)
  // ERR_INVALID_ARG_TYPE and its kind are Node's own: a fault of ours, which keeps its stack.
  if (!(error instanceof Error) || code === undefined || code.startsWith('ERR_')) return error
  // What is about to be made need not exist, so it is the place for it that is missing.
  const missingPlace = code === 'ENOENT' && /^(?:write|make)\b/.test(action)
  const reason = missingPlace ? 'its folder does not exist' : (reasons[code] ?? error.message)
  return new UserError(`Cannot ${action} ${path}: ${reason}.`, { cause: error })
}

/** The code of an error of the file system, as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
