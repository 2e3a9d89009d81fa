import { UserError } from '../tensor/errors.ts'

/** A file of a user's own that is about to be run. */
export interface OwnFile {
  /** As the user wrote it. */
  readonly path: string
  /** A hash of its contents. */
  readonly fingerprint: string
  /** What it is expected to give: 'recipe'. */
  readonly what: string
}

const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path)

const nodeRunsTypeScript = 'typescript' in process.features && Boolean(process.features.typescript)

/**
 * Decides whether a file of a user's own is run. Every such file passes here before it is imported, whatever it gives and whoever named it.
 * Throws a UserError of one sentence where this Node cannot run it.
 */
export async function admitModule({ path, what }: OwnFile): Promise<void> {
  if (!isTypeScript(path) && !/\.m?js$/.test(path)) {
    throw new UserError(
      `${path} is neither TypeScript nor JavaScript that can be imported; a ${what}'s file ends in .ts, .js or .mjs.`,
    )
  }
  if (isTypeScript(path) && !nodeRunsTypeScript) {
    throw new UserError(
      `Node ${process.versions.node} cannot run ${path}, which is TypeScript; write the ${what} in JavaScript, or use Node 22.18 or newer.`,
    )
  }
}
