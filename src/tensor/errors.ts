/**
 * A mistake of the person who calls us: a bad option, a broken file, a shape that does not fit.
 * Its message is one clear sentence; the command line prints it without a stack and exits with status 2.
 */
export class UserError extends Error {
  /** Tells it from a fault of ours where `instanceof` cannot: after a worker passed it on, or in another copy of this package. */
  override name = 'UserError'
}
