// Small helpers. Every page works without them.
(function () {
  'use strict'
  var all = function (what) { return Array.prototype.slice.call(document.querySelectorAll(what)) }
  all('.js').forEach(function (part) { part.hidden = false })
  // Errors: go to the summary, as if the page had been read from there.
  var summary = document.querySelector('.govuk-error-summary, .problems')
  if (summary) summary.focus()
  // "None of these" and the signs untick each other.
  var rest = all('input[name=rest], input[name=other]')
  var signs = all('input[name=sign], input[name=place]')
  rest.forEach(function (box) {
    box.addEventListener('change', function () {
      if (!box.checked) return
      rest.forEach(function (other) { if (other !== box) other.checked = false })
      if (box.value === 'none' || box.name === 'other') signs.forEach(function (sign) { sign.checked = false })
    })
  })
  signs.forEach(function (sign) {
    sign.addEventListener('change', function () {
      if (sign.checked) rest.forEach(function (box) { if (box.value !== 'not_sure') box.checked = false })
    })
  })
  // "I don't know" and a typed answer exclude each other.
  var typed = document.getElementById('typed')
  var unknown = all('input[type=checkbox][name=answer]')
  if (typed) {
    typed.addEventListener('input', function () { unknown.forEach(function (box) { box.checked = false }) })
    unknown.forEach(function (box) {
      box.addEventListener('change', function () {
        if (!box.checked) return
        typed.value = ''
        unknown.forEach(function (other) { if (other !== box) other.checked = false })
      })
    })
  }
  // The time zone of this device, until somebody chooses another.
  var zone = document.querySelector('[data-guess=zone]')
  if (zone && window.Intl) {
    var own = Intl.DateTimeFormat().resolvedOptions().timeZone
    if (all('#zone option').some(function (option) { return option.value === own })) zone.value = own
  }
  // A second tap on Continue sends nothing twice.
  all('form').forEach(function (form) {
    form.addEventListener('submit', function (event) {
      if (form.dataset.sent) event.preventDefault()
      form.dataset.sent = '1'
      setTimeout(function () { delete form.dataset.sent }, 3000)
    })
  })
  var tasks = {
    print: function () { window.print() },
    copy: function (button) {
      var box = document.getElementById('copy')
      box.select()
      var said = function () { button.textContent = 'Copied' }
      if (navigator.clipboard) navigator.clipboard.writeText(box.value).then(said)
      else if (document.execCommand('copy')) said()
    }
  }
  all('[data-do]').forEach(function (button) {
    button.addEventListener('click', function () { tasks[button.dataset.do](button) })
  })
  // Clinicians: type a word, Enter goes to the next field that carries it.
  var find = document.getElementById('find')
  if (find) {
    find.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter') return
      event.preventDefault()
      var word = find.value.trim().toLowerCase()
      if (!word) return
      var hits = all('.grid label').filter(function (label) { return label.firstChild.textContent.toLowerCase().indexOf(word) >= 0 })
      var last = hits.indexOf(document.querySelector('.found'))
      all('.found').forEach(function (label) { label.classList.remove('found') })
      var hit = hits[(last + 1) % hits.length]
      if (!hit) return
      hit.closest('details').open = true
      hit.classList.add('found')
      hit.querySelector('select,input').focus()
    })
  }
})()
