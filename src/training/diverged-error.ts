/** Training that cannot go on, as its numbers broke down again and again. Its message is for the person who started it. */
export class DivergedError extends Error {
  /** Tells it from other errors where `instanceof` cannot; see UserError. */
  override name = 'DivergedError'
}
