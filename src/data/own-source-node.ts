import * as z from 'zod'
import { blamed, loadOwnModule } from '../files/own-module-node.ts'
import type { OwnKind } from '../files/own-module-node.ts'
import { UserError } from '../tensor/errors.ts'
import type { DataSource } from './data-source.ts'
import { fromArrays } from './from-arrays.ts'
import { changedSource } from './source.ts'
import type { Source } from './source.ts'
import type { SourceKind, SourceRequest } from './source-kind.ts'

const kind: OwnKind<DataSource> = {
  what: 'data source',
  maker: 'dataSource',
  parts: z.object({
    name: z.string().regex(/^[\w.-]{1,60}$/),
    summary: z
      .string()
      .regex(/^\P{Cc}+$/u)
      .optional(),
    hasTest: z.boolean().optional(),
    load: z.function(),
  }),
}

/**
 * The data source in a file of the user's own. Throws a UserError of one sentence where the file is missing, cannot be run or gives no data
 * source; so does loading, whatever the user's code throws or gives.
 */
export async function ownSource(path: string): Promise<SourceKind> {
  const { value } = await loadOwnModule(path, kind)
  const { summary = '', hasTest = false } = value
  return {
    usage: path,
    summary,
    hasTest: () => hasTest,
    async load(request) {
      if (request.split === 'test' && !hasTest) {
        throw new UserError(
          `"${path}" has no separate test part; where it is to have one, set hasTest: true and load it for the split "test".`,
        )
      }
      return loaded(path, value, request)
    },
  }
}

async function loaded(path: string, source: DataSource, request: SourceRequest): Promise<Source> {
  const { split, progress, argument } = request
  const detail = argument === '' ? '' : `:${argument}`
  const name = `${source.name}${detail}${source.hasTest ? ` ${split}` : ''}`
  try {
    const given = await source.load({ split, progress, ...(argument === '' ? {} : { argument }) })
    if (!isObject(given)) {
      throw new UserError(
        'load gives no data; let it return a source, or images or points as datasets.fromArrays takes them.',
      )
    }
    return 'fingerprint' in given ? changedSource(given, { name }) : fromArrays({ ...given, name })
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${path}: ${error.message}`, { cause: error })
    throw blamed(`The data of ${path} cannot be loaded`, error)
  }
}

/** What JavaScript gives may be anything. */
const isObject = (given: unknown): boolean => typeof given === 'object' && given !== null
