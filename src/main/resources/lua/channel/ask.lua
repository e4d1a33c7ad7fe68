-- include channel/outbox.lua
-- Takes on the question about an approval, once in the cluster. Protocol 02 5, E17.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] approval (time and id), ARGV[2] ms it is remembered, ARGV[3] what is said when it expires,
-- ARGV[4] ms until it expires, ARGV[5..] target, message, target, message, ...
-- Returns how many messages were taken on
local key = prefix .. 'asked:' .. ARGV[1]
if redis.call('EXISTS', key) == 1 then return 0 end
redis.call('HSET', key, 'expired', ARGV[3])
local count = 0
for i = 5, #ARGV, 2 do
  redis.call('HSET', key, 'to:' .. ARGV[i], ARGV[i + 1])
  count = count + put(ARGV[1] .. ' asked ' .. ARGV[i], ARGV[i], ARGV[i + 1])
end
-- Whoever decides names the id alone.
redis.call('SET', prefix .. 'askedid:' .. string.match(ARGV[1], ' (.*)$'), ARGV[1], 'PX', ARGV[2])
redis.call('PEXPIRE', key, ARGV[2])
redis.call('ZADD', prefix .. 'expiring', now + ARGV[4], ARGV[1])
return count
