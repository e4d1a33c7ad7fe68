-- Adds a line to a transcript, which begins with a header. Protocol 04 18.
--
-- KEYS[1]  the lines    ARGV[1] header    ARGV[2] line
--
-- Answers how many lines there are

if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('RPUSH', KEYS[1], ARGV[1]) end
return redis.call('RPUSH', KEYS[1], ARGV[2])
