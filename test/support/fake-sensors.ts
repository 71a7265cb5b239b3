import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const GAME = 'hearth-game'

/** What the machine's sensors say, and may be told to say from now on. */
export interface FakeSensors {
  /** Milliseconds since the owner last touched the machine. */
  idle(milliseconds: number): void
  metered(yes: boolean): void
  /** A line of nvidia-smi, and seconds between its lines. */
  card(values: {
    readonly load?: number
    readonly temperature?: number
    readonly watts?: number
    readonly fan?: number
    readonly pace?: number
  }): void
  /** Starts a program named GAME and gives what ends it. */
  play(): () => void
}

/**
 * Puts a session bus, a NetworkManager and a graphics card of NVIDIA's on this process's PATH, as programs that answer
 * from files. Processes that start from now on ask them as they would ask the real ones.
 */
export function fakeSensors(folder: string): FakeSensors {
  const bin = join(folder, 'sensors')
  mkdirSync(bin, { recursive: true })
  const file = (name: string) => join(bin, `${name}.txt`)
  const tool = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  tool(
    'gdbus',
    `case "$*" in *Mutter*) echo "(uint64 $(cat ${file('idle')}),)";; *Metered*) echo "(<uint32 $(cat ` +
      `${file('metered')})>,)";; *) exit 1;; esac`,
  )
  tool('nvidia-smi', `while cat ${file('card')} 2>/dev/null; do sleep $(cat ${file('pace')}); done`)
  copyFileSync('/bin/sleep', join(bin, GAME))
  process.env['PATH'] = `${bin}:${process.env['PATH']}`
  process.env['HOME'] = folder
  const sensors: FakeSensors = {
    idle: (milliseconds) => writeFileSync(file('idle'), String(milliseconds)),
    metered: (yes) => writeFileSync(file('metered'), yes ? '1' : '4'),
    card: ({ load = 3, temperature = 50, watts = 80, fan = 30, pace = 1 }) => {
      writeFileSync(
        file('card'),
        `GPU-8f6c1f0e-3a52-7d9b-1c44-0a8b6a9d1e11, NVIDIA GeForce RTX 4090, 560.35.03, ${load}, ${temperature}, ` +
          `${watts}, 100, 24564, ${fan}, 00000000:01:00.0\n`,
      )
      writeFileSync(file('pace'), String(pace))
    },
    play: () => {
      const game = spawn(join(bin, GAME), ['600'], { stdio: 'ignore' })
      return () => void game.kill()
    },
  }
  sensors.idle(600_000)
  sensors.metered(false)
  sensors.card({})
  return sensors
}
