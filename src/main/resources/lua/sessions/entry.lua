-- What the scripts of this folder know about sessions. Each is a hash of JSON texts under 'entry:<key>'; beside them lie
-- 'updated', keys by the time of their last change, 'labels' and 'ids', which lead from a label and a session id to the
-- key. Included by them. Protocol 04 16, 25.1.

local prefix, key = KEYS[1], ARGV[1]
local entryKey = prefix .. 'entry:' .. key
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local function field(name)
  return redis.call('HGET', entryKey, name)
end

-- Gives up what leads from a label or an id to this session.
local function release(index, value)
  if value and redis.call('HGET', prefix .. index, value) == key then redis.call('HDEL', prefix .. index, value) end
end

local function touch()
  redis.call('HSET', entryKey, 'updatedAt', now)
  redis.call('ZADD', prefix .. 'updated', now, key)
end
