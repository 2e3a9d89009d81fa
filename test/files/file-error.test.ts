import { access, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileError } from '../../src/files/file-error-node.ts'
import { UserError } from '../../src/tensor/errors.ts'

/** As Node throws them. */
const systemError = (code: string) =>
  Object.assign(new Error(`${code}: some words, open 'x'`), { code, syscall: 'open' })

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('fileError', () => {
  it.each([
    ['write', 'ENOSPC', 'Cannot write x: the disk is full.'],
    ['write', 'EDQUOT', 'Cannot write x: your share of the disk is full.'],
    ['write', 'EACCES', 'Cannot write x: there is no permission.'],
    ['read', 'EPERM', 'Cannot read x: there is no permission.'],
    ['delete', 'EROFS', 'Cannot delete x: it is on a file system that is read-only.'],
    ['write', 'ENOENT', 'Cannot write x: its folder does not exist.'],
    ['make the folder', 'ENOENT', 'Cannot make the folder x: its folder does not exist.'],
    ['read', 'ENOENT', 'Cannot read x: it does not exist.'],
    ['read', 'EISDIR', 'Cannot read x: it is a folder, not a file.'],
    ['read', 'EMFILE', 'Cannot read x: too many files are open.'],
    ['read', 'EIO', 'Cannot read x: the disk failed.'],
    ['read', 'EUNHEARDOF', "Cannot read x: EUNHEARDOF: some words, open 'x'."],
  ])('says of %s and %s: %s', (action, code, sentence) => {
    const cause = systemError(code)
    const error = fileError(action, 'x', cause)
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ message: sentence, cause })
  })

  it('speaks of what the file system really throws', async () => {
    const absent = join(tmpdir(), 'forger-absent', 'file')
    expect(fileError('read', 'x', await caught(readFile(absent)))).toMatchObject({
      message: 'Cannot read x: it does not exist.',
    })
    expect(fileError('read', 'x', await caught(readFile(tmpdir())))).toMatchObject({
      message: 'Cannot read x: it is a folder, not a file.',
    })
    expect(fileError('write', 'x', await caught(writeFile(absent, '')))).toBeInstanceOf(UserError)
  })

  it('gives everything else back as it is', async () => {
    const wrongUse = await caught(access('a\0b'))
    for (const error of [
      new Error('ours'),
      new UserError('said already'),
      new TypeError('a fault'),
      wrongUse,
      'x',
      undefined,
    ])
      expect(fileError('read', 'x', error)).toBe(error)
    expect(wrongUse).toHaveProperty('code', 'ERR_INVALID_ARG_VALUE')
  })
})
