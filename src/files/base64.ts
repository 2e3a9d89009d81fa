/** What one call takes as arguments at most. */
const chunk = 0x2000

/** Bytes as base64, in pages as in Node 20 (Uint8Array.toBase64 is younger). */
export function base64Of(bytes: Uint8Array): string {
  let binary = ''
  for (let start = 0; start < bytes.length; start += chunk) {
    binary += String.fromCharCode(...bytes.subarray(start, start + chunk))
  }
  return btoa(binary)
}
