import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from '../../files/file-error-node.ts'
import { stepOf } from './run-files.ts'
import { runFolderAt } from './run-folder.ts'

/** A picture of samples during training. */
export interface SampleFile {
  readonly step: number
  readonly path: string
}

/** The pictures of a run in the order of their steps, without the final one, which is laid out differently. */
export async function sampleFiles(folder: string): Promise<SampleFile[]> {
  const { samples } = runFolderAt(folder)
  const names = await readdir(samples).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw fileError('read', samples, error)
  })
  return names
    .flatMap((name) => {
      const step = stepOf(name)
      return step === null ? [] : [{ step, path: join(samples, name) }]
    })
    .toSorted((a, b) => a.step - b.step)
}
