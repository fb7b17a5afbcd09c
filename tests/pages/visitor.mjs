// Somebody at a browser, and what is watched of every page that they see.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { ROOT } from './town.mjs'

const require = createRequire(join(process.env.PAGES_MODULES, 'node_modules', 'here.js'))
const { chromium } = require('playwright-core')
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const PICTURES = join(ROOT, 'target', 'pages')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const SCHEMES = ['light', 'dark']
const WIDTHS = [360, 1280]
const QUIET = ['gpu', 'quic', 'sync', 'background-networking', 'component-update'].map((what) => `--disable-${what}`)

export function launch() {
  mkdirSync(PICTURES, { recursive: true })
  const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : []
  const args = ['--headless', '--no-first-run', ...QUIET, ...sandbox]
  return chromium.launch({ executablePath: process.env.CHROMIUM, args })
}

/** A browser of somebody's own. `problems` is what should not have happened. */
export class Visitor {
  static async arrive(browser, town, options = {}) {
    const visitor = new Visitor()
    visitor.town = town
    visitor.problems = []
    visitor.context = await browser.newContext({ locale: 'en-GB', ...options })
    visitor.context.setDefaultTimeout(15_000)
    visitor.page = await visitor.tab()
    return visitor
  }

  async tab() {
    const page = await this.context.newPage()
    page.on('request', (request) => this.within(request.url()))
    page.on('response', (response) => this.guarded(response))
    page.on('pageerror', (error) => this.problems.push(`script: ${error}`))
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/i.test(message.text())) this.problems.push(message.text())
    })
    return page
  }

  within(url) {
    const { protocol, hostname } = new URL(url)
    if (protocol !== 'data:' && hostname !== '127.0.0.1') this.problems.push(`a request to ${url}`)
  }

  /** Every page of ours is kept from caches, frames and other sites. */
  guarded(response) {
    const headers = response.headers()
    const ours = response.url().startsWith(this.town.at.public) && (headers['content-type'] ?? '').startsWith('text/html')
    if (!ours) return
    const wanted = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' }
    for (const [name, value] of Object.entries(wanted)) {
      if (headers[name] !== value) this.problems.push(`${response.url()}: ${name} is ${headers[name]}`)
    }
    const policy = headers['content-security-policy'] ?? ''
    for (const part of ["default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) {
      if (!policy.includes(part)) this.problems.push(`${response.url()}: no ${part} in ${policy}`)
    }
    if (policy.includes('unsafe') || policy.includes('script-src')) this.problems.push(`${response.url()}: ${policy}`)
  }

  /** Judges a page in both schemes and both widths, and takes its picture. */
  async look(name, page = this.page) {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}-${width}.png`), fullPage: true })
        const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
        assert.ok(wide <= 0, `${name} at ${width} scrolls sideways by ${wide}`)
        const { violations } = await page.evaluate(`${AXE}; axe.run({ runOnly: ${JSON.stringify(TAGS)} })`)
        const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html).join('\n  ')}`)
        assert.deepEqual(told, [], `${name}, ${colorScheme}, ${width}`)
      }
    }
  }

  heading() {
    return this.page.locator('h1').innerText()
  }

  click(name, role = 'button') {
    return this.page.getByRole(role, { name }).click()
  }

  /** Signs in at the simulator's page of a provider that has OAuth 2. */
  async authorize(rider, answer = 'Authorize', page = this.page) {
    await page.getByRole('textbox', { name: 'E-mail' }).fill(rider.email)
    await page.getByLabel('Password').fill(rider.password)
    await page.getByRole('button', { name: answer }).click()
  }

  /** Fills in our form. */
  async fill(name, password) {
    await this.page.getByLabel(/E-mail|E-Mail|Username/).fill(name)
    await this.page.getByLabel(/^(Password|Passwort)$/).fill(password)
  }

  /** Where the platform got its user back: the path, and what was said. */
  async back(page = this.page) {
    const there = page.getByRole('heading', { name: 'Acme', exact: true })
    await there.waitFor().catch(async () => assert.fail(`still at ${page.url()}: ${await page.locator('body').innerText()}`))
    const { pathname, searchParams } = new URL(page.url())
    return { at: pathname, ...Object.fromEntries(searchParams) }
  }

  async leave() {
    await this.context.close()
    assert.deepEqual(this.problems, [])
  }
}
