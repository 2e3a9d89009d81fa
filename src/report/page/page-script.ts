import type { ChartData } from './line-chart.ts'

/**
 * The page's script: flips through the pictures, shows the values of the curves at a step, copies. The page holds its source,
 * so it uses nothing from around itself.
 */
export function behave(valueText: (value: number) => string): void {
  for (const element of document.querySelectorAll<HTMLElement>('.scripted')) element.hidden = false

  const charts = [...document.querySelectorAll<HTMLElement>('[data-chart]')].map(followChart)
  const showAt = (step: number) => charts.forEach((chart) => chart.showAt(step))
  const flip = prepareFlip(showAt)
  for (const { plot, stepAt } of charts) {
    const follow = (event: PointerEvent) => showAt(stepAt(event))
    plot.addEventListener('pointermove', follow)
    plot.addEventListener('pointerdown', follow)
    plot.addEventListener('pointerleave', () => showAt(flip.step()))
    plot.addEventListener('click', (event) => flip.turnToStep(stepAt(event)))
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('.copy')) {
    button.addEventListener('click', () => void copy(button))
  }

  function followChart(figure: HTMLElement) {
    const data: ChartData = JSON.parse(figure.dataset['chart'] ?? '')
    const plot = figure.querySelector('svg') ?? document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const cursor = figure.querySelector('.cursor line')
    const dots = [...figure.querySelectorAll('.cursor circle')]
    const outputs = [...figure.querySelectorAll('.key b')]
    const at = figure.querySelector('.at b')
    return {
      plot,
      stepAt({ clientX }: MouseEvent): number {
        const { left, width } = plot.getBoundingClientRect()
        return ((clientX - left) / width) * data.lastStep
      },
      /** The values at the line of the log that is nearest to the step. */
      showAt(step: number) {
        let nearest = 0
        data.steps.forEach((candidate, index) => {
          if (Math.abs(candidate - step) < Math.abs(data.steps[nearest] - step)) nearest = index
        })
        const x = `${(100 * data.steps[nearest]) / data.lastStep}%`
        cursor?.setAttribute('x1', x)
        cursor?.setAttribute('x2', x)
        if (at !== null) at.textContent = data.steps[nearest].toLocaleString('en')
        data.values.forEach((values, series) => {
          const value = values[nearest]
          outputs[series].textContent = valueText(value)
          dots[series].setAttribute('cx', x)
          dots[series].setAttribute('cy', `${(100 * (data.high - value)) / (data.high - data.low)}%`)
        })
      },
    }
  }

  function prepareFlip(turned: (step: number) => void) {
    const frames = [...document.querySelectorAll<HTMLElement>('.frame')]
    const slider = document.querySelector<HTMLInputElement>('.controls input')
    const play = document.querySelector<HTMLButtonElement>('.controls .play')
    const steps = frames.map((frame) => Number(frame.dataset['step']))
    let shown = frames.length - 1
    let timer = 0

    function turnTo(index: number) {
      shown = Math.max(0, Math.min(frames.length - 1, index))
      frames.forEach((frame, at) => (frame.hidden = at !== shown))
      if (slider !== null) {
        slider.value = String(shown)
        slider.setAttribute('aria-valuetext', `step ${steps[shown].toLocaleString('en')}`)
      }
      turned(steps[shown])
    }
    function stop() {
      clearInterval(timer)
      timer = 0
      if (play !== null) play.textContent = 'Play'
    }
    function start() {
      if (play !== null) play.textContent = 'Pause'
      turnTo(shown === frames.length - 1 ? 0 : shown + 1)
      timer = window.setInterval(() => {
        turnTo(shown + 1)
        if (shown === frames.length - 1) stop()
      }, 350)
    }
    const turnByHand = (index: number) => {
      stop()
      turnTo(index)
    }
    slider?.addEventListener('input', () => turnByHand(Number(slider.value)))
    play?.addEventListener('click', () => (timer === 0 ? start() : stop()))
    document.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      const isTaken =
        event.target === slider || (event.target instanceof Element && event.target.closest('pre') !== null)
      const isChord = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey
      if (by === undefined || slider === null || isTaken || isChord) return
      event.preventDefault()
      turnByHand(shown + by)
    })
    return {
      /** Of the picture that is shown; the end where there is none. */
      step: () => steps[shown] ?? Infinity,
      turnToStep(step: number) {
        if (slider === null) return
        let nearest = 0
        steps.forEach((candidate, index) => {
          if (Math.abs(candidate - step) < Math.abs(steps[nearest] - step)) nearest = index
        })
        turnByHand(nearest)
      },
    }
  }

  async function copy(button: HTMLButtonElement) {
    const code = button.parentElement?.querySelector('code')
    if (!code) return
    let copied = true
    try {
      await navigator.clipboard.writeText(code.textContent ?? '')
    } catch {
      // No clipboard for this page: at least it is selected.
      getSelection()?.selectAllChildren(code)
      copied = false
    }
    const label = button.ariaLabel
    button.ariaLabel = null
    button.textContent = copied ? 'Copied' : 'Selected'
    setTimeout(() => {
      button.textContent = 'Copy'
      button.ariaLabel = label
    }, 1500)
  }
}
