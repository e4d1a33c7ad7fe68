-- include pairing/scopes.lua
-- Forgets a paired device entirely, with its tokens and whatever it is asking for. What stays for a week is that it was
-- removed, so that its absence is not taken for lost data. Of a device that is more than a node, its being a node can
-- be forgotten alone. Protocol 05 14, 15.1.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id
-- ARGV[2]  scopes of the caller, joined with ","
-- ARGV[3]  device id of the caller, or ""
-- ARGV[4]  "1": as a node only, which every caller may
--
-- Answers {"ok", pending request id or "", now, generation, "1" when the device is still paired}, {"unknown"},
-- {"missing", scope}

local prefix, id, held, asNode = KEYS[1], ARGV[1], ARGV[2], ARGV[4] == '1'
local deviceKey, pendingKey = prefix .. 'device:' .. id, prefix .. 'pending:' .. id
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local device = redis.call('HMGET', deviceKey, 'roles', 'scopes', 'generation')
if not device[1] or (asNode and not has(device[1], 'node')) then return { 'unknown' } end

if not asNode and not has(held, 'operator.admin') and id ~= ARGV[3] then
  local lacking = has(device[1], 'node') and 'operator.admin' or missing(held, device[2])
  if lacking then return { 'missing', lacking } end
end

local others = {}
for role in string.gmatch(device[1], '[^,]+') do
  if role ~= 'node' then others[#others + 1] = role end
end
if asNode and #others > 0 then
  local after = generation(device[3], time)
  for _, field in ipairs(redis.call('HKEYS', deviceKey)) do
    if string.sub(field, 1, 11) == 'token:node:' then redis.call('HDEL', deviceKey, field) end
  end
  redis.call('HSET', deviceKey, 'roles', table.concat(others, ','), 'generation', after)
  if redis.call('HGET', deviceKey, 'role') == 'node' then redis.call('HSET', deviceKey, 'role', others[1]) end
  return { 'ok', '', now, after, '1' }
end

local requestId = redis.call('HGET', pendingKey, 'requestId') or ''
redis.call('DEL', deviceKey, pendingKey, prefix .. 'request:' .. requestId)
redis.call('SET', prefix .. 'removed:' .. id, now, 'PX', 604800000)
redis.call('SREM', prefix .. 'devices', id)
redis.call('ZREM', prefix .. 'pendings', id)
return { 'ok', requestId, now, generation(device[3], time), '0' }
