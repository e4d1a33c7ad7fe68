-- Puts the lines of a transcript away for some time, all of them or a copy before the older ones go. Protocol 04 16.6,
-- 16.7.
--
-- KEYS[1]  the lines    KEYS[2] where they are kept    ARGV[1] for how long, in ms    ARGV[2] lines that stay, or ""
--
-- Answers {"none"}, {"short", lines}, {"archived", lines}

local lines = redis.call('LLEN', KEYS[1])
if lines == 0 then return { 'none' } end
if ARGV[2] == '' then
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  return { 'archived', 0 }
end
local stay = tonumber(ARGV[2])
if lines <= stay then return { 'short', lines } end
redis.call('COPY', KEYS[1], KEYS[2], 'REPLACE')
redis.call('PEXPIRE', KEYS[2], ARGV[1])
redis.call('LTRIM', KEYS[1], -stay, -1)
return { 'archived', stay }
