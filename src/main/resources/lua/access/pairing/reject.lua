-- Rejects a pending request; nothing else changes, the device may ask again. Protocol 01c 6.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] request id
--
-- Answers {"ok", device id, now} or {"unknown"}

local prefix, requestId = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local id = redis.call('GET', prefix .. 'request:' .. requestId)
if not id or redis.call('HGET', prefix .. 'pending:' .. id, 'requestId') ~= requestId then
  return { 'unknown' }
end
redis.call('DEL', prefix .. 'pending:' .. id, prefix .. 'request:' .. requestId)
redis.call('ZREM', prefix .. 'pendings', id)
return { 'ok', id, now }
