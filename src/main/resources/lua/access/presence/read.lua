-- Reads all lines with the version they belong to.
-- KEYS[1] hash of lines, KEYS[2] presence version
-- Returns {presence version, Redis milliseconds, 0, {field, value, ...}}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return {tonumber(redis.call('GET', KEYS[2]) or 0), now, 0, redis.call('HGETALL', KEYS[1])}
