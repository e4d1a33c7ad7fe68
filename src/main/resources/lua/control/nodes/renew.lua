-- Prolongs the leases of the connections that are still their node's current ones.
-- KEYS[1] hash of registrations, KEYS[2] sorted set of leases
-- ARGV[1] length of a lease in milliseconds, then node and connection, pair by pair
-- Returns for each pair 1 when prolonged, 0 when there is no registration, -1 when it is another's
local time = redis.call('TIME')
local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local verdicts = {}
for i = 2, #ARGV, 2 do
  local entry = redis.call('HGET', KEYS[1], ARGV[i])
  local verdict = 0
  if entry then
    verdict = -1
    if string.match(entry, '^%d+\n[^\n]*\n([^\n]*)\n') == ARGV[i + 1] then
      redis.call('ZADD', KEYS[2], until_ms, ARGV[i])
      verdict = 1
    end
  end
  verdicts[#verdicts + 1] = verdict
end
return verdicts
