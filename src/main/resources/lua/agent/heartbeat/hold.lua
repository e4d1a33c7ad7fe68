-- Prolongs the lease of a heartbeat, or ends it.
-- KEYS[1] prefix of all heartbeat keys
-- ARGV[1] agent, ARGV[2] token of the heartbeat, ARGV[3] length of the lease in milliseconds, 0 to end it
-- Returns 1 when it still is the caller's
local agent = KEYS[1] .. 'agent:' .. ARGV[1]
if redis.call('HGET', agent, 'run') ~= ARGV[2] then
  return 0
end
if ARGV[3] == '0' then
  redis.call('HDEL', agent, 'run', 'until')
else
  local time = redis.call('TIME')
  redis.call('HSET', agent, 'until', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3])
end
return 1
