// This phone: what waits on it, and what the diary would not take.
(function () {
  'use strict'
  var box = window.charley
  function id (what) { return document.getElementById(what) }
  function text (what, words) { if (id(what).textContent !== words) id(what).textContent = words }
  function describe (body) {
    if (body.kind === 'episode') return 'A cramp'
    if (body.kind === 'night') return 'A morning answer'
    if (body.kind === 'undo') return 'An undo'
    return body.kind === 'exposure' ? 'Done at bedtime: ' + body.what : 'An entry'
  }
  function when (at) {
    return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }).format(new Date(at))
  }
  id('box').hidden = false
  id('b-plain').hidden = window.isSecureContext !== false
  id('b-send').addEventListener('click', function () { box.flush() })
  if (navigator.storage && navigator.storage.persisted) {
    var told = function (yes) {
      text('b-kept', yes ? 'This browser has promised to keep it.' : 'This browser has not promised to keep it.')
      id('b-keep').hidden = yes === true
    }
    navigator.storage.persisted().then(told)
    id('b-keep').addEventListener('click', function () { box.keep().then(told) })
  }
  var WORDS = {
    sent: 'Nothing waits here. All is in your diary.',
    unpaired: 'This phone is not paired with a diary now.',
    none: 'This Charley keeps no diary.',
    reader: 'You may read this diary, but not write in it.',
    waiting: 'No answer from the diary yet.'
  }
  box.onchange(function (state) {
    var waits = state.waiting === 1 ? '1 entry waits on this phone.' : state.waiting + ' entries wait on this phone.'
    var all = state.how === 'sent' && state.wrong.length ? 'The rest is in your diary.' : WORDS[state.how]
    text('b-state', state.waiting ? waits + (state.how === 'sent' ? '' : ' ' + WORDS[state.how]) + (state.how === 'unpaired' ? ' Pair it again below: nothing is lost.' : '') : all)
    text('b-last', state.last ? 'Last sent: ' + when(state.last) + '.' : '')
    id('b-send').hidden = !state.waiting
    id('b-wrong').hidden = !state.wrong.length
    var list = id('b-list')
    list.textContent = ''
    state.wrong.forEach(function (entry) {
      var row = document.createElement('li')
      var words = document.createElement('p')
      words.textContent = describe(entry.body) + ', ' + when(entry.at) + '. ' + entry.why
      row.appendChild(words)
      ;[['Try again', true], ['Delete', false]].forEach(function (choice) {
        var button = document.createElement('button')
        button.type = 'button'
        button.className = 'plain'
        button.textContent = choice[0]
        button.addEventListener('click', function () { box.decide(entry.id, choice[1]) })
        row.appendChild(button)
      })
      list.appendChild(row)
    })
  })
})()
