-- include agent/cron/job.lua
-- Reads one job.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] id
--
-- Answers {now, job}; the job is empty when there is none

return { now, field('removed') and {} or redis.call('HGETALL', jobKey) }
