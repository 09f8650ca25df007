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
  const interrupt = listenForInterrupt({ exit })
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
    const interrupt = listenForInterrupt({ exit })
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([false, undefined])
    send(name)
    expect([interrupt.signal.aborted, interrupt.exitCode]).toEqual([true, code])
    expect(exit).not.toHaveBeenCalled()
  })

  it('ends the program at once when nobody has asked for what would stop it', () => {
    const exit = vi.fn()
    listenForInterrupt({ exit })
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

  it('that comes again hurries clean-up, which has 15 seconds left', () => {
    const exit = vi.fn()
    const interrupt = heeded(exit)
    send('SIGINT')
    vi.advanceTimersByTime(2000)
    expect(interrupt.hurry.aborted).toBe(false)
    send('SIGINT')
    expect([interrupt.hurry.aborted, exit.mock.calls]).toEqual([true, []])
    vi.advanceTimersByTime(15_000)
    expect(exit).toHaveBeenCalledExactlyOnceWith(130)
  })

  it('the third signal ends the program at once, also under npm', () => {
    const exit = vi.fn()
    heeded(exit)
    for (const pause of [50, 2000, 50, 2000]) {
      send('SIGTERM')
      vi.advanceTimersByTime(pause)
    }
    expect(exit).not.toHaveBeenCalled()
    send('SIGTERM')
    expect(exit).toHaveBeenCalledExactlyOnceWith(143)
  })

  it('tells that clean-up begins, once, and only when there is some', () => {
    const onCleanUp = vi.fn()
    const interrupt = listenForInterrupt({ exit: () => {}, onCleanUp })
    void interrupt.signal
    send('SIGINT')
    vi.advanceTimersByTime(2000)
    send('SIGINT')
    expect(onCleanUp).toHaveBeenCalledOnce()
  })

  it('ends a command that has no other end with 0', () => {
    const onCleanUp = vi.fn()
    const interrupt = listenForInterrupt({ exit: () => {}, onCleanUp })
    const signal = interrupt.untilInterrupted
    send('SIGINT')
    expect([signal.aborted, interrupt.exitCode, onCleanUp.mock.calls]).toEqual([true, undefined, []])
  })

  it('belongs to whoever has taken the signals, for as long as that lasts', () => {
    const interrupt = listenForInterrupt({ exit: () => {} })
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
    expect([interrupt.hurry.aborted, exit.mock.calls]).toEqual([true, []])
  })
})
