/**
 * A mistake of the person who calls us: a bad option, a broken file, a shape that does not fit.
 * Its message is one clear sentence; the command line prints it without a stack and exits with status 2.
 */
export class UserError extends Error {
  override name = 'UserError'
}
