-- Gives whoever took system events more time to tell them.
-- KEYS[1] who took them
-- ARGV[1] who asks, ARGV[2] milliseconds
-- Returns 1 when it has it
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
end
return 0
