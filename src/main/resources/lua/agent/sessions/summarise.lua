-- Puts one line in the place of all before a line of a transcript, and a copy of the whole away. Protocol 04 16.7, 25.1.
--
-- KEYS[1] the lines  KEYS[2] the copy  KEYS[3] the fence
-- ARGV[1] token of the run  ARGV[2] index of the first line that stays  ARGV[3] what that line has to hold
-- ARGV[4] the new line  ARGV[5] how long the copy is kept, in ms
--
-- Answers "done", or "moved" when the transcript is not what the run has read

if tonumber(redis.call('GET', KEYS[3]) or '0') > tonumber(ARGV[1]) then return 'moved' end
local header = redis.call('LINDEX', KEYS[1], 0)
local first = redis.call('LINDEX', KEYS[1], ARGV[2])
if not first or not string.find(first, ARGV[3], 1, true) then return 'moved' end
redis.call('COPY', KEYS[1], KEYS[2], 'REPLACE')
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('LTRIM', KEYS[1], ARGV[2], -1)
redis.call('LPUSH', KEYS[1], ARGV[4])
if string.find(header, '"type":"session"', 1, true) then redis.call('LPUSH', KEYS[1], header) end
return 'done'
