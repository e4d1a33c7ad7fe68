-- include channel/outbox.lua
-- A message was sent, given up, or is to be tried again.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] id, ARGV[2] the sender's turn, ARGV[3] ms until the next try, or '' when it is over, ARGV[4] ms its id is remembered
-- Returns 0 when somebody else took it meanwhile, who will say what became of it
local key = prefix .. 'out:' .. ARGV[1]
local known = redis.call('HMGET', key, 'account', 'target', 'turn')
local account, target = known[1], known[2]
if known[3] ~= ARGV[2] then return 0 end
local due, line = prefix .. 'due:' .. account, prefix .. 'line:' .. target
if ARGV[3] ~= '' then
  -- What waits behind it for the same target waits with it.
  redis.call('ZADD', due, now + ARGV[3], target)
else
  redis.call('DEL', key)
  redis.call('LPOP', line)
  redis.call('ZREM', prefix .. 'waiting:' .. account, ARGV[1])
  redis.call('SET', prefix .. 'sent:' .. ARGV[1], '1', 'PX', ARGV[4])
  if redis.call('EXISTS', line) == 1 then
    redis.call('ZADD', due, now, target)
  else
    redis.call('ZREM', due, target)
  end
end
arrange(account)
return 1
