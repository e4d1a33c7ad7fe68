-- Reads jobs in the order they were added.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] how many to pass over    ARGV[2] how many to read
--
-- Answers the jobs

local found = {}
for i, id in ipairs(redis.call('ZRANGE', KEYS[1] .. 'ids', ARGV[1], ARGV[1] + ARGV[2] - 1)) do
  found[i] = redis.call('HGETALL', KEYS[1] .. 'job:' .. id)
end
return found
