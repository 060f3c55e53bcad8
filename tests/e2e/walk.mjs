// Walks through the check as a person would, with the mouse, the keyboard or without scripts.

/** Answers of a person with ordinary night cramps. Keys are parts of a page's address. */
export const ORDINARY = {
  '/check/country': { country: 'uk' },
  '/check/who': { who: 'me' },
  '/check/q/leg_cramps': { answer: 'yes' },
  '/check/where': { place: ['left-calf', 'right-calf'] },
  '/check/q/age': { typed: '66' },
  '/check/q/sex': { answer: 'female' },
  '/check/q/pregnant': { answer: 'no' },
  '/check/danger/call_now': { rest: 'none' },
  '/check/danger/today': { rest: 'none' },
  '/check/danger/past': { rest: 'none' },
  '/check/medicines': { list: 'Ventolin\natorvastatin 40 mg at night\nbendroflumethazide\nzzyzx', complete: 'complete' },
  '/check/medicines/review': 'first of each',
  '/check/medicines/when': {},
  '/check/illnesses': { illness: ['hypertension'], complete: 'complete' },
}

/** Answers to questions that the reasoner chooses; all others are answered with "I don't know". */
export const CHOSEN = {
  hard_knot: 'yes', relief_stretching: 'yes', nocturnal_symptoms: 'yes', well_between_cramps: 'yes', urge_to_move_legs: 'no',
  laterality: 'either', calf_cramps: 'yes', worse_walking: 'no', wakes_from_sleep: 'yes', daytime_symptoms: 'no',
  pain_between_cramps: 'no', leg_numbness: 'no', burning_feet: 'no', leg_weakness: 'no', smokes: 'no', fever: 'no',
}

const path = page => new URL(page.url()).pathname

async function set (page, name, value) {
  const field = page.locator(`[name="${name}"]`).first()
  const kind = await field.evaluate(node => node.type)
  if (kind === 'radio' || kind === 'checkbox') {
    for (const one of [value].flat()) await page.locator(`[name="${name}"][value="${one}"]`).check({ force: true })
  } else if (kind === 'select-one') await field.selectOption(value)
  else await field.fill(value)
}

/** Fills the form of the page that is open; returns false when there is none to fill. */
export async function fill (page, plan) {
  const here = path(page)
  const answers = plan[here]
  if (answers === 'first of each') {
    const names = await page.locator('form.narrow input[type=radio]').evaluateAll(all => [...new Set(all.map(one => one.name))])
    for (const name of names) await page.locator(`[name="${name}"]`).first().check({ force: true })
    return true
  }
  if (answers) {
    for (const [name, value] of Object.entries(answers)) await set(page, name, value)
    return true
  }
  const question = here.match(/^\/check\/q\/(\w+)$/)
  if (!question) return false
  const wanted = CHOSEN[question[1]]
  const there = wanted && await page.locator(`[name="answer"][value="${wanted}"]`).count()
  await set(page, 'answer', there ? wanted : 'unknown')
  return true
}

export const send = page => Promise.all([page.waitForNavigation(), page.locator('form.narrow .govuk-button').click()])

/** From the start to the list of answers. `each` sees every page before it is answered. */
export async function walk (page, base, plan = ORDINARY, each = async () => {}) {
  await page.goto(`${base}/check/country`)
  const seen = []
  for (let at = 0; at < 60; at++) {
    const here = path(page)
    seen.push(here)
    await each(page, here)
    if (!await fill(page, plan)) return seen
    await send(page)
  }
  throw new Error(`no end after ${seen.join(' ')}`)
}

/** Presses Tab until the wanted element has the focus; fails when the page is passed twice. */
async function tabTo (page, wanted) {
  for (let at = 0; at < 200; at++) {
    if (await page.evaluate(what => document.activeElement?.matches(what), wanted)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach ${wanted} on ${page.url()}`)
}

/** One page with the keyboard alone: Tab, arrows, Space, typing, Enter. */
async function keyPage (page, plan) {
  const here = path(page)
  const question = here.match(/^\/check\/q\/(\w+)$/)
  let answers = plan[here]
  if (!answers && question) {
    const wanted = CHOSEN[question[1]]
    answers = { answer: wanted && await page.locator(`[name="answer"][value="${wanted}"]`).count() ? wanted : 'unknown' }
  }
  if (!answers) return false
  if (answers === 'first of each') {
    const names = await page.locator('form.narrow input[type=radio]').evaluateAll(all => [...new Set(all.map(one => one.name))])
    for (const name of names) {
      await tabTo(page, `[name="${name}"]`)
      await page.keyboard.press('Space')
    }
    answers = {}
  }
  for (const [name, value] of Object.entries(answers)) {
    for (const one of [value].flat()) {
      const kind = await page.locator(`[name="${name}"]`).first().evaluate(node => node.type)
      if (kind === 'checkbox') {
        await tabTo(page, `[name="${name}"][value="${one}"]`)
        await page.keyboard.press('Space')
      } else if (kind === 'radio') {
        await tabTo(page, `[name="${name}"]`)
        await page.keyboard.press('Space')
        for (let at = 0; at < 20 && !await page.evaluate(v => document.activeElement.value === v, one); at++) await page.keyboard.press('ArrowDown')
      } else {
        await tabTo(page, `[name="${name}"]`)
        await page.keyboard.type(one)
      }
    }
  }
  await tabTo(page, 'form.narrow .govuk-button')
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  return true
}

export async function walkByKeyboard (page, base, plan = ORDINARY) {
  await page.goto(`${base}/check/country`)
  for (let at = 0; at < 60; at++) if (!await keyPage(page, plan)) return path(page)
  throw new Error('no end')
}
