-- include channel/outbox.lua
-- Takes on what was decided, for those who got the question.
-- KEYS[1] prefix of all channel keys, ARGV[1] approval, ARGV[2] text
-- Returns how many messages were taken on
return tellEnd(ARGV[1], ARGV[2])
