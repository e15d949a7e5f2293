// The whole script of the product: a token from the gateway, a call to the API, and a look into the token.
import { fetchWithToken, session, token } from './browser-module.js'

const { document, location } = globalThis

const find = id => document.getElementById(id)

function decode (part) {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0))
  return JSON.parse(new TextDecoder().decode(bytes))
}

async function fetchOrders (app) {
  const answer = await fetchWithToken(app, '/api/orders')
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
  const { app } = currentTarget.dataset
  try {
    showToken(await token(app))
    showOrders(await fetchOrders(app))
  } catch (error) {
    find('problem').textContent = error.message
    find('problem').hidden = false
  }
  find('load').disabled = false
})

// Signed out in another tab: whoever comes back to this one finds no more what it showed.
document.addEventListener('visibilitychange', async () => {
  if (!document.hidden && await session().catch(() => undefined) === null) location.reload()
})
