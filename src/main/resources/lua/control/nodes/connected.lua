-- Notes that a node was asked something for a session, and which run it was asked to carry out.
-- KEYS[1] zset of the node's sessions by their end, KEYS[2] zset of its runs by their end,
-- KEYS[3] hash of its runs, each with its session
-- ARGV[1] life in milliseconds, ARGV[2] sessions and ARGV[3] runs that are kept at most,
-- ARGV[4] session or empty, ARGV[5] run or empty
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = tonumber(ARGV[1])

local function forget(runs)
  for i = 1, #runs do
    redis.call('ZREM', KEYS[2], runs[i])
    redis.call('HDEL', KEYS[3], runs[i])
  end
end

if ARGV[4] ~= '' then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  redis.call('ZADD', KEYS[1], now + life, ARGV[4])
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[2]))
  redis.call('PEXPIRE', KEYS[1], life)
end
if ARGV[5] ~= '' then
  forget(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100))
  redis.call('ZADD', KEYS[2], now + life, ARGV[5])
  redis.call('HSET', KEYS[3], ARGV[5], ARGV[4])
  local over = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[3])
  if over > 0 then
    forget(redis.call('ZRANGE', KEYS[2], 0, over - 1))
  end
  redis.call('PEXPIRE', KEYS[2], life)
  redis.call('PEXPIRE', KEYS[3], life)
end
return 1
