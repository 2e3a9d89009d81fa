import { expect } from 'vitest'
import { UserError } from '../../src/tensor/errors.ts'

/** Holds a refusal to being the user's mistake, told in one sentence that has all of these parts. */
export async function expectRefusal(work: Promise<unknown>, ...parts: readonly string[]): Promise<void> {
  const error: unknown = await work.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  const { message } = error as UserError
  expect(message).toMatch(/^.+[.]$/)
  for (const part of parts) expect(message).toContain(part)
}

/** Holds the reading of a file that may be broken to give a value or a UserError that names `name`: nothing else, and soon. */
export async function valueOrRefusal<T>(work: Promise<T>, name: string): Promise<T | null> {
  const start = performance.now()
  const result: T | { error: unknown } = await work.catch((error: unknown) => ({ error }))
  expect(performance.now() - start).toBeLessThan(10_000)
  if (typeof result !== 'object' || result === null || !('error' in result)) return result
  expect(result.error).toBeInstanceOf(UserError)
  expect(String(result.error)).toContain(name)
  return null
}
