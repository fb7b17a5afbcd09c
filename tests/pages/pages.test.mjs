// What somebody goes through who connects an account, in a real browser.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Town } from './town.mjs'
import { Visitor, launch } from './visitor.mjs'

let town
let browser

before(async () => {
  town = await Town.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await town?.stop()
})

/** A test with a visitor of its own, and a name for its user at the platform. */
function visit(name, options, body) {
  test(name, { timeout: 60_000 }, async () => {
    const visitor = await Visitor.arrive(browser, town, options)
    await body(visitor, `user of: ${name}`)
    await visitor.leave()
  })
}

const connected = async (reference) => {
  const found = await town.connections(reference)
  assert.equal(found.length, 1, JSON.stringify(found))
  assert.equal(found[0].status, 'connected')
  return found[0]
}

visit('a provider is found, agreed to and connected', {}, async (visitor, reference) => {
  const { url, expires_in } = await town.session({ reference })
  assert.ok(expires_in > 890 && expires_in <= 900, `${expires_in}`)
  const { page } = visitor
  await page.goto(url)
  assert.equal(await visitor.heading(), 'What would you like to connect?')
  assert.equal(await page.locator('.services li').count(), 9, 'with its three regions, Dexcom is there three times')
  await visitor.look('pick')

  await page.getByLabel('Search for a service').fill(' sTra')
  await visitor.click('Search')
  assert.deepEqual(await page.locator('.services li span:last-child').allInnerTexts(), ['Strava'])
  await visitor.look('search')
  await page.getByLabel('Search for a service').fill('"><script>')
  await visitor.click('Search')
  assert.equal(await page.getByLabel('Search for a service').inputValue(), '"><script>')
  await visitor.look('search-none')
  await visitor.click('Show all services', 'link')

  await visitor.click('Strava', 'link')
  assert.equal(await visitor.heading(), 'Connect Strava with Acme Health')
  assert.deepEqual(await page.locator('.reads li').allInnerTexts(), ['Your profile', 'Workouts and other activities'])
  await visitor.look('consent')
  await visitor.click('Continue to Strava')
  await visitor.authorize(town.rider())
  const back = await visitor.back()
  const { id } = await connected(reference)
  assert.deepEqual(back, { at: '/done', connection: id, reference })
})

visit('whoever goes back after connecting is told so', {}, async (visitor, reference) => {
  const rider = town.rider()
  const { url } = await town.session({ reference, providers: ['STRAVA'] })
  await visitor.page.goto(url)
  await visitor.click('Continue to Strava')
  await visitor.authorize(rider)
  const back = await visitor.back()
  // One step back is the provider's page, whose answer is spent.
  await visitor.page.goBack()
  await visitor.authorize(rider)
  assert.equal(await visitor.heading(), 'This page cannot be used')
  await visitor.look('stale')
  // The session is used, and says what came of it.
  await visitor.page.goto(url)
  assert.equal(await visitor.heading(), 'Connected')
  await visitor.look('connected')
  await visitor.click('Continue to Acme Health', 'link')
  assert.deepEqual(await visitor.back(), back)
  await connected(reference)
})

visit('whoever goes back from the provider can choose another', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference, providers: ['STRAVA', 'WHOOP'] })
  const { page } = visitor
  await page.goto(url)
  assert.equal(await page.getByLabel('Search for a service').count(), 0, 'two are seen at a glance')
  await visitor.click('Strava', 'link')
  await visitor.click('Continue to Strava')
  await page.waitForURL(`${town.cloud.base_url}/**`)
  await page.goBack()
  assert.equal(await visitor.heading(), 'Connect Strava with Acme Health')
  await visitor.click('Choose another service', 'link')
  await visitor.click('WHOOP', 'link')
  await visitor.click('Continue to WHOOP')
  await visitor.authorize(town.rider())
  assert.equal((await visitor.back()).at, '/done')
  assert.equal((await connected(reference)).provider, 'WHOOP')
})

