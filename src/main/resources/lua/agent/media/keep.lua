-- Keeps a file for a while, and gives up the oldest ones where all of them are too much.
--
-- KEYS[1]  prefix of all files    ARGV[1] name    ARGV[2] content
-- ARGV[3]  its life in ms         ARGV[4] bytes of all files at most

local sizes, ages = KEYS[1] .. 'sizes', KEYS[1] .. 'ages'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local total = #ARGV[2]
local names = redis.call('ZRANGE', ages, 0, -1)
for _, name in ipairs(names) do
  if redis.call('EXISTS', KEYS[1] .. 'file:' .. name) == 1 then
    total = total + redis.call('HGET', sizes, name)
  else
    redis.call('ZREM', ages, name)
    redis.call('HDEL', sizes, name)
  end
end
for _, name in ipairs(names) do
  if total <= tonumber(ARGV[4]) then break end
  local size = redis.call('HGET', sizes, name)
  if size then
    total = total - size
    redis.call('DEL', KEYS[1] .. 'file:' .. name)
    redis.call('ZREM', ages, name)
    redis.call('HDEL', sizes, name)
  end
end
redis.call('SET', KEYS[1] .. 'file:' .. ARGV[1], ARGV[2], 'PX', ARGV[3])
redis.call('HSET', sizes, ARGV[1], #ARGV[2])
redis.call('ZADD', ages, string.format('%.0f', now), ARGV[1])
return total
