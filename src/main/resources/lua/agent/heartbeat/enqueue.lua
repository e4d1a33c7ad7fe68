-- Queues a system event unless it repeats the one before it. Protocol 03 §21.
-- KEYS[1] list of texts, KEYS[2] context of the last one
-- ARGV[1] text, ARGV[2] text when the context is the same as before, may be empty,
-- ARGV[3] context, may be empty, ARGV[4] most texts kept, ARGV[5] life in milliseconds
-- Returns 1 when a text was queued
local text = ARGV[1]
if ARGV[3] ~= '' and redis.call('GET', KEYS[2]) == ARGV[3] then
  text = ARGV[2]
end
if text == '' then
  return 0
end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[5])
if redis.call('LINDEX', KEYS[1], -1) == text then
  return 0
end
redis.call('RPUSH', KEYS[1], text)
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[4]), -1)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
