// SPDX-License-Identifier: AGPL-3.0-or-later
// Asks a running HSDS 3.1 API everything that the standard promises, and lists each broken promise.
//   node conformance.mjs http://127.0.0.1:8080/hsds/3.1 [SCHEMA_FOLDER]
// With the official schema folder (hsds/3.1/schema) every object is validated too.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const kLists = [
  { path: '/services', list: 'compiled/service_list.json', full: 'compiled/service.json', nested: true },
  { path: '/organizations', list: 'compiled/organization_list.json', full: 'compiled/organization.json', nested: true },
  { path: '/service_at_locations', list: 'compiled/service_at_location_list.json', full: 'compiled/service_at_location.json', nested: true },
  { path: '/taxonomies', list: 'taxonomy.json', full: 'taxonomy.json', nested: false },
  { path: '/taxonomy_terms', list: 'taxonomy_term.json', full: 'taxonomy_term.json', nested: false },
]
const kAbsentId = '00000000-0000-4000-8000-000000000000'
const kPerPage = 20

// Validators by schema file, or null when the official schemas are not there.
export function loadSchemas(folder) {
  if (!folder || !existsSync(join(folder, 'compiled'))) return null
  const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false })
  addFormats(ajv)
  const validators = new Map()
  return (file, value) => {
    if (!validators.has(file)) {
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      const local = JSON.parse(JSON.stringify(schema), (key, found) =>
        key === '$ref' && typeof found === 'string' && !found.startsWith('#') ? undefined : found)
      validators.set(file, ajv.compile(local))
    }
    const validate = validators.get(file)
    return validate(value) ? [] : validate.errors.map((e) => `${e.instancePath || '/'} ${e.message}`)
  }
}

