-- Gives a paired device the label people know it by. Protocol 05 14.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id    ARGV[2] label
--
-- Answers 1, or 0 when it is not paired

local deviceKey = KEYS[1] .. 'device:' .. ARGV[1]
if redis.call('HEXISTS', deviceKey, 'roles') == 0 then return 0 end
redis.call('HSET', deviceKey, 'label', ARGV[2])
return 1
