import { readFile, stat } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'

/** The most bytes that are held at once, of a file or of what it unpacks to: what Node reads at once. */
export const mostBytes = 2 ** 31 - 1

/** Reads a whole file. Throws a UserError that names it where it is missing, no file, too large or cannot be read. */
export function readWholeFile(path: string): Promise<Uint8Array> {
  return reading('file', path, async () => {
    // Asked before it is opened: opening a pipe waits for somebody to write to it.
    const facts = await stat(path)
    if (!facts.isFile()) {
      throw new UserError(`${path} is ${facts.isDirectory() ? 'a folder' : 'a device or a pipe'}, not a file.`)
    }
    if (facts.size > mostBytes) throw tooLarge(path, facts.size)
    const { buffer, byteOffset, byteLength } = await readFile(path)
    // A Buffer is a Uint8Array whose slice() does not copy.
    return new Uint8Array(buffer, byteOffset, byteLength)
  })
}

/** Does `work`, which reads the file or folder at `path`; what the system refuses becomes a UserError that names it. */
export async function reading<T>(kind: 'file' | 'folder', path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: `there is no such ${kind}`,
      ENOTDIR: kind === 'file' ? 'there is no such file' : 'it is a file, not a folder',
      EACCES: 'permission is denied',
    }
    throw new UserError(`Cannot read ${path}: ${reasons[String(error.code)] ?? error.message}.`, { cause: error })
  }
}

export const tooLarge = (path: string, bytes: number): UserError =>
  new UserError(`${path} has ${bytes} bytes; files of at most ${mostBytes} are read, so split it.`)
