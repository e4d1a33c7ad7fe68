-- Writes how an instance is and reads how all are. Who has no lease is gone, and is forgotten some time after.
-- KEYS[1] sorted set of leases, scored by the end of each in Redis milliseconds
-- KEYS[2] hash of reports by instance: "<written at> <gone since, or 0> <JSON>"
-- ARGV[1] instance, ARGV[2] its report as JSON, ARGV[3] how long one that is gone is kept, in milliseconds
-- Returns {now, {instance, written at, gone since or 0, JSON, ...}}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f 0 %s', now, ARGV[2]))
redis.call('PEXPIRE', KEYS[2], 86400000)
local all = redis.call('HGETALL', KEYS[2])
local rows = {}
for i = 1, #all, 2 do
  local instance = all[i]
  local written, gone, json = string.match(all[i + 1], '^(%d+) (%d+) (.*)$')
  local lease = redis.call('ZSCORE', KEYS[1], instance)
  local alive = instance == ARGV[1] or (lease and tonumber(lease) > now)
  local since = tonumber(gone)
  if alive then
    since = 0
  elseif since == 0 then
    since = now
  end
  if since > 0 and now - since > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[2], instance)
  else
    if since ~= tonumber(gone) then
      redis.call('HSET', KEYS[2], instance, string.format('%s %.0f %s', written, since, json))
    end
    for _, part in ipairs({instance, written, string.format('%.0f', since), json}) do
      rows[#rows + 1] = part
    end
  end
end
return {now, rows}
