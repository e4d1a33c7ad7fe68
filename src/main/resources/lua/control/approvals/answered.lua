-- Notes that the requester has been given the decision, when, and over which connection.
-- KEYS[1] record, ARGV[1] createdAtMs, ARGV[2] origin that is answered
-- Returns 1 when noted
if redis.call('HGET', KEYS[1], 'createdAtMs') ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'answered', now, 'origin', ARGV[2])
return 1