visit('whoever denies can go back or try again', {}, async (visitor, reference) => {
  const rider = town.rider()
  const { url } = await town.session({ reference, providers: ['STRAVA'] })
  await visitor.page.goto(url)
  await visitor.click('Continue to Strava')
  await visitor.authorize(rider, 'Cancel')
  assert.equal(await visitor.heading(), 'You did not allow access')
  await visitor.look('denied')
  const [, leave] = await visitor.page.locator('.actions a').all()
  const failed = new URL(await leave.getAttribute('href'))
  assert.deepEqual(Object.fromEntries(failed.searchParams), { from: 'us', reason: 'denied', reference })
  await visitor.click('Try again', 'link')
  await visitor.click('Continue to Strava')
  await visitor.authorize(rider, 'Cancel')
  await visitor.click('Back to Acme Health', 'link')
  assert.deepEqual(await visitor.back(), { at: '/failed', from: 'us', reason: 'denied', reference })
  assert.deepEqual(await town.connections(reference), [])
  // The session is still open: a change of mind is one click.
  await visitor.page.goto(url)
  await visitor.click('Continue to Strava')
  await visitor.authorize(rider)
  assert.equal((await visitor.back()).at, '/done')
  await connected(reference)
})

visit('nothing needs a script', { javaScriptEnabled: false }, async (visitor, reference) => {
  const rider = town.rider()
  await visitor.page.goto((await town.session({ reference })).url)
  await visitor.click('TrainerRoad', 'link')
  await visitor.click('Agree and continue')
  await visitor.fill(rider.username, rider.password)
  await visitor.click('Sign in and connect')
  assert.equal((await visitor.back()).at, '/done')
  await connected(reference)
})

visit('whoever does not want to is led back', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference })
  await visitor.page.goto(url)
  await visitor.click('Not now, back to Acme Health', 'link')
  assert.deepEqual(await visitor.back(), { at: '/failed', from: 'us', reason: 'cancelled', reference })
})

visit('a password is asked for, and asked for again', {}, async (visitor, reference) => {
  const rider = town.rider()
  const { url } = await town.session({ reference, providers: ['FREESTYLELIBRE'] })
  const { page } = visitor
  await page.goto(url)
  assert.match(await page.locator('.note').innerText(), /no public interface/)
  await visitor.look('consent-form')
  await visitor.click('Agree and continue')
  assert.equal(await page.getByLabel(/Keep my password/).isChecked(), false)
  assert.equal(await page.getByLabel('E-mail').getAttribute('autocomplete'), 'username')
  assert.equal(await page.getByLabel(/^Password/).getAttribute('autocomplete'), 'current-password')
  await visitor.look('form')

  await page.getByLabel('E-mail').fill(rider.email)
  await visitor.click('Sign in and connect')
  assert.match(await page.title(), /^Problem: /)
  assert.equal(await page.locator(':focus').getAttribute('role'), 'alert', 'what is amiss is read out first')
  assert.deepEqual(await page.locator('.problem li').allInnerTexts(), ['Fill this in: Password'])
  await visitor.look('form-missing')
  await visitor.click('Fill this in: Password', 'link')
  assert.equal(await page.locator(':focus').getAttribute('type'), 'password')

  await visitor.fill(rider.email, 'not-the-password')
  await page.getByLabel(/Keep my password/).check()
  await visitor.click('Sign in and connect')
  assert.match(await page.locator('.problem').innerText(), /does not accept this sign-in/)
  assert.equal(await page.getByLabel('E-mail').inputValue(), rider.email)
  assert.equal(await page.getByLabel(/^Password/).inputValue(), '', 'no password comes back')
  assert.ok(!(await page.content()).includes('not-the-password'))
  assert.equal(await page.getByLabel(/Keep my password/).isChecked(), true)
  await visitor.look('form-refused')

  await visitor.fill(rider.email, rider.password)
  await visitor.click('Sign in and connect')
  const back = await visitor.back()
  const { id } = await connected(reference)
  assert.deepEqual(back, { at: '/done', connection: id, reference })
  for (let steps = 0; steps < 2; steps += 1) {
    await page.goBack()
    assert.equal(await visitor.heading(), 'Connected', 'the form is not there any more')
  }
})

