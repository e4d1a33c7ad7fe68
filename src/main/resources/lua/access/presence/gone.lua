-- Removes the lines of an instance that is gone; the last one of a key leaves a row behind.
-- KEYS[1] hash of lines, KEYS[2] presence version, KEYS[3] sorted set of live fields by key,
-- KEYS[4] sorted set of rows by their time
-- ARGV[1] instance, ARGV[2] presence version already shown
-- Returns {presence version, Redis milliseconds, lines removed}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local removed = redis.call('HDEL', KEYS[1], 'self:' .. ARGV[1])
local prefix = 'conn:' .. ARGV[1] .. '/'
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, #prefix) == prefix then
    local key = string.match(field, '^conn:[^/]*/[^/]*/(.*)$')
    local entry = string.match(redis.call('HGET', KEYS[1], field), '^%d+ . (.*)$')
    redis.call('HDEL', KEYS[1], field)
    redis.call('ZREM', KEYS[3], key .. '\0' .. field)
    if redis.call('ZLEXCOUNT', KEYS[3], '[' .. key .. '\0', '(' .. key .. '\1') == 0 then
      redis.call('HSET', KEYS[1], 'row:' .. key, string.format('%.0f D ', now) .. entry)
      redis.call('ZADD', KEYS[4], now, 'row:' .. key)
    end
    removed = removed + 1
  end
end
local version = tonumber(redis.call('GET', KEYS[2]) or 0)
if removed > 0 then
  version = math.max(version, tonumber(ARGV[2])) + 1
  redis.call('SET', KEYS[2], string.format('%.0f', version))
end
return {version, now, removed}
