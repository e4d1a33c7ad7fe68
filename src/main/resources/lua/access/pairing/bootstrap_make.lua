-- Keeps a one-time token until it expires.
--
-- KEYS[1]  the token, named by its hash    ARGV[1] role it admits
-- ARGV[2]  scopes it admits, joined with ","
-- ARGV[3]  device of who made it, or ""    ARGV[4] its life in ms
-- ARGV[5]  named token that one came with, or ""
--
-- Answers when it expires, in ms since 1970

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call('HSET', KEYS[1], 'role', ARGV[1], 'scopes', ARGV[2], 'by', ARGV[3],
  'credential', ARGV[5], 'made', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return string.format('%.0f', now + ARGV[4])
