-- include channel/outbox.lua
-- Goes on sending: nobody else sends to these targets meanwhile.
-- KEYS[1] prefix of all channel keys, ARGV[1] ms, ARGV[2..] id, the sender's turn, id, ...
-- Returns how many are still this instance's to send
local count = 0
for i = 2, #ARGV, 2 do
  local known = redis.call('HMGET', prefix .. 'out:' .. ARGV[i], 'account', 'target', 'turn')
  if known[3] == ARGV[i + 1] then
    redis.call('ZADD', prefix .. 'due:' .. known[1], now + ARGV[1], known[2])
    arrange(known[1])
    count = count + 1
  end
end
return count
