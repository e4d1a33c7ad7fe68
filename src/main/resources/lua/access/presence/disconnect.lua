-- Removes the line of a connection; the last one of its key leaves a row behind.
-- KEYS[1] hash of lines, KEYS[2] presence version, KEYS[3] sorted set of live fields by key,
-- KEYS[4] sorted set of rows by their time
-- ARGV[1] field, ARGV[2] presence key, ARGV[3] encoded entry of the row, ARGV[4] presence version
-- already shown, ARGV[5] life of a row in milliseconds, ARGV[6] most rows kept
-- Returns {presence version or 0 when there was no line, Redis milliseconds, 1 when a row was left}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
  return {0, now, 0}
end
redis.call('ZREM', KEYS[3], ARGV[2] .. '\0' .. ARGV[1])
local last = redis.call('ZLEXCOUNT', KEYS[3], '[' .. ARGV[2] .. '\0', '(' .. ARGV[2] .. '\1') == 0
if last then
  local row = 'row:' .. ARGV[2]
  redis.call('HSET', KEYS[1], row, string.format('%.0f D ', now) .. ARGV[3])
  redis.call('ZADD', KEYS[4], now, row)
  local expired = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now - ARGV[5])
  local drop = math.max(#expired, redis.call('ZCARD', KEYS[4]) - ARGV[6])
  if drop > 0 then
    for _, field in ipairs(redis.call('ZRANGE', KEYS[4], 0, drop - 1)) do
      redis.call('HDEL', KEYS[1], field)
      redis.call('ZREM', KEYS[4], field)
    end
  end
end
-- Two changes are two versions: the line that went and the row that came.
local step = last and 2 or 1
local version = redis.call('INCRBY', KEYS[2], step)
if version < tonumber(ARGV[4]) + step then
  version = tonumber(ARGV[4]) + step
  redis.call('SET', KEYS[2], string.format('%.0f', version))
end
return {version, now, last and 1 or 0}
