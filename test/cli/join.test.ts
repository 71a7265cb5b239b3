import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import Database from 'better-sqlite3'
import { readHostSocketInfo } from '../../main/core/host-socket-info.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { version } from '../../main/host/version.ts'
import { CommandLine, hearth, lastLine } from '../support/command-line.ts'
import { World } from '../support/processes.ts'

/** The status line that a host's socket answers a handshake with. */
const handshake = (address: string, headers: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((done, failed) => {
    const socket = connect(address, () =>
      socket.write(
        [
          'GET /rpc HTTP/1.1',
          'host: hearth',
          'connection: upgrade',
          'upgrade: websocket',
          'sec-websocket-version: 13',
          'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
          ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
          '\r\n',
        ].join('\r\n'),
      ),
    )
    socket.once('data', (data) => done((data.toString().split('\r\n')[0] ?? '').trim()))
    socket.once('error', failed)
  })

test(
  'commands use the host that runs: by name, with its progress, and Ctrl-C ends the call and not ' + 'the host',
  async () => {
    await using world = new World()
    const host = await world.serve('data', 'embedded', false)
    const { dataDir } = host
    const at = ['--data-dir', dataDir]
    const info = readHostSocketInfo(join(dataDir, 'socket.json'))
    if (!info) throw new Error('the host wrote no address')
    for (const file of ['host.sock', 'socket.json']) expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600)
    expect(await handshake(info.address, { authorization: 'Bearer wrong', 'hearth-version': version })).toContain('401')
    expect(await handshake(info.address, { 'hearth-version': version })).toContain('401')
    const known = { authorization: `Bearer ${info.token}` }
    expect(await handshake(info.address, { ...known, 'hearth-version': '0.0.1' })).toContain('426')
    expect(await handshake(info.address, { ...known, 'hearth-version': version })).toContain('101')

    const status = await hearth('status', '--json', ...at)
    expect(status).toMatchObject({ code: 0, err: '' })
    expect(lastLine(status)).toMatchObject({ version, wallet: { state: 'none' }, earnings: { lifetime: '0' } })
    expect(lastLine(status).problems).toContainEqual(expect.objectContaining({ name: 'wallet', state: 'blocked' }))

    const model = resourcePath('avatar', 'avatar.gguf')
    expect(await hearth('models', 'add', model, '--name', 'Hearth garden', ...at)).toMatchObject({ code: 0 })
    expect((await hearth('models', 'choose', 'hearth g', ...at)).out).toContain('Hearth garden speaks from now on')
    const several = await hearth('models', 'choose', 'hearth', ...at)
    expect(several.code).toBe(2)
    expect(several.err).toContain('several models are called hearth')
    const api = await world.api(host)
    const { models, chosen } = await api.models.overview()
    expect(models.find(({ id }) => id === chosen)?.name).toBe('Hearth garden')

    const chat = join(world.folder, 'chat.jsonl')
    writeFileSync(chat, `${JSON.stringify({ id: 'a', ts: 1.6e12, author: 'Ann', text: 'beans in the garden' })}\n`)
    expect(lastLine(await hearth('avatar', 'import', chat, '--json', ...at))).toMatchObject({ items: 1, known: 0 })
    expect((await api.avatar.overview()).sources).toHaveLength(1)
    const found = lastLine(await hearth('avatar', 'search', 'beans', '--json', ...at))
    expect(found).toMatchObject({ results: [{ itemIds: ['a'], snippet: 'beans in the garden' }] })
    expect(lastLine(await hearth('avatar', 'forget', 'chat', '--json', ...at))).toEqual({ items: 1 })

    const watching = new CommandLine(['machine', 'watch', ...at])
    await watching.says('processor')
    watching.child.kill('SIGINT')
    expect(await watching.ended).toMatchObject({
      code: 130,
      err: expect.stringContaining('hearth: cancelled') as string,
    })
    expect((await hearth('status', ...at)).code).toBe(0)

    await host.kill('SIGTERM')
    expect(readdirSync(dataDir).filter((name) => name.includes('sock'))).toEqual([])
  },
)

test(
  'a command whose host is killed with -9 says what was done, and the next one starts from ' + 'what it left',
  async () => {
    await using world = new World()
    const host = await world.serve('data', 'embedded', false)
    const at = ['--data-dir', host.dataDir]
    const watching = new CommandLine(['machine', 'watch', '--json', ...at])
    await watching.says('processor')
    await host.kill('SIGKILL')
    const ended = await watching.ended
    expect(ended.code).toBe(3)
    expect(lastLine(ended)).toMatchObject({ error: { code: 'HOST_GONE' } })
    expect(ended.err).toContain('Hearth ended before it answered machine.watch. Nothing was sent to the network')

    expect(existsSync(join(host.dataDir, 'host.sock'))).toBe(true)
    expect(await hearth('wallet', 'status', ...at)).toMatchObject({
      code: 0,
      out: 'there is no wallet yet: hearth wallet create, or import\n',
    })
    expect(readdirSync(host.dataDir).filter((name) => name.includes('sock'))).toEqual([])
  },
)

