-- Remembers an approval among the latest of one requester for one command.
-- KEYS[1] list
-- ARGV[1] approval id, ARGV[2] length to keep, ARGV[3] ms the list lives
redis.call('LREM', KEYS[1], 0, ARGV[1])
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
