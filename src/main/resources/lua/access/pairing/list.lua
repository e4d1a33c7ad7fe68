-- Reads one bucket: every paired device and every request still pending. Protocol 01c 6.4.
--
-- KEYS[1]  prefix of the bucket
--
-- Answers {devices, requests}; a device is {id, fields}, a request its fields

local prefix = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local devices, requests = {}, {}
for _, id in ipairs(redis.call('SMEMBERS', prefix .. 'devices')) do
  devices[#devices + 1] = { id, redis.call('HGETALL', prefix .. 'device:' .. id) }
end
redis.call('ZREMRANGEBYSCORE', prefix .. 'pendings', '-inf', string.format('%.0f', now))
for _, id in ipairs(redis.call('ZRANGE', prefix .. 'pendings', 0, -1)) do
  local request = redis.call('HGETALL', prefix .. 'pending:' .. id)
  if #request > 0 then requests[#requests + 1] = request end
end
return { devices, requests }
