-- include pairing/scopes.lua
-- Forgets a paired device entirely, with its tokens and whatever it is asking for. What stays for a week is that it was
-- removed, so that its absence is not taken for lost data. Protocol 05 14.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id
-- ARGV[2]  scopes of the caller, joined with ","
-- ARGV[3]  device id of the caller, or ""
--
-- Answers {"ok", pending request id or "", now, generation}, {"unknown"}, {"missing", scope}

local prefix, id, held = KEYS[1], ARGV[1], ARGV[2]
local deviceKey, pendingKey = prefix .. 'device:' .. id, prefix .. 'pending:' .. id
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local device = redis.call('HMGET', deviceKey, 'roles', 'scopes', 'generation')
if not device[1] then return { 'unknown' } end

if not has(held, 'operator.admin') and id ~= ARGV[3] then
  local lacking = has(device[1], 'node') and 'operator.admin' or missing(held, device[2])
  if lacking then return { 'missing', lacking } end
end

local requestId = redis.call('HGET', pendingKey, 'requestId') or ''
redis.call('DEL', deviceKey, pendingKey, prefix .. 'request:' .. requestId)
redis.call('SET', prefix .. 'removed:' .. id, now, 'PX', 604800000)
redis.call('SREM', prefix .. 'devices', id)
redis.call('ZREM', prefix .. 'pendings', id)
return { 'ok', requestId, now, generation(device[3], time) }
