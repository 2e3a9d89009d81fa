import type { FieldColumns } from './field-columns.ts'
import { changedSource } from './source.ts'
import type { ImageSource, PointSource, Source, StoredSource } from './source.ts'

/**
 * The same samples with further fields of each example beside them, by name. Throws a UserError where a field has not as many numbers as the
 * samples need.
 */
export function withFields(source: ImageSource, beside: FieldColumns): ImageSource
export function withFields(source: PointSource, beside: FieldColumns): PointSource
export function withFields(source: StoredSource, beside: FieldColumns): StoredSource
export function withFields(source: Source, beside: FieldColumns): Source
export function withFields(source: Source, beside: FieldColumns): Source {
  return changedSource(source, { beside: { ...source.beside, ...beside } })
}
