const signals = ['SIGINT', 'SIGTERM'] as const
type StopSignal = (typeof signals)[number]

/** npm passes a Ctrl-C on to us that the terminal has sent us already: within this time, two signals are one. */
const echoMs = 100

export interface Stop {
  /** Aborted by the first Ctrl-C (or polite kill). */
  readonly signal: AbortSignal
  /** Ends the watch. */
  release(): void
  /** Where a signal came: ends this process by it, so that shells and npm see an interrupted command (status 130). */
  passOn(): void
}

/** Lets a command end in its own time when it is asked to; asked twice, the process ends at once, after `rescue`. */
export function watchForStop(rescue: () => void): Stop {
  const controller = new AbortController()
  let received: { readonly name: StopSignal; readonly at: number } | null = null
  const listener = (name: StopSignal) => {
    const now = performance.now()
    if (received === null) {
      received = { name, at: now }
      controller.abort()
    } else if (now - received.at > echoMs) {
      rescue()
      release()
      endBy(name)
    }
  }
  const release = () => signals.forEach((name) => process.off(name, listener))
  signals.forEach((name) => process.on(name, listener))
  return {
    signal: controller.signal,
    release,
    passOn() {
      if (received !== null) endBy(received.name)
    },
  }
}

const numbers: Record<StopSignal, number> = { SIGINT: 2, SIGTERM: 15 }

function endBy(name: StopSignal): void {
  process.exitCode = 128 + numbers[name]
  // Windows knows no death by signal.
  if (process.platform === 'win32') process.exit()
  process.kill(process.pid, name)
}
