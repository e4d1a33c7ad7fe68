-- Notes that somebody unknown wrote to an account, and gives them a code.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] account, ARGV[2] sender, ARGV[3] a fresh code, ARGV[4] their name, ARGV[5] ms a code lasts, ARGV[6] most that wait,
-- ARGV[7] the message; one that is told again is answered again
-- Returns {'new' | 'known' | 'full', code}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = KEYS[1] .. 'knocks:' .. ARGV[1]
local waiting = redis.call('HGETALL', key)
local count = 0
for i = 1, #waiting, 2 do
  local entry = cjson.decode(waiting[i + 1])
  if now - entry.createdAt >= tonumber(ARGV[5]) then
    redis.call('HDEL', key, waiting[i])
  else
    count = count + 1
    if waiting[i] == ARGV[2] then return { entry.message == ARGV[7] and 'new' or 'known', entry.code } end
  end
end
if count >= tonumber(ARGV[6]) then return { 'full', '' } end
redis.call('HSET', key, ARGV[2], cjson.encode({ code = ARGV[3], name = ARGV[4], createdAt = now, message = ARGV[7] }))
redis.call('PEXPIRE', key, ARGV[5])
return { 'new', ARGV[3] }
