-- Adds lines to the log of all instances. The id of a line is the place where it ends, in bytes since
-- the first one, its line feed included. Protocol 03 3.
--
-- KEYS[1] stream    ARGV[1] about how many lines to keep    ARGV[2...] lines

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local size = last and tonumber(string.match(last[1], '^%d+')) or 0
for i = 2, #ARGV do
  size = size + #ARGV[i] + 1
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], string.format('%.0f-0', size), 'l', ARGV[i])
end
return string.format('%.0f', size)
