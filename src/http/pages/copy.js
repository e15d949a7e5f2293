// Which values can be copied with one click? Each that stands before a button of this kind. Without this script they can be selected.
for (const button of document.querySelectorAll('.copy > button')) {
  const value = button.previousElementSibling
  if (value === null) continue
  const label = button.textContent
  let waiting
  const say = text => {
    button.textContent = text
    clearTimeout(waiting)
    waiting = setTimeout(() => { button.textContent = label }, 2000)
  }
  button.hidden = false
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(value.textContent)
      say('Copied')
    } catch {
      // Not allowed here: then it is at least selected, and the keyboard does the rest.
      document.getSelection()?.selectAllChildren(value)
      say('Selected')
    }
  })
}
