-- include access/pairing/scopes.lua
-- Forgets a paired device entirely, with its tokens and whatever it is asking for. What stays for a week is that it was
-- removed, so that its absence is not taken for lost data. Of a device that is more than a node, its being a node can
-- be forgotten alone. Either needs operator.admin for a node. Protocol 05 14, 15.1.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id
-- ARGV[2]  scopes of the caller, joined with ","
-- ARGV[3]  device id of the caller, or ""
-- ARGV[4]  "1": as a node only
--
-- Answers {"ok", pending request id or "", now, generation, "1" when the device is still paired}, {"unknown"},
-- {"missing", scope}

local prefix, id, held, asNode = KEYS[1], ARGV[1], ARGV[2], ARGV[4] == '1'
local deviceKey, pendingKey = prefix .. 'device:' .. id, prefix .. 'pending:' .. id
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local record = open(deviceKey)
local device = record.fields
if not device.roles or (asNode and not has(device.roles, 'node')) then return { 'unknown' } end

if not has(held, 'operator.admin') and id ~= ARGV[3] then
  local lacking = has(device.roles, 'node') and 'operator.admin' or missing(held, grantedInAll(device))
  if lacking then return { 'missing', lacking } end
end

local others = {}
for role in string.gmatch(device.roles, '[^,]+') do
  if role ~= 'node' then others[#others + 1] = role end
end
if asNode and #others > 0 then
  for _, field in ipairs(redis.call('HKEYS', deviceKey)) do
    if string.sub(field, 1, 11) == 'token:node:' then record.drop(field) end
  end
  withdraw(record, 'node', now)
  record.put('roles', table.concat(others, ','))
  record.put('scopes', grantedInAll(device))
  lose(record, 'node', time)
  if device.role == 'node' then record.put('role', others[1]) end
  record.write()
  return { 'ok', '', now, device.generation, '1' }
end

local requestId = redis.call('HGET', pendingKey, 'requestId') or ''
redis.call('DEL', deviceKey, pendingKey, prefix .. 'request:' .. requestId)
redis.call('SET', prefix .. 'removed:' .. id, now, 'PX', 604800000)
redis.call('SREM', prefix .. 'devices', id)
redis.call('ZREM', prefix .. 'pendings', id)
return { 'ok', requestId, now, generation(device.generation, time), '0' }
