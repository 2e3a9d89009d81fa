import type { SourceArrays } from './from-arrays.ts'
import type { Preparing, Source, Split } from './source.ts'

/** What a data source is asked for. */
export interface DataRequest {
  /** Which part of the data; 'test' only where it has one. */
  readonly split: Split
  /** To be called with how many examples are ready and how many there will be, where that takes a while. */
  readonly progress: Preparing
  /** What follows the path of the file and a colon: '2' for `--data ./blurred.ts:2`; left out where nothing does. */
  readonly argument?: string
}

/** A data source of your own. */
export interface DataSource {
  /** A short name, for messages, records and reports: letters, digits, '.', '-' and '_'. */
  readonly name: string
  /** One line that says what the data is, for `forger data`. */
  readonly summary?: string
  /** Whether it has a separate test part; false unless given. */
  readonly hasTest?: boolean
  /** Loads the data: a source, or the arrays that `datasets.fromArrays` takes. */
  load(request: DataRequest): Source | SourceArrays | Promise<Source | SourceArrays>
}

/** Makes a data source. A file that exports one by default is named by its path: `forger train --data ./own-data.ts`. */
export const dataSource = (source: DataSource): DataSource => source