visit('of several accounts one is chosen', {}, async (visitor, reference) => {
  const rider = town.rider(true)
  const { url } = await town.session({ reference, providers: ['FREESTYLELIBRE'] })
  const { page } = visitor
  await page.goto(url)
  await visitor.click('Agree and continue')
  await visitor.fill(rider.email, rider.password)
  await visitor.click('Sign in and connect')
  assert.equal(await visitor.heading(), 'Which account do you mean?')
  assert.ok(!(await page.content()).includes(rider.password), 'the password waits on our side')
  await visitor.look('choose')
  const choices = page.getByRole('radio')
  assert.equal(await choices.count(), 2)
  const wanted = await choices.nth(1).getAttribute('value')
  await page.reload()
  assert.equal(await choices.count(), 2, 'nothing has to be handed in again')
  await page.locator('.choice label').nth(1).click()
  await visitor.click('Connect this account')
  assert.equal((await visitor.back()).at, '/done')
  assert.equal((await connected(reference)).account, wanted)
})

visit('what a provider wants first is said', {}, async (visitor, reference) => {
  const rider = town.rider()
  await town.control('freestylelibre/step', { user: rider.username, step: 'tou' })
  const { url } = await town.session({ reference, providers: ['FREESTYLELIBRE'] })
  await visitor.page.goto(url)
  await visitor.click('Agree and continue')
  await visitor.fill(rider.email, rider.password)
  await visitor.click('Sign in and connect')
  assert.match(await visitor.heading(), /needs something from you first/)
  assert.match(await visitor.page.locator('.note').innerText(), /terms/i)
  await visitor.look('action-required')
  await town.control('freestylelibre/step', { user: rider.username })
  await visitor.click('Try again', 'link')
  await visitor.click('Agree and continue')
  await visitor.fill(rider.email, rider.password)
  await visitor.click('Sign in and connect')
  assert.equal((await visitor.back()).at, '/done')
  await connected(reference)
})

visit('a key says what becomes of it', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference, providers: ['VIRTUAGYM'] })
  await visitor.page.goto(url)
  await visitor.look('consent-key')
  await visitor.click('Agree and continue')
  assert.match(await visitor.page.locator('.note').innerText(), /kept, encrypted/)
  assert.equal(await visitor.page.getByRole('checkbox').count(), 0)
  await visitor.look('form-key')
})

visit('an expired session says so and leads back', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference, providers: ['STRAVA'] })
  const { page } = visitor
  await page.goto(url)
  town.expire()
  // Whoever has the page open already is told when they go on.
  await visitor.click('Continue to Strava')
  assert.equal(await visitor.heading(), 'This page has expired')
  await page.goto(url)
  assert.equal(await visitor.heading(), 'This page has expired')
  await visitor.look('expired')
  await visitor.click('Back to Acme Health', 'link')
  assert.deepEqual(await visitor.back(), { at: '/failed', from: 'us', reason: 'expired', reference })
  assert.deepEqual(await town.connections(reference), [])
})

visit('a double click is a click', {}, async (visitor, reference) => {
  const { page } = visitor
  await page.goto((await town.session({ reference, providers: ['STRAVA'] })).url)
  await page.getByRole('button', { name: 'Continue to Strava' }).dblclick()
  await visitor.authorize(town.rider())
  assert.equal((await visitor.back()).at, '/done')
  await connected(reference)

  const rider = town.rider()
  await page.goto((await town.session({ reference: `${reference} again`, providers: ['TRAINERROAD'] })).url)
  await page.getByRole('button', { name: 'Agree and continue' }).click()
  await visitor.fill(rider.username, rider.password)
  await page.getByRole('button', { name: 'Sign in and connect' }).dblclick()
  assert.equal((await visitor.back()).at, '/done')
  await connected(`${reference} again`)
})

