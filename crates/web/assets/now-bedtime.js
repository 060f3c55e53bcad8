// Bedtime, counted aloud: ten seconds, three times, calf and thigh, both legs; five seconds between to change.
(function () {
  'use strict'
  function id (what) { return document.getElementById(what) }
  function text (what, words) { if (id(what).textContent !== words) id(what).textContent = words }
  var plan = []
  ;[['Calf', 'Leg straight, toes to your nose.'], ['Back of the thigh', 'Heel far out. Lean forward, back straight.']].forEach(function (part) {
    ['left', 'right'].forEach(function (side) {
      for (var turn = 1; turn <= 3; turn++) {
        plan.push({ what: part[0] + ', ' + side + ' leg', how: 'Get ready. ' + part[1], seconds: 5, ready: true })
        plan.push({ what: part[0] + ', ' + side + ' leg', how: 'Hold. ' + turn + ' of 3. Keep breathing.', seconds: 10 })
      }
    })
  })
  var at = -1
  var until = 0
  var left = 0
  var running = 0
  var show = function () {
    var step = plan[at]
    if (!step) {
      clearInterval(running)
      running = 0
      at = -1
      text('g-what', 'Well done')
      text('g-clock', '✓')
      text('g-how', 'That is all for tonight.')
      text('g-said', 'Well done. That is all for tonight.')
      text('g-start', 'Start again')
      id('g-skip').hidden = true
      document.querySelector('[name=did][value=stretch]').checked = true
      return
    }
    text('g-what', step.what)
    text('g-how', step.how)
    text('g-clock', String(Math.max(0, Math.ceil((running ? until - performance.now() : left) / 1000))))
  }
  var go = function (next) {
    at = next
    if (plan[at]) {
      until = performance.now() + plan[at].seconds * 1000
      text('g-said', (plan[at].ready ? plan[at].what + '. ' : '') + plan[at].how)
    }
    show()
  }
  var step = function () { if (performance.now() >= until) go(at + 1); else show() }
  id('guide').hidden = false
  id('g-start').addEventListener('click', function () {
    if (running) {
      left = until - performance.now()
      clearInterval(running)
      running = 0
      text('g-start', 'Go on')
      return
    }
    if (at < 0) go(0)
    else until = performance.now() + left
    running = setInterval(step, 200)
    text('g-start', 'Pause')
    id('g-skip').hidden = false
    show()
  })
  id('g-skip').addEventListener('click', function () {
    go(at + 1)
    if (!running && plan[at]) { left = plan[at].seconds * 1000; show() }
  })
})()
