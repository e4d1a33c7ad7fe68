-- What the scripts of this folder know about cron jobs. A job is a hash under 'job:<id>': its definition and revision,
-- 'enabled', 'next' (the next due time), what became of its last run, and while it runs 'run' (the token of the run),
-- 'runAt', 'owner' and 'until' (the end of the run's lease). Beside the jobs lie 'ids' by the time they were added, 'due'
-- by next due time without those that run, 'running' by end of lease, and 'runs:<id>', a job's run log. All times are
-- milliseconds of Redis time. Included by them. Protocol 03 22.

local prefix, id = KEYS[1], ARGV[1]
local jobKey = prefix .. 'job:' .. id
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function field(name)
  return redis.call('HGET', jobKey, name)
end

local function setNext(due)
  if due == '' then redis.call('HDEL', jobKey, 'next') else redis.call('HSET', jobKey, 'next', due) end
end

-- A job waits in 'due' as long as it has a next time and does not run.
local function arm()
  local known = redis.call('HMGET', jobKey, 'next', 'run', 'removed')
  if known[1] and not known[2] and not known[3] then
    redis.call('ZADD', prefix .. 'due', known[1], id)
  else
    redis.call('ZREM', prefix .. 'due', id)
  end
end

local function forget(logMs)
  redis.call('DEL', jobKey)
  redis.call('ZREM', prefix .. 'due', id)
  redis.call('ZREM', prefix .. 'ids', id)
  redis.call('PEXPIRE', prefix .. 'runs:' .. id, logMs)
end
