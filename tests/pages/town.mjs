// A daemon, the simulator of the providers, and a platform, each on a port of its own on loopback.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export const ROOT = resolve(import.meta.dirname, '../..')
const ADMIN = 'admin-token-of-the-test'
const KEY = 'api-key-of-the-test'
const PLUGINS = ['strava', 'whoop', 'withings', 'dexcom', 'trainerroad', 'freestylelibre', 'virtuagym']
const UNOFFICIAL = ['TRAINERROAD', 'FREESTYLELIBRE']
/** How many people there are: each test has one of its own. */
const RIDERS = 60

async function call(url, method, { body, key, expected = [200, 201, 204] } = {}) {
  const raw = body instanceof Uint8Array
  const headers = { ...(key && { authorization: `Bearer ${key}` }), ...(body && !raw && { 'content-type': 'application/json' }) }
  const answer = await fetch(url, { method, headers, body: raw || !body ? body : JSON.stringify(body) })
  const text = await answer.text()
  if (!expected.includes(answer.status)) throw new Error(`${method} ${url}: ${answer.status} ${text}`)
  return text && JSON.parse(text)
}

function started(command, args, options) {
  const process = spawn(command, args, options)
  const ready = new Promise((found, lost) => {
    createInterface({ input: process.stdout }).once('line', (line) => found(JSON.parse(line)))
    process.once('error', lost)
    process.once('exit', (code) => lost(new Error(`${command} ended with ${code}`)))
  })
  return { process, ready }
}

async function ended(process) {
  if (process.exitCode !== null || process.signalCode !== null) return
  process.kill('SIGTERM')
  await once(process, 'exit')
}

function config(folder, platform, simulator) {
  const quoted = (pairs) => Object.entries(pairs).map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)}\n`).join('')
  const clients = Object.entries(simulator.clients).map(([name, client]) => `[clients.${name}]\n${quoted(client)}`)
  return (
    quoted({ data: join(folder, 'data'), public: '127.0.0.1:0', admin: '127.0.0.1:0', 'admin-token': ADMIN, 'api-key': KEY }) +
    `[project]\nname = "Acme Health"\nredirects = ["${platform}/"]\n[rewrites]\n${quoted(simulator.rewrites)}${clients.join('')}`
  )
}

/** A platform's website, to which users come back. */
async function platform() {
  const page = '<!doctype html><html lang="en"><title>Acme</title><link rel="icon" href="data:,"><h1>Acme</h1></html>'
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(page))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, url: `http://127.0.0.1:${server.address().port}` }
}

export class Town {
  static async start() {
    const town = new Town()
    try {
      await town.furnish()
    } catch (error) {
      await town.stop()
      throw error
    }
    return town
  }

  async furnish() {
    this.folder = mkdtempSync(join(tmpdir(), 'gearshift-pages-'))
    this.platform = await platform()
    const bin = (name) => join(ROOT, 'target', 'debug', name)
    const piped = { stdio: ['pipe', 'pipe', 'inherit'] }
    this.simulator = started(bin('simulator'), ['--seed', '7', '--until-stdin-closes'], piped)
    this.cloud = await this.simulator.ready
    writeFileSync(join(this.folder, 'config.toml'), config(this.folder, this.platform.url, this.cloud))
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GEARSHIFT_')))
    const arguments_ = ['serve', '--config', join(this.folder, 'config.toml')]
    this.daemon = started(bin('gearshift'), arguments_, { stdio: ['ignore', 'pipe', 'pipe'], env: environment })
    this.daemon.process.stderr.pipe(createWriteStream(join(this.folder, 'log')))
    this.at = await this.daemon.ready
    for (const name of PLUGINS) await this.install(name)
    for (const provider of UNOFFICIAL) await this.admin('POST', `/providers/${provider}/accept`)
    await this.control('trainerroad/generation', { generation: 'react-calendar' }, '')
    this.riders = await this.control('users', { count: RIDERS, activities: 1, rides: 1 })
  }

  async install(name) {
    const component = readFileSync(join(ROOT, 'plugins', 'target', 'wasm32-wasip2', 'release', `${name}.wasm`))
    const asked = await this.admin('PUT', `/adapters/${name}`, { body: component, expected: [202] })
    await this.admin('PUT', `/adapters/${name}?grant=${asked.grant}`, { body: component })
  }

  admin(method, path, more) {
    return call(`${this.at.admin}/admin${path}`, method, { key: ADMIN, ...more })
  }

  v1(method, path, body) {
    return call(`${this.at.public}/v1${path}`, method, { key: KEY, body })
  }

  control(path, body, below = '') {
    return call(`${this.cloud.control}/${below}${path}`, 'POST', { body })
  }

  /** Somebody whom no other test knows; `sharing`: one whose sign-in at FreeStyle Libre opens several accounts. Each third lives where
   * that asks for a doctor's practice, and is left out. */
  rider(sharing = false) {
    const found = this.riders.findIndex((rider, index) => rider && index % 3 === (sharing ? 1 : 0))
    const [rider] = this.riders.splice(found, 1, null)
    return rider
  }

  /** A page for somebody, as a platform asks for it. */
  session(more = {}) {
    const { url } = this.platform
    return this.v1('POST', '/sessions', { reference: 'user 17', success: `${url}/done`, failure: `${url}/failed?from=us`, ...more })
  }

  async connections(reference) {
    const { items } = await this.v1('GET', '/connections?limit=1000')
    return items.filter((one) => one.reference === reference && one.status !== 'connecting')
  }

  /** The time of all sessions that are open is over. */
  expire() {
    const script = 'import sqlite3,sys; db=sqlite3.connect(sys.argv[1],timeout=30); db.execute("UPDATE sessions SET expires=1"); db.commit()'
    execFileSync('python3', ['-c', script, join(this.folder, 'data', 'gearshift.db')])
  }

  async stop() {
    if (this.daemon) await ended(this.daemon.process)
    if (this.simulator) await ended(this.simulator.process)
    this.platform?.server.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
