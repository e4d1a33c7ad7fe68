-- Forgets a paired node, the name people gave it and what it is asking for.
-- KEYS[1] hash of requests, KEYS[2] hash node -> request, KEYS[3] hash of paired nodes,
-- KEYS[4] hash node -> name given by people, KEYS[5] sorted set of requests by their end in ms
-- ARGV[1] node
-- Returns {1 when there was anything but a name, its pending request or '', now}
local time = redis.call('TIME')
local request = redis.call('HGET', KEYS[2], ARGV[1])
if request then
  redis.call('HDEL', KEYS[1], request)
  redis.call('ZREM', KEYS[5], request)
  redis.call('HDEL', KEYS[2], ARGV[1])
end
local paired = redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
return {(request or paired == 1) and 1 or 0, request or '',
  time[1] * 1000 + math.floor(time[2] / 1000)}
