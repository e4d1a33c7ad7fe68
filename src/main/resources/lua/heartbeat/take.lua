-- Takes all queued system events of a session.
-- KEYS[1] list of texts, KEYS[2] context of the last one
-- Returns the texts, oldest first
local texts = redis.call('LRANGE', KEYS[1], 0, -1)
redis.call('DEL', KEYS[1], KEYS[2])
return texts
