-- How many jobs there are and when the next one is due. Protocol 03 22.2.
--
-- KEYS[1]  prefix of all cron keys
--
-- Answers {jobs, next due time or ""}

local first = redis.call('ZRANGE', KEYS[1] .. 'due', 0, 0, 'WITHSCORES')
return { redis.call('ZCARD', KEYS[1] .. 'ids'), first[2] or '' }
