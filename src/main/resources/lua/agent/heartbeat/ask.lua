-- Asks for heartbeats soon; what is asked for within a moment is one heartbeat. Protocol 03 21.
-- KEYS[1] prefix of all heartbeat keys
-- ARGV[1] wait in milliseconds, ARGV[2] reason, then the agents
local time = redis.call('TIME')
local at = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 3, #ARGV do
  local agent = KEYS[1] .. 'agent:' .. ARGV[i]
  if redis.call('HSETNX', agent, 'asked', at) == 1 then redis.call('HSET', agent, 'reason', ARGV[2]) end
end
return 1
