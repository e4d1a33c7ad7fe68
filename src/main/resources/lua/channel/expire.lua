-- include channel/outbox.lua
-- Tells those who were asked about approvals that nobody decided in time.
-- KEYS[1] prefix of all channel keys, ARGV[1] ms to wait after the expiry, for a decision's word to arrive
-- Returns how many messages were taken on
local count = 0
for _, approval in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'expiring', '-inf', now - ARGV[1], 'LIMIT', 0, 50)) do
  count = count + tellEnd(approval)
end
return count
