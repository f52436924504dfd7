// SPDX-License-Identifier: AGPL-3.0-or-later
// A deliberately broken copy of an HSDS API: passes requests on and spoils the answers in one way.
// The conformance runner must find every one of these faults.
import { createServer } from 'node:http'

const onLists = (change) => (path, answer) => {
  if (answer.json && Array.isArray(answer.json.contents)) change(answer.json, path)
}
const onItems = (change) => (path, answer) => {
  for (const item of answer.json?.contents ?? (answer.json?.id ? [answer.json] : [])) change(item)
}

// name -> (path, answer) changes the answer { status, type, cors, json, text }
export const faults = {
  'root without a version': (path, a) => { if (path === '/') delete a.json.version },
  'root of another version': (path, a) => { if (path === '/') a.json.version = '2.0' },
  'page number is always 1': onLists((p) => { p.page_number = 1 }),
  'last page never says so': onLists((p) => { p.last_page = false }),
  'total off by one': onLists((p) => { p.total_items += 1 }),
  'empty is missing': onLists((p) => { delete p.empty }),
  'size is wrong': onLists((p) => { p.size = 0 }),
  'one item is lost from each page': onLists((p) => { p.contents.pop(); p.size = p.contents.length }),
  'null instead of nothing': onItems((item) => { item.description = null }),
  'empty text instead of nothing': onItems((item) => { item.url = '' }),
  'ids are no UUIDs': (path, a) => { if (!/\/[^/]*-[^/]*$/.test(path)) onItems((item) => { item.id = 'x' + item.id })(path, a) },
  'name is missing': onItems((item) => { delete item.name }),
  'unknown status': onItems((item) => { if (item.status) item.status = 'open' }),
  'object by id fails': (path, a) => { if (/\/services\/[0-9a-f-]{36}/.test(path)) a.status = 500 },
  'absent object is found': (path, a) => { if (a.status === 404) { a.status = 200; a.json = { id: 'x' } } },
  'ndjson loses the last line': (path, a) => { if (path.includes('ndjson')) a.text = a.text.split('\n').slice(0, -2).join('\n') + '\n' },
  'ndjson with the wrong type': (path, a) => { if (path.includes('ndjson')) a.type = 'text/plain' },
  'filter by organization is ignored': { ignore: 'organization_id' },
  'filter by term is ignored': { ignore: 'taxonomy_term_id' },
  'modified_after is ignored': { ignore: 'modified_after' },
  'proximity is ignored': { ignore: 'proximity' },
  'POST is refused': (path, a, method) => { if (method === 'POST') a.status = 405 },
  'bad numbers are accepted': { ignore: 'page=abc' },
  'closed to other origins': (path, a) => { a.cors = false },
  'the same page again and again': { fix: ['page', '1'] },
}

export function startBrokenProxy(upstream, fault) {
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url, upstream)
    if (fault.ignore) {
      const [name, value] = fault.ignore.split('=')
      if (value === undefined || url.searchParams.get(name) === value) url.searchParams.delete(name)
    }
    if (fault.fix && url.searchParams.has(fault.fix[0])) url.searchParams.set(...fault.fix)
    const target = new URL(upstream)
    const answer = await fetch(target.origin + target.pathname + url.pathname.replace(/^\/$/, '') + url.search, {
      method: request.method,
      headers: request.headers['content-type'] ? { 'content-type': request.headers['content-type'] } : {},
      body: chunks.length ? Buffer.concat(chunks) : undefined,
    })
    const changed = { status: answer.status, type: answer.headers.get('content-type'), cors: true, text: await answer.text() }
    try { changed.json = JSON.parse(changed.text) } catch { changed.json = undefined }
    if (typeof fault === 'function') fault(url.pathname + url.search, changed, request.method)
    response.writeHead(changed.status, { 'content-type': changed.type ?? 'application/json', ...(changed.cors ? { 'access-control-allow-origin': '*' } : {}) })
    response.end(changed.json === undefined ? changed.text : JSON.stringify(changed.json))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () =>
    resolve({ base: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() })))
}
