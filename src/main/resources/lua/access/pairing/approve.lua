-- include access/pairing/scopes.lua
-- Approves a pending request: gives each of its roles the scopes asked for in that role, and a token.
-- Exactly one of several approvals and rejections wins. Protocol 01c 6.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] request id
-- ARGV[2]  scopes of the approver, joined with ","
-- ARGV[3]  id for a new token      ARGV[4] signing key for a new token
-- ARGV[5]  device of the approver, or ""    ARGV[6] how people know it, or ""
-- ARGV[7]  names of the facts, joined with ","
-- ARGV[8]  scopes it is given of those it asked for, joined with ",", or "*"
--
-- Answers {"ok", device, device id, now}, {"unknown"}, {"missing", scope}

local prefix, requestId, held = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local id = redis.call('GET', prefix .. 'request:' .. requestId)
local pendingKey = id and prefix .. 'pending:' .. id
local pending = id and load(pendingKey)
if not pending or pending.requestId ~= requestId then return { 'unknown' } end

if ARGV[8] ~= '*' then
  pending.scopes = ''
  for role in string.gmatch(pending.roles, '[^,]+') do
    local wanted, given = pending['want:' .. role] or '', ''
    for scope in string.gmatch(ARGV[8], '[^,]+') do
      if covers(wanted, scope) then given = union(given, scope) end
    end
    pending['want:' .. role] = given
    pending.scopes = union(pending.scopes, given)
  end
end

if not has(held, 'operator.admin') then
  local lacking = missing(held, pending.scopes)
  for role in string.gmatch(pending.roles, '[^,]+') do
    lacking = lacking or missing(held, pending['want:' .. role] or '')
  end
  if lacking then return { 'missing', lacking } end
end

local deviceKey = prefix .. 'device:' .. id
local record = open(deviceKey)
approved(record, pending.publicKey, 'approval', ARGV[5], ARGV[6], time, now)
for field in string.gmatch(ARGV[7] .. ',role', '[^,]+') do
  if pending[field] then record.put(field, pending[field]) end
end
for role in string.gmatch(pending.roles, '[^,]+') do
  local jti = ARGV[3] .. (role == pending.role and '' or '.' .. role)
  grant(record, role, pending['want:' .. role] or '', jti, ARGV[4], now)
  record.put('approved:' .. role, now)
end
record.write()

redis.call('SADD', prefix .. 'devices', id)
redis.call('DEL', pendingKey, prefix .. 'request:' .. requestId)
redis.call('ZREM', prefix .. 'pendings', id)
return { 'ok', redis.call('HGETALL', deviceKey), id, now }