visit('two tabs are one sign-in', {}, async (visitor, reference) => {
  const rider = town.rider()
  const { url } = await town.session({ reference, providers: ['STRAVA', 'TRAINERROAD'] })
  const first = visitor.page
  const second = await visitor.tab()
  for (const tab of [first, second]) {
    await tab.goto(`${url}?provider=STRAVA`)
    await tab.getByRole('button', { name: 'Continue to Strava' }).click()
    await tab.waitForURL(`${town.cloud.base_url}/**`)
  }
  const state = (tab) => new URL(tab.url()).searchParams.get('state')
  assert.equal(state(first), state(second))
  await visitor.authorize(rider, 'Authorize', first)
  assert.equal((await visitor.back(first)).at, '/done')
  await visitor.authorize(rider, 'Authorize', second)
  assert.equal(await second.locator('h1').innerText(), 'This page cannot be used')
  // A form that is still open in a third tab cannot connect a second account either.
  await second.goto(`${url}/form?provider=TRAINERROAD`)
  assert.equal(await second.locator('h1').innerText(), 'Connected')
  await connected(reference)
})

visit('what one tab has connected no other tab replaces', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference, providers: ['STRAVA', 'TRAINERROAD'] })
  const strava = visitor.page
  const form = await visitor.tab()
  const rider = town.rider()
  await form.goto(`${url}?provider=TRAINERROAD`)
  await form.getByRole('button', { name: 'Agree and continue' }).click()
  await strava.goto(`${url}?provider=STRAVA`)
  await strava.getByRole('button', { name: 'Continue to Strava' }).click()
  await strava.waitForURL(`${town.cloud.base_url}/**`)
  await form.getByLabel(/Username/).fill(rider.username)
  await form.getByLabel(/^Password/).fill(rider.password)
  await form.getByRole('button', { name: 'Sign in and connect' }).click()
  assert.equal((await visitor.back(form)).at, '/done')
  await visitor.authorize(rider, 'Authorize', strava)
  assert.equal(await strava.locator('h1').innerText(), 'Connected')
  assert.equal((await connected(reference)).provider, 'TRAINERROAD')
})

visit('a session belongs to the browser that went on', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference, providers: ['STRAVA'] })
  const other = await Visitor.arrive(browser, town)
  await other.page.goto(url)
  await visitor.page.goto(url)
  await visitor.click('Continue to Strava')
  await other.click('Continue to Strava')
  assert.equal(await other.heading(), 'This page cannot be used')
  await other.page.goto(url)
  assert.equal(await other.heading(), 'This page cannot be used')
  assert.ok(!(await other.page.content()).includes(town.platform.url), 'nor is it told where the session leads')
  await other.leave()
  await visitor.authorize(town.rider())
  assert.equal((await visitor.back()).at, '/done')
})

visit('a browser without cookies is told what to do', {}, async (visitor, reference) => {
  const { url } = await town.session({ reference, providers: ['STRAVA'] })
  await visitor.page.goto(url)
  await visitor.context.clearCookies()
  await visitor.click('Continue to Strava')
  assert.equal(await visitor.heading(), 'Begin on the page itself')
  await visitor.look('not-shown')
})

visit('a link of one connection is the same page', {}, async (visitor, reference) => {
  const begun = await town.v1('POST', '/connections', { provider: 'STRAVA', reference })
  await visitor.page.goto(begun.url)
  assert.equal(await visitor.heading(), 'Connect Strava with Acme Health')
  await visitor.look('link')
  await visitor.click('Continue to Strava')
  await visitor.authorize(town.rider())
  assert.equal(await visitor.heading(), 'Connected')
  await visitor.look('done')
  const { id } = await connected(reference)
  assert.equal(id, begun.connection)
})

