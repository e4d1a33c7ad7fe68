-- include channel/outbox.lua
-- Takes a message on, once for each id.
-- KEYS[1] prefix of all channel keys, ARGV[1] id, ARGV[2] target, ARGV[3] message
-- Returns 1 when it is new
return put(ARGV[1], ARGV[2], ARGV[3])
