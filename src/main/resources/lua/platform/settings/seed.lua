-- Stores the first gateway document of a namespace; an existing one stays as it is.
-- KEYS[1] hash of the document, with the fields raw and hash
-- ARGV[1] text, ARGV[2] SHA-256 of the text in lower-case hex
-- Returns {1 when this call stored it, text now stored, its SHA-256}
local created = 0
if redis.call('HEXISTS', KEYS[1], 'raw') == 0 then
  redis.call('HSET', KEYS[1], 'raw', ARGV[1], 'hash', ARGV[2])
  created = 1
end
return {created, redis.call('HGET', KEYS[1], 'raw'), redis.call('HGET', KEYS[1], 'hash')}
