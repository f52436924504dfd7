// SPDX-License-Identifier: AGPL-3.0-or-later
// The directory's API and exports against the standard: our conformance rules, ajv with the official
// schemas, Prism in front of the running server, and the tabular data package. Run by ctest with
// DAYBREAK (the program) set; the official files are read from DAYBREAK_SHARED or ../shared.
import { spawn, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freePort, program } from '../../benchmarks/served.mjs'
import { check, loadSchemas } from './conformance.mjs'
import { faults, startBrokenProxy } from './broken_proxy.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = resolve(here, '../..')
const shared = process.env.DAYBREAK_SHARED ?? resolve(root, '../shared')
const official = join(shared, 'data/hsds/3.1')
const without = existsSync(official) ? false : 'the official HSDS files are not beside the checkout'

let folder, server, base, schemas

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybreak-hsds-'))
  execFileSync(program, ['init', '--demonstration', '--data', join(folder, 'data')], { stdio: 'pipe' })
  const port = await freePort()
  server = spawn(program, ['serve', '--data', join(folder, 'data'), '--port', String(port), '--log', join(folder, 'log')], { stdio: 'ignore' })
  base = `http://127.0.0.1:${port}/hsds/3.1`
  for (let i = 0; i < 200; ++i) {
    try { if ((await fetch(base)).ok) break } catch { /* not yet */ }
    await new Promise((done) => setTimeout(done, 50))
  }
  if (!without) {
    prepareProfile()
    schemas = loadSchemas(join(folder, 'schema'))
  }
}, { timeout: 60_000 })

after(async () => {
  server?.kill('SIGTERM')
  await new Promise((done) => (server?.exitCode === null ? server.on('exit', done) : done()))
  rmSync(folder, { recursive: true, force: true })
})

// The official schemas with our published profile on top: the one value that it adds to a set.
function prepareProfile() {
  cpSync(join(official, 'schema'), join(folder, 'schema'), { recursive: true })
  const added = (schema) => {
    if (Array.isArray(schema)) return schema.map(added)
    if (schema === null || typeof schema !== 'object') return schema
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, added(value)]))
    if (copy.location_type?.enum && !copy.location_type.enum.includes('redacted')) copy.location_type.enum.push('redacted')
    return copy
  }
  for (const name of ['service', 'organization', 'service_at_location', 'service_list', 'organization_list', 'service_at_location_list']) {
    const file = join(folder, 'schema/compiled', `${name}.json`)
    writeFileSync(file, JSON.stringify(added(JSON.parse(readFileSync(file, 'utf8')))))
  }
}

test('the API keeps every promise of HSDS 3.1', { timeout: 300_000 }, async () => {
  assert.deepEqual(await check(base, schemas), [])
})

test('the rules find every fault of a deliberately broken copy', { timeout: 600_000, skip: without }, async () => {
  // Unspoilt, the copy must pass: what is found below is the fault's doing.
  for (const [name, fault] of [['none', () => {}], ...Object.entries(faults)]) {
    const proxy = await startBrokenProxy(base, fault)
    const violations = await check(proxy.base, schemas)
    proxy.stop()
    if (name === 'none') assert.deepEqual(violations, [])
    else assert.notEqual(violations.length, 0, `not found: ${name}`)
  }
})

test('Prism sees no violation between the official description and the server', { timeout: 300_000, skip: without }, async () => {
  // The official description names its schemas by web address; Prism gets the local files.
  const text = readFileSync(join(official, 'schema/openapi.json'), 'utf8')
    .replaceAll(/https:\/\/raw\.githubusercontent\.com\/openreferral\/specification\/[^/]+\/schema\//g, './schema/')
  const description = JSON.parse(text)
  for (const path of Object.values(description.paths))
    for (const [method, operation] of Object.entries(path))
      if (operation.operationId) operation.operationId = `${method}_${operation.operationId}`
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(description))
  await throughPrism(join(folder, 'openapi.json'))
})

test('Prism sees no violation between our own description and the server', { timeout: 300_000 }, async () => {
  writeFileSync(join(folder, 'own.json'), await (await fetch(`${base}/openapi.json`)).text())
  await throughPrism(join(folder, 'own.json'))
})

async function throughPrism(description) {
  const port = await freePort()
  const prism = spawn(join(here, 'node_modules/.bin/prism'),
    ['proxy', description, base, '--host', '127.0.0.1', '--port', String(port), '--errors'], { stdio: 'ignore' })
  try {
    const url = `http://127.0.0.1:${port}`
    for (let i = 0; i < 600; ++i) {
      try { await fetch(`${url}/taxonomies`); break } catch { await new Promise((done) => setTimeout(done, 100)) }
    }
    const ask = async (path, method = 'GET') => {
      const response = await fetch(url + path, { method })
      const answer = await response.text()
      assert.ok(response.ok, `${method} ${path}: ${response.status} ${answer.slice(0, 600)}`)
      return answer.trimStart().startsWith('{"') ? JSON.parse(answer.split('\n')[0]) : answer
    }
    await ask('/')
    for (const list of ['services', 'organizations', 'service_at_locations', 'taxonomies', 'taxonomy_terms']) {
      for (const method of ['GET', 'POST']) {
        const first = await ask(`/${list}?page=1&per_page=25`, method)
        await ask(`/${list}?page=${first.total_pages}&per_page=25`, method)
      }
      const { contents } = await ask(`/${list}?per_page=10`)
      for (const item of contents) await ask(`/${list}/${item.id}`)
    }
    await ask('/services?full=true&per_page=10')
    await ask('/services?search=shelter')
    await ask('/service_at_locations?postcode=14201&proximity=40000')
    await ask('/organizations?full_service=true&per_page=5')
    const refused = await fetch(`${url}/services?page=abc`)
    assert.ok(refused.status >= 400, 'Prism refuses what the description does not allow')
  } finally {
    prism.kill('SIGTERM')
  }
}

test('the export is a valid HSDS data package with whole links', { timeout: 120_000 }, async () => {
  const { Package } = await import('datapackage').then((module) => module.default ?? module)
  const out = join(folder, 'package')
  execFileSync(program, ['directory', 'export', '--data', join(folder, 'data'), '--format', 'csv', '--strict', out], { stdio: 'pipe' })
  const tables = await Package.load(join(out, 'datapackage.json'), { basePath: out })
  assert.deepEqual(tables.errors.map(String), [])
  assert.ok(tables.resources.length >= 10)
  for (const resource of tables.resources) {
    const rows = await resource.read({ keyed: true, relations: true })
    if (resource.name === 'services') assert.ok(rows.length >= 200)
  }
})
