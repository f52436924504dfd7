// SPDX-License-Identifier: AGPL-3.0-or-later
// A commons and a vault's own node as two programs on loopback: the demonstration's provider moved to
// a machine of its own. A referral and a release cross the line, through pages alone; the commons is
// killed meanwhile; a node taken off is out. Run by ctest with DAYBREAK set.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import tls from 'node:tls'
import { freePort, program, serve } from '../../benchmarks/served.mjs'

const password = 'sunrise over four lakes', code = '000000', passphrase = 'seven quiet herons wade'
const provider = 'Harbor Light Demonstration Services'
let folder, at_commons, at_node, commons_pin, door, commons, node

const daybreak = (...words) => execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const sql = (store, text) => execFileSync('sqlite3', [store, text], { encoding: 'utf8' }).trim()
const vaults = (data) => daybreak('vault', 'list', '--json', '--data', data).trim().split('\n').map((line) => JSON.parse(line))
const registered = () => JSON.parse(daybreak('vault', 'node-list', '--json', '--data', at_commons).trim().split('\n')[0])

async function comesTrue(what, words, seconds = 20) {
  for (let left = seconds * 5; left > 0; --left) {
    const found = await what()
    if (found) return found
    await pause(200)
  }
  assert.fail(`not within ${seconds} seconds: ${words}`)
}

class Person {
  constructor(server) { this.address = server.address }
  async ask(path, fields) {
    const answer = await fetch(this.address + path, {
      method: fields ? 'POST' : 'GET', redirect: 'manual',
      headers: { accept: 'text/html', cookie: this.cookie ?? '', ...(fields && { 'content-type': 'application/x-www-form-urlencoded' }) },
      body: fields && new URLSearchParams([...Object.entries(fields), ['csrf', this.csrf ?? 'x']]).toString(),
    })
    const set = answer.headers.get('set-cookie')  // the first of them; Debian's Node.js has no getSetCookie()
    if (set) this.cookie = set.split(';')[0]
    const text = await answer.text()
    const token = /name="csrf" value="([^"]+)"/.exec(text)
    if (token) this.csrf = token[1]
    return { status: answer.status, text }
  }
  async signIn(mailbox) {
    const { status } = await this.ask('/sign-in', { email: `${mailbox}@demonstration.example.org`, password, code })
    assert.equal(status, 303, `${mailbox} signs in`)
    await this.ask('/vault/unlock')
    assert.equal((await this.ask('/vault/unlock', { passphrase, stage: 'unlock' })).status, 303, 'the vault opens')
    await this.ask('/vault/unlock')
    return this
  }
}

const startCommons = () => serve(at_commons, '--node-listen', `127.0.0.1:${door}`)
const startNode = () => serve(at_node, '--role', 'vault', '--commons', `127.0.0.1:${door}`, '--commons-pin', commons_pin)

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybreak-line-'))
  at_commons = join(folder, 'commons')
  at_node = join(folder, 'node')
  daybreak('init', '--demonstration', '--data', at_commons)
  cpSync(at_commons, at_node, { recursive: true })
  writeFileSync(join(at_node, 'vault.role'), 'vault\n')
  const own = vaults(at_commons).find((one) => one.name === provider).organization
  for (const id of readdirSync(join(at_node, 'vaults')))
    if (id !== own) rmSync(join(at_node, 'vaults', id), { recursive: true })
  rmSync(join(at_commons, 'vaults', own), { recursive: true })
  const pin = daybreak('vault', 'node-pin', '--data', at_node).trim()
  commons_pin = /\n {2}([0-9a-f]{64})\n/.exec(
    daybreak('vault', 'node-add', 'Harbor_', '--organization', provider, '--pin', pin, '--data', at_commons))[1]
  assert.notEqual(pin, commons_pin)
  door = await freePort()
  commons = await startCommons()
  node = await startNode()
  await comesTrue(() => registered().last_seen_at, 'the node connects')
}, { timeout: 180_000 })
after(async () => {
  await Promise.all([commons, node].filter(Boolean).map((server) => server.stop()))
  rmSync(folder, { recursive: true, force: true })
})

