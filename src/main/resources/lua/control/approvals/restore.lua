-- Writes an approval that Redis lost again, with the times it had. Does nothing when it exists.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] createdAtMs, ARGV[3] expiresAtMs, ARGV[4] ms a record outlives its end,
-- ARGV[5] hash of the variables' values or '', ARGV[6] salt, ARGV[7..] fields and values
-- Returns 1 when written
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now >= tonumber(ARGV[3]) or redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local env = ARGV[5] == '' and '' or redis.sha1hex(ARGV[6] .. ':' .. ARGV[5])
redis.call('HSET', KEYS[1], 'state', 'pending', 'createdAtMs', ARGV[2], 'expiresAtMs', ARGV[3],
  'answered', '0', 'consumed', '0', 'salt', ARGV[6], 'env', env, unpack(ARGV, 7))
redis.call('PEXPIREAT', KEYS[1], ARGV[3] + ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
