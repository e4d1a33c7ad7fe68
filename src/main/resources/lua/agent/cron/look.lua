-- Looks for work: jobs that are due, and runs whose instance has let their lease run out. Changes nothing.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] most jobs of each kind to answer
--
-- Answers {now, next due time after now or "", due jobs, jobs with a lost run}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function jobs(set)
  local found = {}
  for i, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1] .. set, '-inf', now, 'LIMIT', 0, ARGV[1])) do
    found[i] = redis.call('HGETALL', KEYS[1] .. 'job:' .. id)
  end
  return found
end
local after = redis.call('ZRANGEBYSCORE', KEYS[1] .. 'due', '(' .. string.format('%.0f', now), '+inf', 'WITHSCORES',
  'LIMIT', 0, 1)
return { now, after[2] or '', jobs('due'), jobs('running') }
