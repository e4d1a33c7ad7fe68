-- Adds a line of a run to a transcript, unless a later run has written or may write. Protocol 04 25.1.
--
-- KEYS[1] the lines  KEYS[2] the fence  ARGV[1] header  ARGV[2] line, empty to raise the fence only  ARGV[3] token
--
-- Answers how many lines there are, or -1 when the token is too old

local fence = tonumber(redis.call('GET', KEYS[2]) or '0')
if fence > tonumber(ARGV[3]) then return -1 end
redis.call('SET', KEYS[2], ARGV[3], 'EX', 86400)
if ARGV[2] == '' then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('RPUSH', KEYS[1], ARGV[1]) end
return redis.call('RPUSH', KEYS[1], ARGV[2])