/** Tabs on to what has this name; each stop on the way has to be seen. */
async function tabTo(page, name) {
  for (let stops = 0; stops < 30; stops += 1) {
    await page.keyboard.press('Tab')
    const stop = page.locator(':focus')
    if ((await stop.count()) === 0) continue
    const style = await stop.evaluate((node) => getComputedStyle(node).outlineStyle)
    assert.equal(style, 'solid', `the focus is not seen on ${await stop.evaluate((node) => node.outerHTML)}`)
    const called = await stop.evaluate((node) => (node.labels?.[0] ?? node).textContent.trim())
    if (name.test(called)) return
  }
  assert.fail(`no way to ${name} by keyboard`)
}

visit('a keyboard is enough', {}, async (visitor, reference) => {
  const rider = town.rider(true)
  const { page } = visitor
  await page.goto((await town.session({ reference })).url)
  await tabTo(page, /Search for/)
  await page.keyboard.type('libre')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=libre/)
  await tabTo(page, /Libre/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/provider=FREESTYLELIBRE/)
  await tabTo(page, /Agree and continue/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/form/)
  await tabTo(page, /E-mail/)
  await page.keyboard.type(rider.email)
  await tabTo(page, /Password/)
  await page.keyboard.type(rider.password)
  await tabTo(page, /Keep my password/)
  await page.keyboard.press('Space')
  await tabTo(page, /Sign in and connect/)
  await page.keyboard.press('Enter')
  await page.getByRole('radio').first().waitFor()
  await tabTo(page, /.+/)
  await page.keyboard.press('Space')
  await tabTo(page, /Connect this account/)
  await page.keyboard.press('Enter')
  assert.equal((await visitor.back()).at, '/done')
  await connected(reference)
})

visit('German is spoken where the platform wants it', {}, async (visitor, reference) => {
  const rider = town.rider()
  const { page } = visitor
  await page.goto((await town.session({ reference, language: 'de' })).url)
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  assert.equal(await visitor.heading(), 'Was möchten Sie verbinden?')
  await visitor.look('de-pick')
  await visitor.click('TrainerRoad', 'link')
  await visitor.look('de-consent')
  await visitor.click('Zustimmen und weiter')
  await visitor.fill(rider.username, 'falsch')
  await visitor.look('de-form')
  await visitor.click('Anmelden und verbinden')
  assert.match(await page.locator('.problem').innerText(), /nimmt diese Anmeldung nicht an/)
  await visitor.look('de-form-refused')
  await visitor.fill(rider.username, rider.password)
  await visitor.click('Anmelden und verbinden')
  assert.equal((await visitor.back()).at, '/done')
  await connected(reference)
})

visit('German is spoken where the browser wants it', { locale: 'de-AT' }, async (visitor, reference) => {
  const { page } = visitor
  await page.goto((await town.session({ reference })).url)
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  await page.goto((await town.session({ reference, language: 'en' })).url)
  assert.equal(await page.locator('html').getAttribute('lang'), 'en')
  await page.goto(`${town.at.public}/connect/failed?reason=stale-login`)
  assert.equal(await visitor.heading(), 'Diese Seite lässt sich nicht benutzen')
})

test('a platform is told what is wrong with its wish', async () => {
  const wish = async (body) => (await town.session(body).catch((error) => error)).message
  assert.match(await wish({ success: 'https://evil.example.test/' }), /400 .*"code":"redirect"/)
  assert.match(await wish({ failure: 'javascript:alert(1)' }), /400 .*"code":"redirect"/)
  assert.match(await wish({ providers: ['NOBODY'] }), /404 .*"code":"unknown-provider"/)
  assert.match(await wish({ providers: [] }), /409 .*"code":"nothing-offered"/)
  assert.match(await wish({ language: 'fr' }), /4\d\d .*"code":"body"/)
  const some = await town.session({ providers: ['NOBODY', 'STRAVA', 'ROUVY'] })
  assert.ok(some.url.endsWith(some.session))
})