test('of two commands at once without a host, one starts it and the other joins or waits', async () => {
  await using world = new World()
  const at = ['--data-dir', join(world.folder, 'data')]
  const [first, second] = await Promise.all([
    hearth('wallet', 'status', '--json', ...at),
    hearth('models', 'list', '--json', ...at),
  ])
  expect(first).toMatchObject({ code: 0 })
  expect(second).toMatchObject({ code: 0 })
  expect(lastLine(first)).toMatchObject({ state: 'none' })
  expect(lastLine(second)).toMatchObject({ chosen: 'hearth-demo' })
})

test('a data folder whose path is too long for a socket has it in a folder of its owner', async () => {
  await using world = new World()
  const host = await world.serve('a-rather-long-name-of-a-folder-'.repeat(4), 'embedded', false)
  const address = readHostSocketInfo(join(host.dataDir, 'socket.json'))?.address ?? ''
  expect(Buffer.byteLength(address)).toBeLessThan(104)
  expect(statSync(dirname(address)).mode & 0o777).toBe(0o700)
  expect(statSync(address).mode & 0o777).toBe(0o600)
  expect((await hearth('wallet', 'status', '--data-dir', host.dataDir)).out).toContain('there is no wallet yet')
  await host.kill('SIGTERM')
  expect(existsSync(dirname(address))).toBe(false)
})

test('a command line of another version than the host says which they are, and touches nothing', async () => {
  await using world = new World()
  const dataDir = join(world.folder, 'data')
  mkdirSync(dataDir)
  const address = join(world.folder, 'other.sock')
  const server = createServer()
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 426 Upgrade Required\r\nhearth-version: 9.9.9\r\n\r\n'))
  await new Promise<void>((done) => server.listen(address, done))
  writeFileSync(join(dataDir, 'socket.json'), JSON.stringify({ address, token: 'any' }), { mode: 0o600 })
  const refused = await hearth('wallet', 'lock', '--json', '--data-dir', dataDir)
  server.close()
  expect(refused.code).toBe(3)
  expect(lastLine(refused)).toMatchObject({
    error: { code: 'DATA_IN_USE', details: { running: '9.9.9', own: version } },
  })
  expect(refused.err).toContain('Hearth 9.9.9 is running with this data folder')
  expect(readdirSync(dataDir)).toEqual(['socket.json'])
})

test('a data folder of a later version is named and left as it is', async () => {
  await using world = new World()
  const dataDir = join(world.folder, 'data')
  mkdirSync(dataDir)
  const file = join(dataDir, 'hearth.db')
  const db = new Database(file)
  db.exec('create table later (what text)')
  db.pragma('user_version = 9999')
  db.close()
  const before = readFileSync(file)
  const refused = await hearth('status', '--json', '--data-dir', dataDir)
  expect(refused.code).toBe(3)
  expect(refused.err).toContain('this data folder was written by a newer Hearth (9999)')
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('an unknown command, option or shell is answered with what was probably meant', async () => {
  const [command, option, shell] = await Promise.all([
    hearth('statsu'),
    hearth('status', '--jsno'),
    hearth('completion', 'tcsh'),
  ])
  expect(command).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean status?') as string })
  expect(option).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean --json?') as string })
  expect(shell).toMatchObject({ code: 1, err: expect.stringContaining('bash, zsh, fish, powershell') as string })
})

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0

test.skipIf(!has('bash'))('bash completes commands, options and their values', async () => {
  const { out } = await hearth('completion', 'bash')
  const completed = (...words: string[]): string[] => {
    const script = [
      out,
      'complete -p hearth >&2',
      `COMP_WORDS=(hearth ${words.map((word) => `'${word}'`).join(' ')})`,
      `COMP_CWORD=${words.length}`,
      '"$(complete -p hearth | sed -E "s/.* -F ([^ ]+) .*/\\1/")"',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n')
    const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    expect(stderr).toContain('complete -o bashdefault -o default -F _hearth hearth')
    expect(status).toBe(0)
    return stdout.split('\n').filter(Boolean)
  }
  expect(completed('ava')).toEqual(['avatar'])
  expect(completed('avatar', 's')).toEqual(['search', 'sources', 'style'])
  expect(completed('avatar', 'search', '--')).toEqual(
    expect.arrayContaining(['--k', '--batch', '--json', '--data-dir']),
  )
  expect(completed('demo', '--net', '')).toEqual(['small', 'medium', 'large'])
  expect(completed('demo', '--net', 'la')).toEqual(['large'])
  expect(completed('--json', 'models', 'embedder', 'f')).toEqual(['fetch'])
})

for (const shell of ['zsh', 'fish'])
  test.skipIf(!has(shell))(`${shell} takes its completion script`, async () => {
    const { out } = await hearth('completion', shell)
    const { status, stderr } = spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
