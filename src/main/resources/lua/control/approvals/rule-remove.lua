-- Takes a rule back.
-- KEYS[1] rules by their end, KEYS[2] keys of rules by id
-- ARGV[1] id, ARGV[2] what the keys of rules start with
-- Returns what it was, as fields and values; nothing when it was not in force
local key = redis.call('HGET', KEYS[2], ARGV[1])
if not key then
  return {}
end
local rule = redis.call('HGETALL', ARGV[2] .. key)
redis.call('DEL', ARGV[2] .. key)
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
return rule
