import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { listenForInterrupt } from '../../../src/cli/interrupt.ts'

// The system's signals are played: the listeners are called by hand.
let listeners: Map<string | symbol, () => void>
beforeEach(() => {
  listeners = new Map()
  vi.useFakeTimers()
  vi.spyOn(process, 'on').mockImplementation((name, listener) => {
    listeners.set(name, listener as () => void)
    return process
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A program whose command stops by the signal. */
const heeded = (exit: (exitCode: number) => void) => {
  const interrupt = listenForInterrupt(exit)
  void interrupt.signal
  return interrupt
}

const send = (name: NodeJS.Signals) => listeners.get(name)?.()

describe('a signal', () => {
  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s interrupts, and the program ends with %i', (name, code) => {
    const exit = vi.fn()
    const interrupt = listenForInterrupt(exit)
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([false, undefined])
    send(name)
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([true, code])
    expect(exit).not.toHaveBeenCalled()
  })

  it('ends the program at once when nobody has asked for what would stop it', () => {
    const exit = vi.fn()
    listenForInterrupt(exit)
    send('SIGTERM')
    expect(exit).toHaveBeenCalledExactlyOnceWith(143)
  })

  it('that npm passes on after the terminal has sent it is the same one', () => {
    const exit = vi.fn()
    heeded(exit)
    send('SIGINT')
    vi.advanceTimersByTime(50)
    send('SIGINT')
    expect(exit).not.toHaveBeenCalled()
  })

  it('that comes again ends the program at once', () => {
    const exit = vi.fn()
    heeded(exit)
    send('SIGINT')
    vi.advanceTimersByTime(2000)
    send('SIGINT')
    expect(exit).toHaveBeenCalledExactlyOnceWith(130)
  })

  it('belongs to whoever has taken the signals, for as long as that lasts', () => {
    const interrupt = listenForInterrupt(() => {})
    const taken: string[] = []
    const taking = interrupt.takeSignals((name) => void taken.push(name))
    send('SIGINT')
    send('SIGTERM')
    expect([taken, interrupt.signal.aborted]).toEqual([['SIGINT', 'SIGTERM'], false])
    taking[Symbol.dispose]()
    send('SIGTERM')
    expect([taken.length, interrupt.exitCode]).toEqual([2, 143])
  })

  it('waits for what must not be cut off, also when it comes again', async () => {
    const exit = vi.fn()
    const interrupt = heeded(exit)
    await interrupt.uninterrupted(async () => {
      send('SIGINT')
      vi.advanceTimersByTime(2000)
      send('SIGTERM')
      expect([interrupt.exitCode, exit.mock.calls]).toEqual([undefined, []])
    })
    expect([interrupt.signal.aborted, interrupt.exitCode, exit.mock.calls]).toEqual([true, 130, []])
  })

  it('that had come before may come again after that', async () => {
    const exit = vi.fn()
    const interrupt = heeded(exit)
    send('SIGINT')
    vi.advanceTimersByTime(2000)
    const failing = interrupt.uninterrupted(async () => {
      send('SIGINT')
      expect(exit).not.toHaveBeenCalled()
      throw new Error('refused')
    })
    await expect(failing).rejects.toThrow('refused')
    expect(exit).toHaveBeenCalledExactlyOnceWith(130)
  })
})
