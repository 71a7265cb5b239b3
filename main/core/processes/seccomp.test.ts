import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bubblewrap, systemSandbox } from './sandbox.ts'
import { callFilter, denied, judged } from './seccomp.ts'

const headers = { x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h', arm64: '/usr/include/asm-generic/unistd.h' }
const calls = Object.entries({ ...denied, ...judged })

describe.each([
  ['x64', 0],
  ['arm64', 1],
] as const)('numbers of calls on %s', (arch, column) => {
  test.skipIf(!existsSync(headers[arch]))('are those of the system’s headers (linux-libc-dev)', () => {
    const header = readFileSync(headers[arch], 'utf8')
    const known = new Map(
      [...header.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name, number]) => [name, Number(number)]),
    )
    expect(known.size).toBeGreaterThan(250)
    for (const [name, numbers] of calls) expect([name, known.get(name) ?? null]).toEqual([name, numbers[column]])
  })
})

test('there is no filter for machines whose numbers are not known', () => {
  expect(callFilter('riscv64')).toBeNull()
})

describe.skipIf(!systemSandbox() || !existsSync('/usr/bin/perl') || !callFilter(process.arch))(
  'the kernel, asked from within the sandbox',
  () => {
    const column = process.arch === 'x64' ? 0 : 1
    /** The error of each call, 0 where it works. */
    const errors = (asked: readonly (readonly number[])[]): number[] => {
      const program = asked.map((words) => `$! = 0; syscall(${words.join(', ')}); print $! + 0, "\\n";`).join('\n')
      const [command, ...words] = bubblewrap({ write: [], read: [] }, ['/usr/bin/perl', '-e', program])
      return execFileSync(command, words, { encoding: 'utf8' }).trim().split('\n').map(Number)
    }
    const [EPERM, EINVAL, ENOSYS, EAFNOSUPPORT] = [1, 22, 38, 97]

    test('refuses what break-outs begin with', () => {
      const there = Object.entries(denied).filter(([, numbers]) => numbers[column] !== null)
      const found = errors(there.map(([, numbers]) => [numbers[column]!, 0, 0, 0, 0]))
      expect(there.map(([name], i) => [name, found[i]])).toEqual(there.map(([name]) => [name, EPERM]))
    })

    test('lets nobody make a namespace of users, and sends libraries from clone3 to clone', () => {
      expect(
        errors([
          [judged.clone[column], 0x1000_0000, 0, 0, 0, 0],
          // Flags that no kernel takes together (a thread without its memory), so that nothing is begun.
          [judged.clone[column], 0x0001_0000, 0, 0, 0, 0],
          [judged.clone3[column], 0, 0],
        ]),
      ).toEqual([EPERM, EINVAL, ENOSYS])
    })

    test('opens sockets of four families and no others', () => {
      const socket = (family: number): number[] => [judged.socket[column], family, 1, 0]
      const [unix, inet, inet6, netlink, ...others] = errors([1, 2, 10, 16, 17, 31, 38, 40, 44].map(socket))
      expect([unix, inet, inet6]).toEqual([0, 0, 0])
      expect(netlink).not.toBe(EAFNOSUPPORT)
      expect(others).toEqual(others.map(() => EAFNOSUPPORT))
    })
  },
)
