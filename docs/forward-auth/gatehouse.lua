-- HAProxy has no question of its own to ask before a request: this asks it. 2.6 or later, nothing to install beside it.
-- http-request lua.gatehouse_check <url> leaves the answer in txn.gatehouse_status and txn.gatehouse_<header>. No answer is a 503.

local asked = { 'cookie', 'accept', 'sec-fetch-mode', 'authorization' }
local answered = { 'authorization', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-tenant', 'x-auth-request-roles', 'location' }

local function variable (name)
  return 'txn.gatehouse_' .. string.gsub(name, '-', '_')
end

core.register_action('gatehouse_check', { 'http-req' }, function (txn, url)
  txn:set_var('txn.gatehouse_status', 503)
  local sent = txn.http:req_get_headers()
  -- What the client said is passed on by name, and where it came from and goes to as HAProxy knows it.
  local headers = {
    ['host'] = { txn:get_var('txn.site') },
    ['x-forwarded-host'] = { txn:get_var('txn.site') },
    ['x-forwarded-proto'] = { txn.f:ssl_fc() == 1 and 'https' or 'http' },
    ['x-forwarded-for'] = { txn.f:src() },
    ['x-forwarded-uri'] = { txn.f:pathq() }
  }
  for _, name in ipairs(asked) do
    if sent[name] ~= nil then
      headers[name] = {}
      for place, value in pairs(sent[name]) do headers[name][place + 1] = value end
    end
  end
  local answer = core.httpclient():get{ url = url .. (txn:get_var('txn.any_of') or ''), headers = headers, timeout = 5000 }
  if answer == nil or answer.status == nil or answer.status == 0 then return end
  for _, name in ipairs(answered) do
    local values = answer.headers ~= nil and answer.headers[name] or nil
    if values ~= nil then txn:set_var(variable(name), values[0] or values[1]) end
  end
  txn:set_var('txn.gatehouse_status', answer.status)
end, 1)
