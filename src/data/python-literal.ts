/** A value as Python writes it: lists and tuples become arrays, dictionaries become maps. */
export type PythonValue = string | number | boolean | null | PythonValue[] | Map<PythonValue, PythonValue>

/** A string without escapes, a whole number (Python 2 put an L behind long ones), a name, or a mark. */
const token = /\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|(-?\d+)L?\b|(\w+)|([{}()[\],:]))/y

const names: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
])

const deepest = 16

/**
 * Reads one Python literal, as JSON.parse reads JSON. Of Python it knows what headers are made of: strings without escapes,
 * whole numbers, True, False, None, and tuples, lists and dictionaries of those. Throws a SyntaxError at anything else.
 */
export function parsePython(text: string): PythonValue {
  const tokens = tokensOf(text)
  let at = 0

  const isMark = (mark: string): boolean => tokens[at]?.mark === mark
  function take(mark: string): void {
    if (!isMark(mark)) throw new SyntaxError(`expected ${mark}`)
    at++
  }

  function value(depth: number): PythonValue {
    if (depth > deepest) throw new SyntaxError(`nested deeper than ${deepest}`)
    const next = tokens[at++]
    if (next === undefined) throw new SyntaxError('ends early')
    if (next.mark === null) return next.value
    if (next.mark === '[') return series(']', () => value(depth + 1)).items
    if (next.mark === '{') return new Map(series('}', () => pair(depth + 1)).items)
    if (next.mark !== '(') throw new SyntaxError(`unexpected ${next.mark}`)
    const { items, commas } = series(')', () => value(depth + 1))
    // (3) is a number in brackets; (3,) is a tuple.
    return items.length === 1 && commas === 0 ? items[0] : items
  }

  function pair(depth: number): [PythonValue, PythonValue] {
    const key = value(depth)
    take(':')
    return [key, value(depth)]
  }

  function series<T>(end: string, item: () => T): { items: T[]; commas: number } {
    const items: T[] = []
    let commas = 0
    while (!isMark(end)) {
      items.push(item())
      if (isMark(end)) break
      take(',')
      commas++
    }
    take(end)
    return { items, commas }
  }

  const literal = value(0)
  if (at < tokens.length) throw new SyntaxError('goes on after its end')
  return literal
}

type Token = { readonly mark: string } | { readonly mark: null; readonly value: string | number | boolean | null }

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  for (token.lastIndex = 0; token.lastIndex < end;) {
    const found = token.exec(text)
    if (found === null) throw new SyntaxError('an unknown sign')
    const [, single, double, digits, name, mark]: readonly (string | undefined)[] = found
    if (mark !== undefined) tokens.push({ mark })
    else if (digits !== undefined) tokens.push({ mark: null, value: exact(Number(digits)) })
    else if (name !== undefined) tokens.push({ mark: null, value: known(name) })
    else tokens.push({ mark: null, value: single ?? double ?? '' })
  }
  return tokens
}

function exact(number: number): number {
  if (!Number.isSafeInteger(number)) throw new SyntaxError('a number that is too large')
  return number
}

function known(name: string): boolean | null {
  const value = names.get(name)
  if (value === undefined) throw new SyntaxError(`an unknown name, ${name}`)
  return value
}
