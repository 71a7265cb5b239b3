import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Numbers = readonly [x64: number | null, arm64: number | null]

/**
 * Calls of Linux that no engine needs and that break-outs begin with: mounting, other namespaces, keys, tracing,
 * programs within the kernel, its modules, its clocks. After Flatpak's and Docker's lists. Numbers as in
 * asm/unistd_64.h and asm-generic/unistd.h.
 */
export const denied: Readonly<Record<string, Numbers>> = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  get_mempolicy: [239, 236],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, null],
  iopl: [172, null],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  mbind: [237, 235],
  migrate_pages: [256, 238],
  modify_ldt: [154, null],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  set_mempolicy: [238, 237],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  uselib: [134, null],
  userfaultfd: [323, 282],
  vhangup: [153, 58],
}
/** Calls that are looked at more closely. */
export const judged = { clone: [56, 220], clone3: [435, 435], socket: [41, 198] } as const satisfies Record<
  string,
  Numbers
>

const machines = {
  x64: { audit: 0xc000_003e, column: 0 },
  arm64: { audit: 0xc000_00b7, column: 1 },
} as const

const CLONE_NEWUSER = 0x1000_0000
/** Calls by the ABI of 32-bit pointers have this bit and would go by all other rules. */
const X32 = 0x4000_0000
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97]
const AF_UNIX = 1
const AF_INET = 2
const AF_INET6 = 10
const AF_NETLINK = 16

/** Instructions of classic BPF (linux/bpf_common.h) and answers to the kernel (linux/seccomp.h). */
const LOAD = 0x20
const JUMP_IF_EQUAL = 0x15
const JUMP_IF_AT_LEAST = 0x35
const JUMP_IF_BITS = 0x45
const RETURN = 0x06
const ALLOW = 0x7fff_0000
const KILL = 0x8000_0000
const fails = (errno: number): number => 0x0005_0000 | errno
/** Offsets in seccomp_data; of arguments the lower half. */
const NUMBER = 0
const MACHINE = 4
const ARGUMENT_0 = 16

type Instruction = readonly [code: number, ifSo: number, ifNot: number, operand: number]
const load = (offset: number): Instruction => [LOAD, 0, 0, offset]
const answer = (value: number): Instruction => [RETURN, 0, 0, value]
/** Goes on with the next instruction where the comparison holds, and otherwise leaves one out. */
const when = (code: number, operand: number): Instruction => [code, 0, 1, operand]
const unless = (code: number, operand: number): Instruction => [code, 1, 0, operand]

/**
 * The filter of system calls for a kind of machine, as the kernel takes it (seccomp(2)): an array of sock_filter, 8
 * bytes each, little-endian. Null where Hearth knows no numbers. What is refused fails with EPERM; clone3, whose
 * arguments no filter can see, with ENOSYS, on which libraries take clone.
 */
export function callFilter(arch: string): Uint8Array | null {
  const machine = arch === 'x64' || arch === 'arm64' ? machines[arch] : null
  if (!machine) return null
  const { audit, column } = machine
  const program: Instruction[] = [
    load(MACHINE),
    unless(JUMP_IF_EQUAL, audit),
    answer(KILL),
    load(NUMBER),
    when(JUMP_IF_AT_LEAST, X32),
    answer(fails(ENOSYS)),
    ...Object.values(denied).flatMap((numbers) => {
      const number = numbers[column]
      return number === null ? [] : [when(JUMP_IF_EQUAL, number), answer(fails(EPERM))]
    }),
    when(JUMP_IF_EQUAL, judged.clone3[column]),
    answer(fails(ENOSYS)),
    // Of these the arguments decide; behind each block the number is gone, so that it ends in an answer.
    [JUMP_IF_EQUAL, 0, 4, judged.clone[column]],
    load(ARGUMENT_0),
    when(JUMP_IF_BITS, CLONE_NEWUSER),
    answer(fails(EPERM)),
    answer(ALLOW),
    [JUMP_IF_EQUAL, 0, 6, judged.socket[column]],
    load(ARGUMENT_0),
    [JUMP_IF_EQUAL, 4, 0, AF_UNIX],
    [JUMP_IF_EQUAL, 3, 0, AF_INET],
    [JUMP_IF_EQUAL, 2, 0, AF_INET6],
    [JUMP_IF_EQUAL, 1, 0, AF_NETLINK],
    answer(fails(EAFNOSUPPORT)),
    answer(ALLOW),
  ]
  const bytes = new DataView(new ArrayBuffer(program.length * 8))
  program.forEach(([code, ifSo, ifNot, operand], i) => {
    bytes.setUint16(i * 8, code, true)
    bytes.setUint8(i * 8 + 2, ifSo)
    bytes.setUint8(i * 8 + 3, ifNot)
    bytes.setUint32(i * 8 + 4, operand >>> 0, true)
  })
  return new Uint8Array(bytes.buffer)
}

let opened: string | undefined

/**
 * Where children of this process can read its machine's filter, or null where there is none. The file has no name, so
 * that nothing is left behind.
 */
export function callFilterFile(): string | null {
  if (opened !== undefined) return opened
  const filter = callFilter(process.arch)
  if (!filter) return null
  const folder = mkdtempSync(join(tmpdir(), 'hearth-calls-'))
  const file = join(folder, 'filter')
  writeFileSync(file, filter, { mode: 0o600 })
  opened = `/proc/${process.pid}/fd/${openSync(file, 'r')}`
  rmSync(folder, { recursive: true })
  return opened
}
