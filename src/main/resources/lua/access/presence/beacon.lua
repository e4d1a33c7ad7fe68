-- Writes what a beacon says about a presence key.
-- KEYS[1] hash of lines, KEYS[2] presence version, KEYS[3] sorted set of rows by their time
-- ARGV[1] presence key, ARGV[2] encoded entry, ARGV[3] presence version already shown,
-- ARGV[4] life of a row in milliseconds, ARGV[5] most rows kept
-- Returns {presence version, Redis milliseconds}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local row = 'row:' .. ARGV[1]
redis.call('HSET', KEYS[1], row, string.format('%.0f B ', now) .. ARGV[2])
redis.call('ZADD', KEYS[3], now, row)
local expired = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[4])
local excess = redis.call('ZCARD', KEYS[3]) - ARGV[5]
local drop = math.max(#expired, excess)
if drop > 0 then
  for _, field in ipairs(redis.call('ZRANGE', KEYS[3], 0, drop - 1)) do
    redis.call('HDEL', KEYS[1], field)
    redis.call('ZREM', KEYS[3], field)
  end
end
local version = redis.call('INCR', KEYS[2])
if version <= tonumber(ARGV[3]) then
  version = tonumber(ARGV[3]) + 1
  redis.call('SET', KEYS[2], string.format('%.0f', version))
end
return {version, now}
