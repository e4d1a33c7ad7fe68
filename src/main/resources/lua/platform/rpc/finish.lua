-- Stores the outcome of a call, or forgets the call when nothing came of it.
-- KEYS[1] the call
-- ARGV[1] owner, ARGV[2] outcome, empty to forget, ARGV[3] life of the outcome in milliseconds
-- Returns 1 when somebody joined the call meanwhile
local known = redis.call('HMGET', KEYS[1], 'owner', 'joined')
if known[1] ~= ARGV[1] then
  return 0
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'outcome', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return known[2] and 1 or 0
