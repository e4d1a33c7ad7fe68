-- Ends a taking of system events.
-- KEYS as for take.lua
-- ARGV[1] who took, ARGV[2] 1 when they are told and 0 when they go back before those queued since,
-- ARGV[3] most texts kept, ARGV[4] life in milliseconds
-- Returns 1 unless they are somebody else's by now
if redis.call('GET', KEYS[4]) ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  local taken = redis.call('LRANGE', KEYS[3], 0, -1)
  for i = #taken, 1, -1 do
    redis.call('LPUSH', KEYS[1], taken[i])
  end
  redis.call('LTRIM', KEYS[1], -tonumber(ARGV[3]), -1)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
redis.call('DEL', KEYS[3], KEYS[4])
return 1