test('the node serves its vault and nothing of the commons', { timeout: 60_000 }, async () => {
  const nobody = new Person(node)
  for (const path of ['/services', '/about/facts', '/library', '/news', '/directory', '/api/services'])
    assert.equal((await nobody.ask(path)).status, 404, path)
  assert.equal((await nobody.ask('/sign-in')).status, 200)
  const advocate = await new Person(node).signIn('advocate')
  for (const path of ['/today', '/vault/clients', '/vault/inbox', '/vault/referrals', '/referrals', '/vault/counts', '/vault/keys'])
    assert.equal((await advocate.ask(path)).status, 200, path)
})

test('the door speaks the line alone, and refuses every stranger alike', { timeout: 60_000 }, async () => {
  const plain = await new Promise((done) => {
    let heard = ''
    const socket = connect(door, '127.0.0.1', () => socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'))
    socket.on('data', (bytes) => { heard += bytes.toString('latin1') })
    socket.on('error', () => {})
    socket.on('close', () => done(heard))
  })
  assert.ok(!plain.includes('HTTP'), 'no HTTP is spoken')
  const heard = (options) => new Promise((done) => {
    let bytes = 0
    const socket = tls.connect({ port: door, host: '127.0.0.1', rejectUnauthorized: false, ...options })
    socket.on('data', (some) => { bytes += some.length })
    socket.on('error', () => {})
    socket.on('close', () => done(bytes))
  })
  const stranger = join(folder, 'stranger')
  daybreak('init', '--data', stranger, '--organization', 'Stranger_', '--name', 'Sam Stranger_', '--email', 'sam@example.org')
  daybreak('vault', 'node-pin', '--data', stranger)
  const pem = readFileSync(join(stranger, 'line.pem'))
  assert.equal(await heard({}), 0)
  assert.equal(await heard({ key: pem, cert: pem }), 0)
  assert.equal(await heard({ maxVersion: 'TLSv1.2' }), 0)
})

test('a referral goes over while the commons is killed in between, and comes back answered', { timeout: 120_000 }, async () => {
  const advocate = await new Person(node).signIn('advocate')
  const client = sql(join(at_node, 'vaults', readdirSync(join(at_node, 'vaults'))[0], 'vault.db'), 'SELECT id FROM clients_client LIMIT 1')
  const sheriff = sql(join(at_node, 'commons.db'), "SELECT id FROM trust_organization WHERE name = 'Demonstration County Sheriff'")
  commons.process.kill('SIGKILL')
  await new Promise((done) => commons.process.once('exit', done))
  const form = await advocate.ask(`/vault/clients/${client}/refer`)
  assert.equal(form.status, 200)
  assert.equal((await advocate.ask(`/vault/clients/${client}/refer`, {
    receiver: sheriff, service: 'justice.advocate', urgency: 'today', household: '1', language: 'en', age_group: 'adult', hand_over: 'together',
  })).status, 303)
  await comesTrue(async () => (await advocate.ask('/today')).text.includes('1 message waits for it'), 'Today says that it waits')
  commons = await startCommons()
  const detective = await new Person(commons).signIn('detective')
  const received = await comesTrue(async () => {
    const page = await detective.ask('/referrals')
    return page.text.includes('Avery Advocate_') && page
  }, 'the referral arrives', 90)
  const token = /action="\/referrals\/([0-9a-f-]{36})"/.exec(received.text)[1]
  assert.equal(received.text.split('/referrals/' + token).length, 2, 'once')
  assert.equal((await detective.ask(`/referrals/${token}`, { state: 'accepted' })).status, 303)
  await comesTrue(async () => /Accepted: call them<\/td>/.test((await advocate.ask('/vault/referrals')).text), 'the answer comes back')
  assert.ok((await advocate.ask(`/vault/clients/${client}/refer`)).text.includes('Dana Detective_'), 'who has it')
})

test('twelve referrals while the commons is killed six times: none lost, none twice', { timeout: 150_000 }, async () => {
  const advocate = await new Person(node).signIn('advocate')
  const store = join(at_node, 'vaults', readdirSync(join(at_node, 'vaults'))[0], 'vault.db')
  const clients = sql(store, 'SELECT id FROM clients_client LIMIT 12').split('\n')
  const sheriff = sql(join(at_node, 'commons.db'), "SELECT id FROM trust_organization WHERE name = 'Demonstration County Sheriff'")
  const arrived = () => Number(sql(join(at_commons, 'commons.db'), 'SELECT count(*) FROM referrals_token'))
  const before = arrived()
  let sending = true
  const killing = (async () => {
    for (let kill = 0; kill < 6; ++kill) {
      await pause(300 + 250 * kill)  // before, while and after it takes some
      commons.process.kill('SIGKILL')
      await new Promise((done) => commons.process.once('exit', done))
      commons = await startCommons()
    }
    sending = false
  })()
  for (const client of clients) {
    await advocate.ask(`/vault/clients/${client}/refer`)
    assert.equal((await advocate.ask(`/vault/clients/${client}/refer`, {
      receiver: sheriff, service: 'justice.advocate', urgency: 'soon', household: '2', language: 'es', age_group: 'adult', hand_over: 'call_worker',
    })).status, 303)
    await pause(350)
  }
  await killing
  assert.equal(sending, false)
  await comesTrue(() => arrived() === before + 12 && sql(join(at_node, 'commons.db'), 'SELECT count(*) FROM line_outbox') === '0', 'all twelve arrive and are settled', 90)
  assert.equal(Number(sql(join(at_commons, 'commons.db'), "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%referral.send%' AND leaf LIKE '%done%'")), before + 12)
})

test('what is released is seen through the line, until it is stopped', { timeout: 120_000 }, async () => {
  const store = join(at_node, 'vaults', readdirSync(join(at_node, 'vaults'))[0], 'vault.db')
  const release = sql(store, "SELECT id FROM releases_release WHERE state = 'signed' LIMIT 1")
  const advocate = await new Person(node).signIn('advocate')
  const detective = await new Person(commons).signIn('detective')
  await advocate.ask(`/vault/releases/${release}`)
  assert.equal((await advocate.ask(`/vault/releases/${release}/tell`, { items: 'answer:preferred_name' })).status, 303)
  const inbox = await comesTrue(async () => {
    const page = await detective.ask('/vault/inbox')
    return /\/vault\/inbox\/[0-9a-f-]{36}/.test(page.text) && page
  }, 'the pointer arrives')
  const item = /\/vault\/inbox\/[0-9a-f-]{36}/.exec(inbox.text)[0]
  const seen = await detective.ask(item)
  assert.equal(seen.status, 200)
  const name = /Ana Ejemplo_/.exec(seen.text)
  assert.ok(name, 'the name is shown')
  // The commons has it in no file; the log of the releasing vault has the look.
  for (const file of readdirSync(at_commons, { recursive: true, withFileTypes: true }))
    if (file.isFile()) assert.ok(!readFileSync(join(file.parentPath ?? file.path, file.name)).includes(name[0]), `${name[0]} in ${file.name}`)
  assert.equal(sql(store, "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%released_item.view%' AND leaf LIKE '%done%'"), '1')

  await node.stop()
  const away = await detective.ask(item)
  assert.equal(away.status, 503)
  assert.ok(away.text.includes('The other side cannot be reached now'), 'it says so')
  node = await startNode()
  await comesTrue(async () => (await detective.ask(item)).status === 200, 'it is back', 60)

  const again = await new Person(node).signIn('advocate')
  await again.ask(`/vault/releases/${release}`)
  assert.equal((await again.ask(`/vault/releases/${release}/stop`, { how: 'spoken' })).status, 303)
  assert.equal((await detective.ask(item)).status, 404, 'the next view')
  assert.ok(!(await detective.ask('/vault/inbox')).text.includes(item), 'and it is gone')
})

test('a node taken off is out at its next message, and a data directory keeps its role', { timeout: 60_000 }, async () => {
  daybreak('vault', 'node-remove', 'Harbor_', '--data', at_commons)
  await comesTrue(() => /ended/.test(readFileSync(join(at_node, 'log'), 'utf8').split('connected=true').at(-1)), 'the line ends')
  assert.throws(() => daybreak('serve', '--data', at_node, '--port', '0'), /connects to a commons/)
  assert.throws(() => daybreak('serve', '--data', at_commons, '--port', '0', '--role', 'vault'), /another role/)
})
