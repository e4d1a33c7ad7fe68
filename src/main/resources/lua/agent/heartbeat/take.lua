-- Takes all queued system events of a session, and those whose taker is gone. Protocol 03 §21.
-- KEYS[1] list of texts, KEYS[2] context of the last one, KEYS[3] texts taken, KEYS[4] who took them
-- ARGV[1] who takes, ARGV[2] time to tell them, ARGV[3] life of what is not told, in milliseconds
-- Returns the texts, oldest first; none while somebody else tells what was taken before
local taker = redis.call('GET', KEYS[4])
if taker and taker ~= ARGV[1] then
  return {}
end
for _, text in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  redis.call('RPUSH', KEYS[3], text)
end
redis.call('DEL', KEYS[1], KEYS[2])
local taken = redis.call('LRANGE', KEYS[3], 0, -1)
if #taken > 0 then
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
  redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[2])
end
return taken
