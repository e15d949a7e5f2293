// The whole script of the product: a token from the gateway, a call to the API, and a look into the token.
const { document } = globalThis

const find = id => document.getElementById(id)

function decode (part) {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

async function fetchToken (app) {
  const answer = await fetch('/auth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf': '1' },
    body: JSON.stringify({ app })
  })
  if (!answer.ok) throw new Error(answer.status === 401 ? 'You are not signed in any more.' : `The gateway gave no token (${answer.status}).`)
  return (await answer.json()).access_token
}

async function fetchOrders (token) {
  const answer = await fetch('/api/orders', { headers: { authorization: `Bearer ${token}` } })
  if (!answer.ok) throw new Error(`The API refused the token (${answer.status}).`)
  return (await answer.json()).orders
}

function element (name, text, className = '') {
  const made = document.createElement(name)
  made.textContent = text
  made.className = className
  return made
}

function showOrders (orders) {
  find('orders').querySelector('tbody').replaceChildren(...orders.map(order => {
    const row = element('tr', '')
    row.append(element('td', order.number), element('td', order.item), element('td', order.quantity, 'number'), element('td', order.status))
    return row
  }))
  find('orders').hidden = false
}

function showToken (token) {
  const [header, claims] = token.split('.', 2).map(decode)
  find('token-header').textContent = JSON.stringify(header, null, 2)
  find('token-claims').textContent = JSON.stringify(claims, null, 2)
  find('lifetime').textContent = `${claims.exp - claims.iat} seconds`
  find('token').hidden = false
}

find('load').addEventListener('click', async ({ currentTarget }) => {
  currentTarget.disabled = true
  find('problem').hidden = true
  try {
    const token = await fetchToken(currentTarget.dataset.app)
    showToken(token)
    showOrders(await fetchOrders(token))
  } catch (error) {
    find('problem').textContent = error.message
    find('problem').hidden = false
  }
  find('load').disabled = false
})
