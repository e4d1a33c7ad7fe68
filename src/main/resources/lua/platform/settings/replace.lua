-- Replaces the gateway document if nobody else has done so since it was read.
-- KEYS[1] hash of the document, with the fields raw and hash
-- ARGV[1] SHA-256 the caller has read, ARGV[2] new text, ARGV[3] SHA-256 of the new text
-- Returns 1 when replaced, 0 when the stored document is another one by now
if redis.call('HGET', KEYS[1], 'hash') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'raw', ARGV[2], 'hash', ARGV[3])
return 1
