import { UserError } from '../tensor/errors.ts'

/** What a server answers for an address. Throws a UserError where it cannot be reached or has no such file. */
export async function fetchFile(address: string | URL): Promise<Response> {
  const response = await fetch(address).catch((error: unknown) => {
    throw new UserError(`${String(address)} cannot be fetched: is the address right?`, { cause: error })
  })
  if (!response.ok) throw new UserError(`${String(address)} cannot be fetched: the server answers ${response.status}.`)
  return response
}
