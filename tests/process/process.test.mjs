// SPDX-License-Identifier: AGPL-3.0-or-later
// The real program on the demonstration: SIGTERM finishes what is in flight, and a thousand slow
// connections leave a signed-in person's request prompt. Run by ctest with DAYBREAK set.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { program, serve } from '../../benchmarks/served.mjs'

const password = 'sunrise over four lakes'
let folder

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybreak-process-'))
  execFileSync(program, ['init', '--demonstration', '--data', join(folder, 'data')], { stdio: 'pipe' })
}, { timeout: 120_000 })
after(() => rmSync(folder, { recursive: true, force: true }))

// Sends one request of its own connection: 'refused' when it could not connect or nothing came
// back, 'whole' when every byte of the answer came, else 'broken: …'.
function ask(port, head, body = '', before_body = Promise.resolve()) {
  return new Promise((done) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', async () => {
      socket.write(head)
      await before_body
      socket.write(body)
    })
    socket.setEncoding('latin1')
    socket.on('data', (text) => { answer += text })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (answer === '') return done('refused')
      const length = /^content-length: (\d+)/im.exec(answer)
      const start = answer.indexOf('\r\n\r\n') + 4
      const whole = start > 3 && length && answer.length - start === Number(length[1])
      done(whole ? `whole ${answer.slice(9, 12)}` : `broken: ${answer.length} bytes`)
    })
  })
}

const form = 'text=shelter&miles=25'
const head = 'POST /services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' +
  `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n`

test('SIGTERM finishes what is in flight, refuses what is new, and ends with 0', { timeout: 60_000 }, async () => {
  const server = await serve(join(folder, 'data'))
  const port = Number(new URL(server.address).port)
  assert.equal(await ask(port, head, form), 'whole 200')

  // Half of their body is there when the signal comes; the rest follows.
  let go
  const later = new Promise((resolve) => { go = resolve })
  const begun = Array.from({ length: 8 }, () => ask(port, head + form.slice(0, 8), form.slice(8), later))
  await pause(300)
  // And whole searches, a new one as soon as one is answered, until the first is refused.
  const answers = []
  const crowd = Array.from({ length: 16 }, async () => {
    for (let answer = ''; answer !== 'refused';) answers.push(answer = await ask(port, head, form))
  })
  await pause(300)
  const ended = server.stop()
  await pause(100)
  assert.equal(await ask(port, head, form), 'refused', 'a connection after the signal')
  go()
  assert.deepEqual(new Set(await Promise.all(begun)), new Set(['whole 200']))
  assert.equal(await ended, 0)
  await Promise.all(crowd)
  assert.deepEqual(new Set(answers), new Set(['whole 200', 'refused']))
  assert.ok(answers.length > 32, `only ${answers.length} searches were sent`)
})

test('1,000 slow connections leave a signed-in request under a second', { timeout: 120_000 }, async (t) => {
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }))
  if (limit < 2300) return t.skip(`needs 2,300 open files, has ${limit}: raise ulimit -n`)
  const server = await serve(join(folder, 'data'))
  const slow = []
  try {
    const port = Number(new URL(server.address).port)
    const today = `GET /today HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: ${await signIn(server.address)}\r\n\r\n`
    for (let i = 0; i < 1000; ++i) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(i % 3 === 0 ? 'GET /services HTTP/1.1\r\nHost: localhost\r\nX-A: ' : `${head.replace(/Length: \d+/, 'Length: 9000')}text=`)
      slow.push(socket)
      // One address may have 512 connections whose head is not read yet: let the server read these.
      if (i % 50 === 49) await pause(20)
    }
    await pause(200)
    assert.equal(slow.filter((socket) => !socket.destroyed).length, 1000, 'slow connections that stand')
    let slowest = 0
    for (let round = 0; round < 10; ++round) {
      for (const socket of slow) socket.write('x')
      const began = performance.now()
      assert.equal(await ask(port, today), 'whole 200')
      slowest = Math.max(slowest, performance.now() - began)
      await pause(50)
    }
    t.diagnostic(`slowest signed-in answer: ${slowest.toFixed(0)} ms`)
    assert.ok(slowest < 1000, `the slowest took ${slowest.toFixed(0)} ms`)
  } finally {
    for (const socket of slow) socket.destroy()
    assert.equal(await server.stop(), 0)
  }
})

// The session's cookie of the demonstration's coordinator.
async function signIn(address) {
  const answer = await fetch(`${address}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'coordinator@demonstration.example.org', password, code: '000000' }),
  })
  const cookie = (answer.headers.get('set-cookie') ?? '').split(/, (?=[^;,]+=)/).map((one) => one.split(';')[0]).join('; ')
  assert.ok(answer.status === 303 && cookie !== '', `signing in gave ${answer.status}`)
  return cookie
}
