-- Enters the line of a live connection.
-- KEYS[1] hash of lines, KEYS[2] presence version, KEYS[3] sorted set of live fields by key,
-- KEYS[4] health version
-- ARGV[1] field, ARGV[2] presence key, ARGV[3] encoded entry, ARGV[4] presence version already shown
-- Returns {presence version, Redis milliseconds, health version}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f C ', now) .. ARGV[3])
redis.call('ZADD', KEYS[3], 0, ARGV[2] .. '\0' .. ARGV[1])
local version = redis.call('INCR', KEYS[2])
if version <= tonumber(ARGV[4]) then
  version = tonumber(ARGV[4]) + 1
  redis.call('SET', KEYS[2], string.format('%.0f', version))
end
return {version, now, tonumber(redis.call('GET', KEYS[4]) or 0)}
