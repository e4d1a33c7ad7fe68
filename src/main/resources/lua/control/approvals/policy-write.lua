-- Replaces the approval policy document, if it is still the one expected.
-- KEYS[1] hash of text and hash
-- ARGV[1] expected hash, or '' when there must be none, ARGV[2] new text, ARGV[3] its hash
-- Returns {1 when written, text, hash} with what is stored now
local current = redis.call('HGET', KEYS[1], 'hash')
if (current or '') ~= ARGV[1] then
  return {0, redis.call('HGET', KEYS[1], 'text') or '', current or ''}
end
redis.call('HSET', KEYS[1], 'text', ARGV[2], 'hash', ARGV[3])
return {1, ARGV[2], ARGV[3]}
