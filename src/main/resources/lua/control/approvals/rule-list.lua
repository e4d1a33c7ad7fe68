-- Reads the rules in force, those that end last first, and forgets those that have ended.
-- KEYS[1] rules by their end, KEYS[2] keys of rules by id
-- ARGV[1] what the keys of rules start with, ARGV[2] most to read
-- Returns {how many are in force, rule, rule ...}, each as fields and values
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('HDEL', KEYS[2], id)
  redis.call('ZREM', KEYS[1], id)
end
local found = {redis.call('ZCARD', KEYS[1])}
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, ARGV[2] - 1)) do
  local rule = redis.call('HGETALL', ARGV[1] .. redis.call('HGET', KEYS[2], id))
  if #rule > 0 then
    found[#found + 1] = rule
  end
end
return found
