-- Gives a one-time token to the first device that shows it. That device gets the same answer again,
-- so that it can finish what a crash interrupted; every other one gets what a wrong token gets.
--
-- KEYS[1]  the token, named by its hash    ARGV[1] role    ARGV[2] device id
--
-- Answers {scopes, device of who made it or "", named token of that one or "", life left in ms,
-- when it was made},
-- or {}

local token = redis.call('HMGET', KEYS[1], 'role', 'scopes', 'by', 'device', 'credential', 'made')
if token[1] ~= ARGV[1] then return {} end
if token[4] and token[4] ~= ARGV[2] then return {} end
if not token[4] then redis.call('HSET', KEYS[1], 'device', ARGV[2]) end
return { token[2], token[3], token[5], string.format('%.0f', redis.call('PTTL', KEYS[1])), token[6] or '0' }