// Runs every rule; returns the violations as text, none when all is well.
export async function check(base, schemas) {
  const violations = []
  const wrong = (where, what) => violations.push(`${where}: ${what}`)

  const ask = async (path, options = {}) => {
    const response = await fetch(base + path, { redirect: 'manual', ...options })
    const text = await response.text()
    let json
    try { json = JSON.parse(text) } catch { json = undefined }
    return { status: response.status, headers: response.headers, text, json }
  }
  const validate = (where, file, value) => {
    if (schemas) for (const error of schemas(file, value).slice(0, 3)) wrong(where, `schema ${file}: ${error}`)
  }
  const emptyValues = (value, path = '') => {
    if (value === null || value === '') return [path || '/']
    if (typeof value !== 'object') return []
    return Object.entries(value).flatMap(([key, inner]) => emptyValues(inner, `${path}/${key}`))
  }
  const ids = (answer) => (answer.json?.contents ?? []).map((item) => item.id)
  const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i])

  async function root() {
    const answer = await ask('')
    if (answer.status !== 200) return wrong('/', `status ${answer.status}`)
    if (!/^3\.1(\.\d+)?$/.test(answer.json?.version ?? '')) wrong('/', `version is ${answer.json?.version}`)
    for (const key of ['profile', 'openapi_url'])
      if (!URL.canParse(answer.json?.[key] ?? '')) wrong('/', `${key} is not a URL`)
    if (URL.canParse(answer.json?.openapi_url ?? '')) {
      const document = await fetch(answer.json.openapi_url).then((api) => api.json()).catch(() => ({}))
      if (!String(document.openapi).startsWith('3.1')) wrong('/', 'openapi_url does not lead to an OpenAPI 3.1 document')
    }
  }

  function envelope(where, answer, page, total) {
    const p = answer.json
    if (answer.status !== 200) return wrong(where, `status ${answer.status}`)
    if (!(answer.headers.get('content-type') ?? '').startsWith('application/json')) wrong(where, 'content type is not JSON')
    if (!Array.isArray(p?.contents)) return wrong(where, 'no contents array')
    if (p.size !== p.contents.length) wrong(where, `size ${p.size}, but ${p.contents.length} items`)
    if (p.page_number !== page) wrong(where, `page_number ${p.page_number} instead of ${page}`)
    if (p.empty !== (p.contents.length === 0)) wrong(where, `empty is ${p.empty}`)
    if (p.first_page !== (page === 1)) wrong(where, `first_page is ${p.first_page}`)
    if (p.last_page !== (page >= p.total_pages)) wrong(where, `last_page is ${p.last_page}`)
    if (p.total_pages !== Math.ceil(p.total_items / kPerPage)) wrong(where, `total_pages ${p.total_pages} for ${p.total_items} items`)
    if (total !== undefined && p.total_items !== total) wrong(where, `total_items ${p.total_items}, was ${total}`)
    if (answer.headers.get('access-control-allow-origin') !== '*') wrong(where, 'not open to other origins')
    const empty = emptyValues(p.contents)
    if (empty.length) wrong(where, `null or empty text at ${empty[0]}`)
  }

  async function list(rule) {
    const first = await ask(`${rule.path}?page=1&per_page=${kPerPage}`)
    envelope(`${rule.path} page 1`, first, 1)
    const total = first.json?.total_items ?? 0
    if (total === 0) return wrong(rule.path, 'an empty feed cannot be checked')
    const pages = first.json.total_pages
    const seen = new Set()
    let counted = 0
    for (let page = 1; page <= pages; ++page) {
      const answer = page === 1 ? first : await ask(`${rule.path}?page=${page}&per_page=${kPerPage}`)
      const where = `${rule.path} page ${page}`
      envelope(where, answer, page, total)
      for (const item of answer.json?.contents ?? []) {
        validate(where, rule.list, item)
        if (seen.has(item.id)) wrong(where, `id ${item.id} stands on two pages`)
        seen.add(item.id)
        ++counted
      }
      if (page < pages && answer.json?.contents?.length !== kPerPage) wrong(where, 'not the last page, but not full')
    }
    if (counted !== total) wrong(rule.path, `${counted} items over all pages, total_items says ${total}`)
    const beyond = await ask(`${rule.path}?page=${pages + 1}&per_page=${kPerPage}`)
    if (beyond.status !== 404 && !(beyond.status === 200 && beyond.json?.empty === true)) wrong(rule.path, 'a page beyond the last is neither empty nor 404')
    for (const bad of ['page=abc', 'page=0', 'per_page=-1', 'format=exe'])
      if ((await ask(`${rule.path}?${bad}`)).status !== 400) wrong(rule.path, `?${bad} is not answered with 400`)

    await objects(rule, [...seen])
    await streamed(rule, seen)
    await posted(rule, first)
  }

  async function objects(rule, known) {
    const step = Math.max(1, Math.floor(known.length / 25))
    for (let i = 0; i < known.length; i += step) {
      const where = `${rule.path}/{id}`
      const answer = await ask(`${rule.path}/${known[i]}`)
      if (answer.status !== 200) { wrong(where, `status ${answer.status} for a listed id`); continue }
      if (answer.json?.id !== known[i]) wrong(where, 'another object came back')
      validate(where, rule.full, answer.json)
      const empty = emptyValues(answer.json ?? {})
      if (empty.length) wrong(where, `null or empty text at ${empty[0]}`)
    }
    if ((await ask(`${rule.path}/${kAbsentId}`)).status !== 404) wrong(rule.path, 'an absent id is not answered with 404')
    if (![400, 404].includes((await ask(`${rule.path}/not-an-id`)).status)) wrong(rule.path, 'a malformed id is not refused')
  }

  async function streamed(rule, seen) {
    const answer = await ask(`${rule.path}?format=ndjson`)
    const where = `${rule.path} ndjson`
    if (!/ndjson/.test(answer.headers.get('content-type') ?? '')) wrong(where, 'content type is not ndjson')
    let lines = []
    try { lines = answer.text.split('\n').filter(Boolean).map((line) => JSON.parse(line)) } catch { return wrong(where, 'a line is not JSON') }
    if (lines.length !== seen.size) wrong(where, `${lines.length} lines for ${seen.size} items`)
    if (lines.some((line) => !seen.has(line.id))) wrong(where, 'holds an id that the list does not')
  }

  async function posted(rule, first) {
    const form = { page: '1', per_page: String(kPerPage) }
    for (const [kind, options] of [
      ['query', null],
      ['form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString() }],
      ['JSON', { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ page: 1, per_page: kPerPage }) }],
    ]) {
      const answer = await ask(rule.path + (options ? '' : `?page=1&per_page=${kPerPage}`), { method: 'POST', ...(options ?? {}) })
      if (answer.status !== 200 || !same(ids(answer), ids(first))) wrong(rule.path, `POST (${kind}) does not equal GET`)
    }
  }

  async function everyId(path) {
    const answer = await ask(`${path}${path.includes('?') ? '&' : '?'}format=ndjson`)
    return new Set(answer.text.split('\n').filter(Boolean).map((line) => JSON.parse(line).id))
  }

  async function filters() {
    const all = await everyId('/services')
    const sample = (await ask('/services?per_page=20&full=true')).json?.contents ?? []
    for (const item of sample.slice(0, 3)) validate('/services full', 'compiled/service.json', item)
    const withBoth = sample.find((s) => s.organization?.id && s.attributes?.[0]?.taxonomy_term?.id)
    if (!withBoth) return wrong('/services', 'full=true shows no organization and taxonomy term to filter by')
    const organization = withBoth.organization.id
    const term = withBoth.attributes[0].taxonomy_term.id
    const byOrganization = await everyId(`/services?organization_id=${organization}`)
    const byTerm = await everyId(`/services?taxonomy_term_id=${term}`)
    const byBoth = await everyId(`/services?organization_id=${organization}&taxonomy_term_id=${term}`)
    const both = [...byOrganization].filter((id) => byTerm.has(id))
    if (!byOrganization.has(withBoth.id) || !byTerm.has(withBoth.id)) wrong('/services', 'a filter loses a record that has the value')
    if (byOrganization.size >= all.size || byTerm.size >= all.size) wrong('/services', 'a filter does not filter')
    if (byBoth.size !== both.length || both.some((id) => !byBoth.has(id))) wrong('/services', 'filters are not cumulative (AND)')
    if ((await everyId(`/services?organization_id=${kAbsentId}`)).size !== 0) wrong('/services', 'an absent organization still gives services')

    const minimal = await ask('/services?minimal=true')
    const rows = Array.isArray(minimal.json) ? minimal.json : minimal.json?.contents ?? []
    if (rows.length !== all.size) wrong('/services minimal', `${rows.length} of ${all.size} in one call`)
    if (rows.some((row) => Object.keys(row).some((key) => !['id', 'last_modified', 'modified_date'].includes(key)))) wrong('/services minimal', 'holds more than id and modified date')
    const dates = rows.map((row) => row.modified_date ?? row.last_modified).filter(Boolean).sort()
    if (dates.length) {
      const after = dates[Math.floor(dates.length / 2)]
      const expected = dates.filter((date) => date >= after).length
      const changed = await everyId(`/services?modified_after=${encodeURIComponent(after)}`)
      if (changed.size !== expected) wrong('/services modified_after', `${changed.size} instead of ${expected}`)
      if ((await everyId('/services?modified_after=2999-01-01T00:00:00Z')).size !== 0) wrong('/services modified_after', 'finds records of the future')
    } else wrong('/services minimal', 'no modified dates')

    const word = (sample[0].name ?? '').split(/\s+/).find((w) => w.length > 4)
    if (word && !(await everyId(`/services?search=${encodeURIComponent(word)}`)).has(sample[0].id)) wrong('/services search', 'a word of the name does not find the service')

    const top = await ask('/taxonomy_terms?top_only=true&per_page=20')
    if ((top.json?.contents ?? []).some((t) => t.parent_id)) wrong('/taxonomy_terms', 'top_only shows a child')
    const parent = ids(top)[0]
    const children = (await ask(`/taxonomy_terms?parent_id=${parent}&per_page=20`)).json?.contents ?? []
    if (children.some((t) => t.parent_id !== parent)) wrong('/taxonomy_terms', 'parent_id shows a stranger')

    const organizations = (await ask('/organizations?full=true&per_page=2')).json?.contents ?? []
    for (const item of organizations) validate('/organizations full', 'compiled/organization.json', item)
    const places = (await ask('/service_at_locations?full=true&per_page=5')).json?.contents ?? []
    for (const item of places) validate('/service_at_locations full', 'compiled/service_at_location.json', item)
    const placed = places.filter((p) => typeof p.location?.latitude === 'number')
    if (!placed.length) return wrong('/service_at_locations proximity', 'no place has a point to look for')
    const near = await everyId('/service_at_locations?postcode=14201&proximity=80000')
    const wide = await everyId('/service_at_locations?postcode=14201&proximity=6000000')
    if (placed.some((p) => !wide.has(p.id))) wrong('/service_at_locations proximity', 'does not find what lies within it')
    if ([...near].some((id) => !wide.has(id))) wrong('/service_at_locations proximity', 'a wider circle loses results')
    if (near.size >= wide.size) wrong('/service_at_locations proximity', 'a narrower circle finds as much')
    if ((await ask('/service_at_locations?postcode=00000')).status !== 400) wrong('/service_at_locations', 'a postcode that does not exist is not refused')
  }

  await root()
  for (const rule of kLists) await list(rule)
  await filters()
  return violations
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [base, folder] = process.argv.slice(2)
  if (!base) { console.error('usage: node conformance.mjs BASE_URL [SCHEMA_FOLDER]'); process.exit(2) }
  const violations = await check(base.replace(/\/$/, ''), loadSchemas(folder))
  for (const violation of violations) console.log(violation)
  console.log(`${violations.length} violations`)
  process.exit(violations.length === 0 ? 0 : 1)
}
