-- include channels/outbox.lua
-- A message was sent, given up, or is to be tried again.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] id, ARGV[2] target, ARGV[3] ms until the next try, or '' when it is over, ARGV[4] ms its id is remembered
redis.call('ZREM', prefix .. 'busy', ARGV[2])
if ARGV[3] == '' then
  redis.call('DEL', prefix .. 'out:' .. ARGV[1])
  redis.call('ZREM', prefix .. 'due', ARGV[1])
  redis.call('SET', prefix .. 'sent:' .. ARGV[1], '1', 'PX', ARGV[4])
elseif redis.call('EXISTS', prefix .. 'out:' .. ARGV[1]) == 1 then
  -- What waits behind it for the same target waits with it.
  redis.call('ZADD', prefix .. 'busy', now + ARGV[3], ARGV[2])
end
return 1
