import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where things are kept that take long to make and can be made again: `FORGER_CACHE`, else a folder of ours in the user's
 * own cache folder.
 */
export function cacheFolder(): string {
  const { FORGER_CACHE, XDG_CACHE_HOME } = process.env
  // An empty variable counts as none (XDG Base Directory Specification).
  return FORGER_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'forger')
}
