-- Prolongs the leases of runs.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] length of a lease, in ms; then id, token pairs
--
-- Answers the ids of runs that are not the caller's any more

local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local lost = {}
for i = 2, #ARGV, 2 do
  local jobKey = KEYS[1] .. 'job:' .. ARGV[i]
  if redis.call('HGET', jobKey, 'run') == ARGV[i + 1] then
    redis.call('HSET', jobKey, 'until', ends)
    redis.call('ZADD', KEYS[1] .. 'running', ends, ARGV[i])
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
