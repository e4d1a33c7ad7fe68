-- include pairing/scopes.lua
-- Approves a pending request: widens the pairing by its roles and scopes and makes sure each of
-- those roles has a token. Exactly one of several approvals and rejections wins. Protocol 01c 6.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] request id
-- ARGV[2]  scopes of the approver, joined with ","
-- ARGV[3]  id for a new token      ARGV[4] signing key for a new token
--
-- Answers {"ok", device, device id, now}, {"unknown"}, {"missing", scope}

local prefix, requestId, held = KEYS[1], ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local id = redis.call('GET', prefix .. 'request:' .. requestId)
local pendingKey = id and prefix .. 'pending:' .. id
local pending = id and load(pendingKey)
if not pending or pending.requestId ~= requestId then return { 'unknown' } end

if not has(held, 'operator.admin') then
  local lacking = missing(held, pending.scopes)
  if lacking then return { 'missing', lacking } end
end

local deviceKey = prefix .. 'device:' .. id
local device = load(deviceKey) or {}
local changes = {}

local function put(field, value)
  changes[#changes + 1] = field
  changes[#changes + 1] = value
end

for _, field in ipairs({ 'publicKey', 'displayName', 'platform', 'deviceFamily', 'clientId',
  'clientMode', 'remoteIp', 'role' }) do
  if pending[field] then put(field, pending[field]) end
end
put('roles', union(device.roles or '', pending.roles))
put('scopes', union(device.scopes or '', pending.scopes))
if not device.createdAtMs then
  put('createdAtMs', now)
  put('generation', generation(nil, time))
end
put('approvedAtMs', now)

for role in string.gmatch(pending.roles, '[^,]+') do
  local token, wanted = 'token:' .. role .. ':', pending['want:' .. role]
  local live = device[token .. 'jti'] and not device[token .. 'revoked']
  if not live or missing(device[token .. 'scopes'], wanted) then
    put(token .. 'scopes', widen(wanted, live and device[token .. 'scopes'] or ''))
    put(token .. 'jti', ARGV[3] .. (role == pending.role and '' or '.' .. role))
    put(token .. 'kid', ARGV[4])
    put(token .. (device[token .. 'created'] and 'rotated' or 'created'), now)
    redis.call('HDEL', deviceKey, token .. 'revoked')
  end
end

redis.call('HSET', deviceKey, unpack(changes))
redis.call('SADD', prefix .. 'devices', id)
redis.call('DEL', pendingKey, prefix .. 'request:' .. requestId)
redis.call('ZREM', prefix .. 'pendings', id)
return { 'ok', redis.call('HGETALL', deviceKey), id, now }
