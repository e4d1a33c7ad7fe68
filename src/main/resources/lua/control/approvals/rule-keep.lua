-- Stores the rule of one granted approval, once however often it is asked to.
-- KEYS[1] rule, KEYS[2] mark of the grant, KEYS[3] rules by their end, KEYS[4] keys of rules by id
-- ARGV[1] key of the rule, ARGV[2] its id, ARGV[3] its life in ms, ARGV[4] ms the mark is kept: longer
-- than the approval's record, so that a rule taken back does not come again, ARGV[5..] fields and values
-- Returns the rule in force, as fields and values; nothing when it was taken back or has ended
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('SET', KEYS[2], '1', 'NX', 'PX', ARGV[4]) then
  local ends = now + ARGV[3]
  local live = redis.call('HMGET', KEYS[1], 'id', 'expiresAtMs')
  local id = ARGV[2]
  if live[1] and tonumber(live[2]) > now then
    -- Granted a second time: it is the same rule, and ends when the later one does.
    id = live[1]
    ends = math.max(ends, tonumber(live[2]))
  else
    redis.call('DEL', KEYS[1])
  end
  redis.call('HSET', KEYS[1], 'id', id, 'expiresAtMs', ends, unpack(ARGV, 5))
  redis.call('HSETNX', KEYS[1], 'uses', '0')
  redis.call('HSETNX', KEYS[1], 'lastUsedAtMs', '0')
  redis.call('PEXPIREAT', KEYS[1], ends)
  redis.call('ZADD', KEYS[3], ends, id)
  redis.call('HSET', KEYS[4], id, ARGV[1])
end
return redis.call('HGETALL', KEYS[1])
