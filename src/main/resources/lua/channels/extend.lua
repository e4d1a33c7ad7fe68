-- Goes on sending: nobody else sends to these targets meanwhile.
-- KEYS[1] prefix of all channel keys, ARGV[1] ms, ARGV[2..] targets
-- Returns how many were still this instance's to send to, or anybody's
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count = 0
for i = 2, #ARGV do
  count = count + redis.call('ZADD', KEYS[1] .. 'busy', 'XX', 'GT', 'CH', now + ARGV[1], ARGV[i])
end
return count
